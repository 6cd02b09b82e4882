import type { Json } from "./parse-json";
import { type Machine, readResource } from "./read-resource";
import { nameOf } from "./urn";

/** One member, as the fleet's resource tells of it. */
export interface WrittenMember {
  /** Of the fleet's resource. */
  readonly urn: string;
  readonly instanceId: string;
  /** Undefined: it is not declared any more. */
  readonly declared: Json | undefined;
  /** Undefined: it has not been adopted yet. */
  readonly outputs: Json | undefined;
  readonly isGone: boolean;
}

/** A member as a machine with a name of its own: the fleet's name, and the instance's name or id. Pure. */
export function memberMachine({ urn, instanceId, declared, outputs, isGone }: WrittenMember): Machine {
  const inputs = declared === undefined ? undefined : { ...declared, instanceId };
  const machine = readResource({ urn, inputs, outputs: isGone ? gone(outputs) : outputs });
  const fleet = nameOf(urn);
  return {
    ...machine,
    instanceId: machine.instanceId === "unknown" ? instanceId : machine.instanceId,
    fleet,
    name: memberName(fleet, machine.instanceName ?? instanceId),
  };
}

/** Pure. */
export function memberName(fleet: string, machine: string): string {
  return `${fleet}/${machine}`;
}

/** That it is gone stands in the fleet's list before anything of it may have been recorded. */
function gone(outputs: Json | undefined): Json {
  const { status } = outputs ?? {};
  return { ...outputs, status: status === "released" || status === "absent" ? status : "absent" };
}
