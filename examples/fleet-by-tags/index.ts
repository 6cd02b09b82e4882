import { Config } from "@pulumi/pulumi";
import { FleetLifecycle } from "pulumi-alicloud-lifecycle";

const dev = new FleetLifecycle("dev", {
  select: { tags: { env: new Config().require("env") } },
  schedule: {
    zone: "Asia/Shanghai",
    running: [{ days: "mon-fri", from: "08:00", to: "20:00" }],
  },
  // Capacity and public address are given back over night: that is where the money is.
  stop: { mode: "StopCharging" },
  maxMatches: 50,
});

export const status = dev.status;
export const nextChangeAt = dev.nextChangeAt;
