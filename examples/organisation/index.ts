import { Config } from "@pulumi/pulumi";
import { FleetLifecycle, type SelectArgs } from "pulumi-alicloud-lifecycle";

const config = new Config();
const state = config.require("state");
if (state !== "running" && state !== "stopped") throw new Error("state: declare running or stopped");

const fleet = new FleetLifecycle("machines", {
  select: config.requireObject<SelectArgs>("select"),
  state,
  // A stack that got the role of another account does nothing.
  expect: { accountId: config.require("account") },
});

/** How many are in which state. */
export const machines = fleet.status.apply((byId) => {
  const counts: Record<string, number> = {};
  for (const status of Object.values(byId)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
});
