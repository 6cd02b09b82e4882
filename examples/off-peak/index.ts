import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const config = new Config();

const worker = new InstanceLifecycle("worker", {
  instanceId: config.require("instanceId"),
  schedule: {
    zone: "Asia/Shanghai",
    running: [{ days: "mon-fri", from: "08:00", to: "20:00" }],
    holidays: { calendar: "china" },
  },
  // Somebody works late: pulumi config set keepRunningUntil 2026-11-24T23:00:00+08:00
  keepRunningUntil: config.get("keepRunningUntil"),
});

export const status = worker.status;
export const nextChangeAt = worker.nextChangeAt;
