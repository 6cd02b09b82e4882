import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const worker = new InstanceLifecycle("worker", {
  instanceId: new Config().require("instanceId"),
  state: "stopped",
});

export const status = worker.status;
