import * as alicloud from "@pulumi/alicloud";
import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle, scheduledState } from "pulumi-alicloud-lifecycle";

const config = new Config();

const peak = {
  zone: "Asia/Shanghai",
  running: [{ days: "mon-fri", from: "08:00", to: "20:00" }],
};

// Stays, with its disks, and is only stopped off-peak.
const base = new InstanceLifecycle("base", {
  instanceId: config.require("baseId"),
  schedule: peak,
  stop: { mode: "StopCharging" },
});

// Are bought when peak hours begin, and released when they end, because they aren't declared any more. Pulumi does both, so
// no lifecycle says "released". The names are the same each day: a run that finds them there buys none.
const isPeak = scheduledState({ schedule: peak }).state === "running";
const extra = Array.from({ length: isPeak ? config.requireNumber("extra") : 0 }, (_, index) => {
  return new alicloud.ecs.Instance(`extra-${index + 1}`, {
    instanceType: "ecs.g7.large",
    imageId: config.require("imageId"),
    vswitchId: config.require("vswitchId"),
    securityGroups: [config.require("securityGroupId")],
    systemDiskCategory: "cloud_essd",
    tags: { capacity: "peak" },
  });
});

export const status = base.status;
export const nextChangeAt = base.nextChangeAt;
export const extraIds = extra.map(({ id }) => id);
