import * as pulumi from "@pulumi/pulumi";
import { fleetInput, fleetMark, writeFleetRun } from "./fleet-run";
import { inheritedMembers } from "./program/inherited";
import { transformLast } from "./program/last-transformation";
import { refuseOptions, withoutInheritedLoss } from "./program/options";
import type { FleetInputs, FleetLook } from "./program/fleet-look";
import { lookForFleet, sharedArguments } from "./program/fleet-look";
import { providerOf } from "./program/provider-settings";
import { hiddenInputs, runInput } from "./run-info";
import { providerText } from "./shell";

interface Looking {
  readonly look: Promise<FleetLook>;
  readonly tellProvider: (provider: pulumi.ProviderResource | undefined) => void;
}

const looking = new WeakMap<pulumi.Resource, Looking>();

/** What is recorded of one member, by which a program knows it: as the outputs of `InstanceLifecycle`, without what is empty. */
export type MemberOutputs = Readonly<Record<string, unknown>>;

/**
 * A fleet's instances, all in one resource: what is declared for them, what was observed of each, and what is done. What can't be
 * the fleet is refused by its check, the one way to end a run that is safe in inline programs too.
 */
export class FleetMembers extends pulumi.CustomResource {
  static readonly __pulumiType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";

  /** Set by the check. Undefined only where none has run, as under mocks. */
  declare readonly instanceIds: pulumi.Output<readonly string[] | undefined>;
  /** Those of them that a selection had found once, and that are gone by now. */
  declare readonly goneIds: pulumi.Output<readonly string[] | undefined>;
  /** What is recorded of each, by its id. */
  declare readonly members: pulumi.Output<Readonly<Record<string, MemberOutputs>> | undefined>;
  /** What the program found. Never rejects. */
  readonly look: Promise<FleetLook>;

  constructor(name: string, args: FleetInputs, fleet: pulumi.Resource) {
    const type = FleetMembers.__pulumiType;
    const shared = sharedArguments(args);
    // Which instances are meant is for the last transformation, and is no property of the resource. A name of ours that
    // somebody has written goes with them, to be refused.
    const meant = Object.fromEntries(Object.entries(args).filter(([key]) => !(key in shared) || key === fleetInput));
    super(type, name, { ...shared, [fleetInput]: meant }, { parent: fleet });
    const { look, tellProvider } = looking.get(this) as Looking;
    this.look = look;
    // Only now is it known which one was inherited.
    tellProvider(providerOf(this));
  }
}

/** What is looked at, counted and judged is what all transformations have left, so that what is judged is what is done. */
transformLast(FleetMembers.prototype, ({ resource, name, type, props, opts }) => {
  let tellProvider: (provider: pulumi.ProviderResource | undefined) => void = () => undefined;
  const provider = new Promise<pulumi.ProviderResource | undefined>((resolve) => {
    tellProvider = resolve;
  });
  const declared: FleetInputs = Object.fromEntries(
    Object.entries(props).filter(([key, value]) => value !== undefined && key !== fleetInput),
  );
  const written = Object.fromEntries(Object.entries(declared).filter(([key]) => !hiddenInputs.includes(key)));
  const meant = props[fleetInput] as FleetInputs;
  refuseOptions("FleetLifecycle", name, declared, opts);
  const look = provider.then((found) => lookForFleet(name, { ...declared, ...meant }, found));
  looking.set(resource, { look, tellProvider });
  const urn = pulumi.createUrn(name, type, opts.parent);
  const run = urn.apply(async (known) => {
    const [inherited, { run: found }] = await Promise.all([inheritedMembers(known), look]);
    return writeFleetRun({ ...found, urn: known, inherited });
  });
  // What a member that lags behind had declared may hold what was secret there.
  const { additionalSecretOutputs: others = [] } = opts as pulumi.CustomResourceOptions;
  const additionalSecretOutputs = [...others, "declarations"];
  const dependsOn = pulumi.all([opts.dependsOn ?? [], look]).apply(([own, { behind }]) => [own, behind].flat());
  const outputs = { instanceIds: undefined, goneIds: undefined, members: undefined };
  const ours = { __provider: providerText, [fleetInput]: fleetMark, [runInput]: run };
  return {
    props: { ...outputs, ...written, ...scheduledState(written, look), ...ours },
    opts: withoutInheritedLoss(declared, { ...opts, additionalSecretOutputs, dependsOn }),
  };
});

/** The schedule's state takes the place of one that is written; with both the look refuses them. */
function scheduledState(declared: FleetInputs, look: Promise<FleetLook>): FleetInputs {
  if (declared.schedule === undefined) return {};
  const written = pulumi.output(declared.state as pulumi.Input<string | undefined>);
  return { state: written.apply(async (state) => state ?? (await look).scheduled?.state) };
}
