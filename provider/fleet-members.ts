import * as pulumi from "@pulumi/pulumi";
import { fleetInput, fleetMark, writeFleetRun } from "./fleet-run";
import type { FleetInputs, FleetLook } from "./program/fleet-look";
import { lookForFleet } from "./program/fleet-look";
import { providerOf } from "./program/provider-settings";
import { runInput } from "./run-info";
import { providerText } from "./shell";

/**
 * A fleet's list of members, by which the state remembers which instances it had in the last run. What can't be the fleet
 * is refused by its check: the one way to end a run that is safe in inline programs too, before the engine could take
 * members that are not registered for members that were taken out. It calls nothing that changes anything.
 */
export class FleetMembers extends pulumi.CustomResource {
  static readonly __pulumiType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";

  /** Set by the check. Undefined only where none has run, as under mocks. */
  declare readonly instanceIds: pulumi.Output<readonly string[] | undefined>;
  /** Those of them that a selection had found once, and that are gone by now. */
  declare readonly goneIds: pulumi.Output<readonly string[] | undefined>;
  /** What the program found. Never rejects. */
  readonly look: Promise<FleetLook>;

  constructor(name: string, args: FleetInputs, fleet: pulumi.Resource) {
    let tellProvider: (provider: pulumi.ProviderResource | undefined) => void = () => undefined;
    const look = new Promise<pulumi.ProviderResource | undefined>((resolve) => {
      tellProvider = resolve;
    }).then((provider) => lookForFleet(name, args, provider));
    const urn = pulumi.createUrn(name, FleetMembers.__pulumiType, fleet);
    const run = urn.apply(async (urn) => writeFleetRun({ ...(await look).run, urn }));
    const hidden = { [fleetInput]: fleetMark, [runInput]: run, __provider: providerText };
    super(
      FleetMembers.__pulumiType,
      name,
      { instanceIds: undefined, goneIds: undefined, ...hidden },
      { parent: fleet },
    );
    this.look = look;
    // Only now is it known which one was inherited.
    tellProvider(this.provider);
  }

  get provider(): pulumi.ProviderResource | undefined {
    return providerOf(this);
  }
}
