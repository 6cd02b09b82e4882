import type { Action } from "../call";
import { allowedFrom, targetOf } from "../transitions";
import { dryRunOperation, incorrectStatus } from "../wire-error";
import { checkPowerLocks } from "./check-locks";
import { findInstance } from "./find-instance";

export const stopInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  const force = params.boolean("ForceStop", false);
  params.boolean("ConfirmStop", false);
  params.boolean("Hibernate", false);
  // `Not-applicable` is what answers say; it can't be asked for.
  const mode = params.oneOf("StoppedMode", ["KeepCharging", "StopCharging"]) ?? world.switches.stoppedModeByDefault;

  const held = findInstance(call, instanceId);
  const { instance } = held;
  checkPowerLocks(instance, "StopInstance");
  if (held.released && world.switches.releasedButListed === "accepted") return {};
  const cutsShort = force && instance.Status === "Stopping" && world.switches.forceStopWhileStopping === "accepted";
  if (held.released || (targetOf(instance.Status, "StopInstance") === undefined && !cutsShort)) {
    const already = instance.Status === "Stopped" || instance.Status === "Stopping";
    if (!held.released && already && world.switches.repeatedPower === "no-op") return {};
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom("StopInstance"));
  }
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(world.stop(held, { force, mode }));
  return {};
};
