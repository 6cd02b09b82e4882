import type { Instance } from "../model";
import { expiredOrInArrears, instanceExpired, lockedForSecurity, reclaimed } from "../wire-error";

/** The lock matrix for the power calls: start, stop and reboot are refused under every lock; delete and describe are not. */
export function checkPowerLocks(instance: Instance, action: "StartInstance" | "StopInstance" | "RebootInstance"): void {
  const reasons = lockReasons(instance);
  if (reasons.includes("security")) throw lockedForSecurity();
  if (reasons.some((reason) => money.has(reason))) {
    throw action === "StartInstance" ? instanceExpired(instance.InstanceChargeType) : expiredOrInArrears();
  }
  if (reasons.includes("recycling")) throw reclaimed();
}

export function isLockedForSecurity(instance: Instance): boolean {
  return lockReasons(instance).includes("security");
}

const money = new Set(["financial", "dedicatedhostfinancial", "refunded"]);

/** The vendor's pages differ in the case of `Recycling`. */
function lockReasons(instance: Instance): string[] {
  return instance.OperationLocks.LockReason.map((lock) => lock.LockReason.toLowerCase());
}
