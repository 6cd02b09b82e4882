import type { Action, Call, Change } from "../call";
import type { Parameters } from "../parameters";
import type { Switches } from "../switches";
import { allowedFrom, targetOf } from "../transitions";
import { dryRunOperation, hibernationNotEnabled, incorrectStatus } from "../wire-error";
import { checkPowerLocks } from "./check-locks";
import { findInstance } from "./find-instance";

export const stopInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  params.boolean("ConfirmStop", false);
  const hibernate = params.boolean("Hibernate", false);
  const how = readStop(params, world.switches);

  const change = judgeStop(call, instanceId, { ...how, hibernate });
  if (change === undefined) return {};
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(change());
  return {};
};

export interface Stop {
  force: boolean;
  mode: "KeepCharging" | "StopCharging";
  hibernate: boolean;
}

export function readStop(params: Parameters, switches: Switches): Omit<Stop, "hibernate"> {
  const force = params.boolean("ForceStop", false);
  // `Not-applicable` is what answers say; it can't be asked for.
  const mode = params.oneOf("StoppedMode", ["KeepCharging", "StopCharging"]) ?? switches.stoppedModeByDefault;
  return { force, mode };
}

/** Throws what stands against it; undefined when there is nothing to do. */
export function judgeStop(call: Call, instanceId: string, how: Stop): Change | undefined {
  const { world } = call;
  const { force, mode, hibernate } = how;
  const held = findInstance(call, instanceId);
  const { instance } = held;
  checkPowerLocks(instance, "StopInstance");
  if (held.released && world.switches.releasedButListed === "accepted") return undefined;
  const cutsShort = force && instance.Status === "Stopping" && world.switches.forceStopWhileStopping === "accepted";
  if (held.released || (targetOf(instance.Status, "StopInstance") === undefined && !cutsShort)) {
    const already = instance.Status === "Stopped" || instance.Status === "Stopping";
    if (!held.released && already && world.switches.repeatedPower === "no-op") return undefined;
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom("StopInstance"));
  }
  if (hibernate && !instance.HibernationOptions.Configured) throw hibernationNotEnabled();
  return () => world.compute.stop(held, { force, mode });
}
