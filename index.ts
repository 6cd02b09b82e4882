import * as pulumi from "@pulumi/pulumi";
import type { FleetLifecycleArgs, InstanceLifecycleArgs } from "pulumi-alicloud-lifecycle";
import { FleetLifecycle, InstanceLifecycle } from "pulumi-alicloud-lifecycle";

/** One entry of `lifecycle:instances`: the arguments of InstanceLifecycle, and a name that is the instance id by default. */
type Entry = InstanceLifecycleArgs & { name?: string; instanceId: string };

/** One entry of `lifecycle:fleets`: the arguments of FleetLifecycle, and a name. */
type FleetEntry = FleetLifecycleArgs & { name?: string };

// Both before the first resource: what is wrong with either is said before anything is called.
const entries = entriesOf<Entry>("instances", "instanceId");
const fleetEntries = entriesOf<FleetEntry>("fleets", "name");
fleetEntries.forEach(({ name }, index) => {
  if (name === undefined) throw new pulumi.RunError(`lifecycle:fleets[${index}].name: is required, any text`);
});

/** What each instance was found to be, by its name. */
export const status = Object.fromEntries(
  entries.map(({ name, ...args }, index) => {
    // Without either, the resource's own check says what is wrong, with all other faults of the entry.
    const own = name ?? (typeof args.instanceId === "string" ? args.instanceId : `instances[${index}]`);
    return [own, new InstanceLifecycle(own, args).status];
  }),
);

/** What each instance of each fleet was found to be, by the fleet's name and the instance's id. */
export const fleets = Object.fromEntries(
  fleetEntries.map(({ name = "", ...args }) => [name, new FleetLifecycle(name, args).status]),
);

/** The entries of a list of the configuration, each of them an object whose name is a text. */
function entriesOf<T extends { name?: string }>(setting: string, first: string): readonly T[] {
  const key = `lifecycle:${setting}`;
  const list = listIn(pulumi.runtime.getConfig(key) ?? "");
  if (list === undefined) {
    throw new pulumi.RunError(
      `${key}: must be a list; begin each entry with "- ", or run \`pulumi config set --path '${key}[0].${first}' …\``,
    );
  }
  list.forEach((entry, index) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      throw new pulumi.RunError(
        `${key}[${index}]: must be an object that begins with ${first}; write one, or take the entry out`,
      );
    }
    const { name } = entry as { readonly name?: unknown };
    if (name !== undefined && (typeof name !== "string" || name === "")) {
      throw new pulumi.RunError(`${key}[${index}].name: must be a text; put it in quotes`);
    }
  });
  return list as readonly T[];
}

function listIn(text: string): readonly unknown[] | undefined {
  if (text === "") return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
