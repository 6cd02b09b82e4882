import type { Action, Call, Change } from "../call";
import type { Instance } from "../model";
import type { Parameters } from "../parameters";
import { allowedFrom, targetOf } from "../transitions";
import {
  chargeTypeViolation,
  deletionProtected,
  dryRunOperation,
  incorrectStatus,
  instanceNotFound,
  invalidParameter,
  lockedForSecurity,
  type WireError,
} from "../wire-error";
import { isLockedForSecurity } from "./check-locks";
import { findInstance } from "./find-instance";

export const deleteInstance: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  if (!/^i-[a-z0-9]+$/.test(instanceId)) throw invalidParameter("InstanceId");
  const dryRun = params.boolean("DryRun", false);
  const how = readDelete(params);
  const unknown =
    world.switches.deleteUnknownId === "not-found" ? instanceNotFound : () => invalidParameter("InstanceId");

  const change = judgeDelete(call, instanceId, how, unknown);
  if (change === undefined) return {};
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  call.effects.push(change());
  return {};
};

export interface Delete {
  force: boolean;
  forceStop: boolean;
  terminateSubscription: boolean;
}

export function readDelete(params: Parameters): Delete {
  return {
    force: params.boolean("Force", false),
    forceStop: params.boolean("ForceStop", true),
    terminateSubscription: params.boolean("TerminateSubscription", false),
  };
}

/** Throws what stands against it; undefined when there is nothing to do. */
export function judgeDelete(
  call: Call,
  instanceId: string,
  { force, forceStop, terminateSubscription }: Delete,
  unknown: () => WireError,
): Change | undefined {
  const { world } = call;
  const held = findInstance(call, instanceId, unknown);
  const { instance } = held;
  if (instance.InstanceChargeType === "PrePaid" && !(terminateSubscription && isExpired(instance, world.now()))) {
    throw chargeTypeViolation();
  }
  if (world.switches.deleteUnderSecurityLock === "refused" && isLockedForSecurity(instance)) {
    throw lockedForSecurity();
  }
  if (held.released && world.switches.releasedButListed === "accepted") return undefined;
  const movement = force ? "DeleteInstance (Force)" : "DeleteInstance";
  if (held.released || targetOf(instance.Status, movement) === undefined) {
    throw incorrectStatus(world.switches.statusMessage, instance.Status, allowedFrom(movement));
  }
  if (instance.DeletionProtection) throw deletionProtected();
  const shutdownFirst = force && !forceStop && instance.Status === "Running";
  return () => world.compute.release(held, { shutdownFirst });
}

function isExpired(instance: Instance, nowMs: number): boolean {
  return Date.parse(instance.ExpiredTime) <= nowMs;
}
