import type { Action, Call, Change } from "../call";
import { allowedFrom, targetOf } from "../transitions";
import { dryRunOperation, incorrectStatus, noStock } from "../wire-error";
import { checkPowerLocks } from "./check-locks";
import { findInstance } from "./find-instance";

export const startInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  params.boolean("InitLocalDisk", false);

  const change = judgeStart(call, instanceId);
  if (change === undefined) return {};
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(change());
  return {};
};

/** Throws what stands against it; undefined when there is nothing to do. */
export function judgeStart(call: Call, instanceId: string): Change | undefined {
  const { world } = call;
  const held = findInstance(call, instanceId);
  const { instance } = held;
  checkPowerLocks(instance, "StartInstance");
  if (held.released && world.switches.releasedButListed === "accepted") return undefined;
  if (held.released || targetOf(instance.Status, "StartInstance") === undefined) {
    const already = instance.Status === "Running" || instance.Status === "Starting";
    if (!held.released && already && world.switches.repeatedPower === "no-op") return undefined;
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom("StartInstance"));
  }
  // Economical mode gave the machine back: it may be somebody else's by now.
  const isSoldOut = instance.noStock || world.places.isSoldOut(instance.ZoneId);
  if (isSoldOut && instance.StoppedMode === "StopCharging") throw noStock();
  return () => world.compute.start(held);
}
