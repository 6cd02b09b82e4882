import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const config = new Config();
const name = `pr-${config.requireNumber("pr")}`;

const machine = new InstanceLifecycle(name, {
  instanceId: config.require("instanceId"),
  // The machine goes when the pull request is closed, or by itself when nobody has pushed for so long.
  ...(config.getBoolean("closed")
    ? { state: "released" as const }
    : {
        state: "running" as const,
        autoReleaseAfter: config.get("timeToLive") ?? "3d",
        renew: config.get("commit") ?? "",
      }),
  // A wrong id must not hit another machine.
  expect: { instanceName: name, tags: { purpose: "preview" } },
  // Taking the stack away leaves the time: a machine that is forgotten has an end all the same.
  onDelete: "retainTimer",
});

export const status = machine.status;
export const releasedAt = machine.autoReleaseTime;
