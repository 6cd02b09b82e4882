import { toMinute } from "../core/release-time";
import type { Present } from "../core/model";
import { isRecord } from "./pop-door";

const statuses: Readonly<Record<string, string>> = {
  Pending: "pending",
  Starting: "starting",
  Running: "running",
  Stopping: "stopping",
  Stopped: "stopped",
};

/** One entry of DescribeInstances → our words; undefined when it has no id, for then it is about nothing. */
export function toPresent(raw: unknown): Present | undefined {
  if (!isRecord(raw) || typeof raw.InstanceId !== "string") return undefined;
  const text = (name: string): string => {
    const value = raw[name];
    return typeof value === "string" ? value : "";
  };
  const status = text("Status");
  return {
    presence: "present",
    instanceId: raw.InstanceId,
    regionId: text("RegionId"),
    status: statuses[status] ?? status,
    stoppedMode: text("StoppedMode"),
    chargeType: text("InstanceChargeType"),
    instanceName: text("InstanceName"),
    instanceType: text("InstanceType"),
    networkType: text("InstanceNetworkType"),
    releaseTime: releaseTimeOf(text("AutoReleaseTime")),
    deletionProtection: raw.DeletionProtection === true,
    locks: listOf(raw.OperationLocks, "LockReason").flatMap((lock) =>
      isRecord(lock) && typeof lock.LockReason === "string" ? [lock.LockReason.toLowerCase()] : [],
    ),
    tags: Object.fromEntries(
      listOf(raw.Tags, "Tag").flatMap((tag) =>
        isRecord(tag) && typeof tag.TagKey === "string"
          ? [[tag.TagKey, typeof tag.TagValue === "string" ? tag.TagValue : ""]]
          : [],
      ),
    ),
    createdAt: text("CreationTime"),
    serialNumber: text("SerialNumber"),
  };
}

/** DescribeInstances answers `yyyy-MM-ddTHH:mmZ`, the request wants seconds, and unset is an empty text: compare minutes, never texts. */
function releaseTimeOf(text: string): string | undefined {
  const ms = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : toMinute(ms);
}

/** Every list comes wrapped in an object with one key, which is left out when the list is empty. */
export function listOf(wrapper: unknown, key: string): readonly unknown[] {
  const list = isRecord(wrapper) ? wrapper[key] : undefined;
  return Array.isArray(list) ? list : [];
}
