import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const config = new Config();

const batch = new InstanceLifecycle("batch", {
  instanceId: config.require("instanceId"),
  autoReleaseAt: config.get("releaseAt") ?? "never",
});

export const status = batch.status;
