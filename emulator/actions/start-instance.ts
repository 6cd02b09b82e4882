import type { Action } from "../call";
import { allowedFrom, targetOf } from "../transitions";
import { dryRunOperation, incorrectStatus } from "../wire-error";
import { checkPowerLocks } from "./check-locks";
import { findInstance } from "./find-instance";

export const startInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  params.boolean("InitLocalDisk", false);

  const held = findInstance(call, instanceId);
  const { instance } = held;
  checkPowerLocks(instance, "StartInstance");
  if (held.released && world.switches.releasedButListed === "accepted") return {};
  if (held.released || targetOf(instance.Status, "StartInstance") === undefined) {
    const already = instance.Status === "Running" || instance.Status === "Starting";
    if (!held.released && already && world.switches.repeatedPower === "no-op") return {};
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom("StartInstance"));
  }
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(world.start(held));
  return {};
};
