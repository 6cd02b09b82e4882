import type { Instance } from "../../emulator/index";
import { now } from "./support";

/** What was done to this instance although it must have been spared that; undefined when it wasn't wronged. */
export function wronged(before: Instance, action: string, params: Record<string, string>): string | undefined {
  const locks = before.OperationLocks.LockReason.map((lock) => lock.LockReason);
  const terminate = params["TerminateSubscription"] ?? "";
  switch (action) {
    case "DeleteInstance":
    case "DeleteInstances":
      if (before.DeletionProtection) return "protected, and released";
      if (before.InstanceChargeType === "PrePaid" && !(isOver(before) && /^true$/i.test(terminate))) {
        return "paid for, and released";
      }
      if (before.Status !== "Stopped" && !(before.Status === "Running" && /^true$/i.test(params["Force"] ?? ""))) {
        return `${before.Status}, and released`;
      }
      return undefined;
    case "StartInstance":
    case "StartInstances":
      return before.Status !== "Stopped" || locks.length > 0
        ? `${before.Status} ${locks.join()}, and started`
        : undefined;
    case "StopInstance":
    case "StopInstances":
    case "RebootInstance":
      return before.Status !== "Running" || locks.length > 0
        ? `${before.Status} ${locks.join()}, and stopped`
        : undefined;
    case "ModifyInstanceAutoReleaseTime":
      return before.InstanceChargeType === "PrePaid" ? "paid for, and given a release time" : undefined;
    case "ModifyInstanceAttribute":
      return locks.includes("security") ? "locked, and modified" : undefined;
    default:
      return undefined;
  }
}

function isOver({ ExpiredTime }: Instance): boolean {
  return Date.parse(ExpiredTime) <= Date.parse(now);
}
