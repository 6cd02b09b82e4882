import type { StackName } from "./found";
import { printable } from "./printable";

export const instanceType = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
/** Holds all members of a fleet. */
export const fleetType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";

/** Around the fleet's one resource. */
const component = "pulumi-alicloud-lifecycle:index:FleetLifecycle";

/** What every stack has, whoever uses it. */
const scaffolding = /^pulumi:(pulumi:Stack$|providers:)/;

/** Whether a resource is somebody else's. Pure. */
export function isForeign(type: string): boolean {
  return ![instanceType, fleetType, component].includes(type) && !scaffolding.test(type);
}

/** The name in `urn:pulumi:stack::project::type::name`, which may hold `::` itself. Pure. */
export function nameOf(urn: string): string {
  return printable(urn.split("::").slice(3).join("::")) || printable(urn);
}

/** The last type in `urn:pulumi:stack::project::parent$type::name`. Pure. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

/** Where a resource stands: all of its URN but its own type and name. A fleet's resources stand in one place. Pure. */
export function placeOf(urn: string): string {
  const [stack = "", project = "", types = ""] = urn.split("::");
  return [stack, project, types.slice(0, types.length - typeOf(urn).length)].join("::");
}

/** The stack and the project in a URN. Undefined: it is none. Pure. */
export function stackOf(urn: string): StackName | undefined {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
  return stack === undefined || project === undefined
    ? undefined
    : { stack: printable(stack), project: printable(project) };
}
