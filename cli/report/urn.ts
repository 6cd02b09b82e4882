import { printable } from "./printable";

export const instanceType = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";

/** Beside the instances: the fleet as a whole and the list of its members. */
const companions = ["pulumi-alicloud-lifecycle:index:FleetLifecycle", "pulumi-nodejs:dynamic/alicloud:FleetMembers"];

/** What every stack has, whoever uses it. */
const scaffolding = /^pulumi:(pulumi:Stack$|providers:)/;

/** Whether a resource is somebody else's. Pure. */
export function isForeign(type: string): boolean {
  return type !== instanceType && !companions.includes(type) && !scaffolding.test(type);
}

/** The name in `urn:pulumi:stack::project::type::name`, which may hold `::` itself. Pure. */
export function nameOf(urn: string): string {
  return printable(urn.split("::").slice(3).join("::")) || printable(urn);
}

/** The last type in `urn:pulumi:stack::project::parent$type::name`. Pure. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}
