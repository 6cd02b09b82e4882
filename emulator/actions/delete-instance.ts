import type { Action } from "../call";
import type { Instance } from "../model";
import { allowedFrom, targetOf } from "../transitions";
import {
  chargeTypeViolation,
  deletionProtected,
  dryRunOperation,
  incorrectStatus,
  instanceNotFound,
  invalidParameter,
  lockedForSecurity,
} from "../wire-error";
import { isLockedForSecurity } from "./check-locks";
import { findInstance } from "./find-instance";

export const deleteInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  if (!/^i-[a-z0-9]+$/.test(instanceId)) throw invalidParameter("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  const force = params.boolean("Force", false);
  const forceStop = params.boolean("ForceStop", true);
  const terminateSubscription = params.boolean("TerminateSubscription", false);

  const unknown =
    world.switches.deleteUnknownId === "not-found" ? instanceNotFound : () => invalidParameter("InstanceId");
  const held = findInstance(call, instanceId, unknown);
  const { instance } = held;
  if (instance.InstanceChargeType === "PrePaid" && !(terminateSubscription && isExpired(instance, world.now()))) {
    throw chargeTypeViolation();
  }
  if (world.switches.deleteUnderSecurityLock === "refused" && isLockedForSecurity(instance)) {
    throw lockedForSecurity();
  }
  if (held.released && world.switches.releasedButListed === "accepted") return {};
  const movement = force ? "DeleteInstance (Force)" : "DeleteInstance";
  if (held.released || targetOf(instance.Status, movement) === undefined) {
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom(movement));
  }
  if (instance.DeletionProtection) throw deletionProtected();
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  const shutdownFirst = force && !forceStop && instance.Status === "Running";
  call.effects.push(world.release(held, { shutdownFirst }));
  return {};
};

function isExpired(instance: Instance, nowMs: number): boolean {
  return Date.parse(instance.ExpiredTime) <= nowMs;
}
