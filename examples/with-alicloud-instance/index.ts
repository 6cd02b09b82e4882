import * as alicloud from "@pulumi/alicloud";
import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const config = new Config();

const machine = new alicloud.ecs.Instance(
  "machine",
  {
    instanceType: "ecs.g7.large",
    imageId: config.require("imageId"),
    vswitchId: config.require("vswitchId"),
    securityGroups: [config.require("securityGroupId")],
    systemDiskCategory: "cloud_essd",
  },
  // The two have one owner only: the lifecycle below. Otherwise each `up` of one would undo the other.
  { ignoreChanges: ["status", "autoReleaseTime"] },
);

const lifecycle = new InstanceLifecycle("machine", {
  instanceId: machine.id,
  state: config.get("night") === "true" ? "stopped" : "running",
  stop: { mode: "StopCharging" },
});

export const instanceId = machine.id;
export const status = lifecycle.status;
