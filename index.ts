import * as pulumi from "@pulumi/pulumi";
import type { FleetLifecycleArgs, InstanceLifecycleArgs } from "pulumi-alicloud-lifecycle";
import { FleetLifecycle, InstanceLifecycle } from "pulumi-alicloud-lifecycle";

/** One entry of `lifecycle:instances`: the arguments of InstanceLifecycle, and a name that is the instance id by default. */
type Entry = InstanceLifecycleArgs & { name?: string; instanceId: string };

/** One entry of `lifecycle:fleets`: the arguments of FleetLifecycle, and a name. */
type FleetEntry = FleetLifecycleArgs & { name?: string };

const config = new pulumi.Config("lifecycle");
const entries = config.getObject<Entry[]>("instances") ?? [];
const fleetEntries = config.getObject<FleetEntry[]>("fleets") ?? [];

/** What each instance was found to be, by its name. */
export const status = Object.fromEntries(
  entries.map(({ name, ...args }) => {
    const lifecycle = new InstanceLifecycle(name ?? args.instanceId, args);
    return [name ?? args.instanceId, lifecycle.status];
  }),
);

/** What each instance of each fleet was found to be, by the fleet's name and the instance's id. */
export const fleets = Object.fromEntries(
  fleetEntries.map(({ name, ...args }, index) => {
    if (name === undefined) throw new pulumi.RunError(`lifecycle:fleets[${index}].name: is required, any text`);
    return [name, new FleetLifecycle(name, args).status];
  }),
);
