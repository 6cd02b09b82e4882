import * as pulumi from "@pulumi/pulumi";
import type { InstanceLifecycleArgs } from "pulumi-alicloud-lifecycle";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

/** One entry of `lifecycle:instances`: the arguments of InstanceLifecycle, and a name that is the instance id by default. */
type Entry = InstanceLifecycleArgs & { name?: string; instanceId: string };

const entries = new pulumi.Config("lifecycle").getObject<Entry[]>("instances") ?? [];

/** What each instance was found to be, by its name. */
export const status = Object.fromEntries(
  entries.map(({ name, ...args }) => {
    const lifecycle = new InstanceLifecycle(name ?? args.instanceId, args);
    return [name ?? args.instanceId, lifecycle.status];
  }),
);
