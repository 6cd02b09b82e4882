import { toMinute } from "../core/release-time";
import type { Disk, Present, Snapshot } from "../core/model";
import { isRecord } from "./pop-door";

const statuses: Readonly<Record<string, string>> = {
  Pending: "pending",
  Starting: "starting",
  Running: "running",
  Stopping: "stopping",
  Stopped: "stopped",
};

/** A copy, for the parser's texts are slices of the answer: one that is kept would keep the whole of it, a hundred instances. */
export function detached<T>(value: T): T {
  return structuredClone(value);
}

/** One entry of DescribeInstances → our words; undefined when it has no id, for then it is about nothing. */
export function toPresent(raw: unknown): Present | undefined {
  if (!isRecord(raw) || typeof raw.InstanceId !== "string") return undefined;
  const text = (name: string): string => {
    const value = raw[name];
    return typeof value === "string" ? value : "";
  };
  const status = text("Status");
  return detached<Present>({
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
    tags: tagsOf(raw.Tags),
    createdAt: text("CreationTime"),
    serialNumber: text("SerialNumber"),
    startedAt: text("StartTime"),
    publicIps: listOf(raw.PublicIpAddress, "IpAddress").filter((ip) => typeof ip === "string"),
    elasticIp: elasticIpOf(raw.EipAddress),
    disks: undefined,
    snapshots: undefined,
  });
}

/** One entry of DescribeDisks → our words; undefined when it has no id. */
export function toDisk(raw: unknown): Disk | undefined {
  if (!isRecord(raw) || typeof raw.DiskId !== "string") return undefined;
  return detached<Disk>({
    diskId: raw.DiskId,
    type: typeof raw.Type === "string" ? raw.Type : "",
    category: typeof raw.Category === "string" ? raw.Category : "",
    sizeGiB: Number(raw.Size) || 0,
    deleteWithInstance: raw.DeleteWithInstance === true,
    deleteAutoSnapshot: raw.DeleteAutoSnapshot === true,
  });
}

/** One entry of DescribeSnapshots → our words; undefined when it has no id or belongs to no disk. */
export function toSnapshot(raw: unknown): Snapshot | undefined {
  if (!isRecord(raw) || typeof raw.SnapshotId !== "string" || typeof raw.SourceDiskId !== "string") return undefined;
  return detached<Snapshot>({
    snapshotId: raw.SnapshotId,
    diskId: raw.SourceDiskId,
    status: typeof raw.Status === "string" ? raw.Status : "",
    type: typeof raw.SnapshotType === "string" ? raw.SnapshotType : "",
    createdAt: typeof raw.CreationTime === "string" ? raw.CreationTime : "",
    tags: tagsOf(raw.Tags),
  });
}

function elasticIpOf(raw: unknown): string | undefined {
  const ip = isRecord(raw) ? raw.IpAddress : undefined;
  return typeof ip === "string" && ip !== "" ? ip : undefined;
}

/** DescribeInstances writes TagKey and TagValue, DescribeSnapshots may write either form. */
function tagsOf(raw: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOf(raw, "Tag").flatMap((tag) => {
      if (!isRecord(tag)) return [];
      const key = tag.TagKey ?? tag.Key;
      const value = tag.TagValue ?? tag.Value;
      return typeof key === "string" ? [[key, typeof value === "string" ? value : ""]] : [];
    }),
  );
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
