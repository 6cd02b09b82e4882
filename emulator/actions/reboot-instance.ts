import type { Action } from "../call";
import { allowedFrom, targetOf } from "../transitions";
import { dryRunOperation, incorrectStatus } from "../wire-error";
import { checkPowerLocks } from "./check-locks";
import { findInstance } from "./find-instance";

export const rebootInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  params.boolean("ForceStop", false);

  const held = findInstance(call, instanceId);
  const { instance } = held;
  checkPowerLocks(instance, "RebootInstance");
  if (held.released && world.switches.releasedButListed === "accepted") return {};
  if (held.released || targetOf(instance.Status, "RebootInstance") === undefined) {
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom("RebootInstance"));
  }
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(world.compute.reboot(held, world.switches.rebootStatus));
  return {};
};
