import { defaultAccountId, defaultRegionId, type Disk, type Snapshot, type SnapshotFields } from "./model";
import { isEssd } from "./new-disk";
import { tagList } from "./tag-list";
import { withSeconds } from "./time-format";

/** Fills in what was left out of a snapshot; `disk` is its source, if that still exists. Pure. */
export function newSnapshot(fields: SnapshotFields, disk: Disk | undefined, nowMs: number): Snapshot {
  const { Tags, ...plain } = fields;
  const created = fields.CreationTime ?? withSeconds(nowMs);
  return {
    SnapshotName: "",
    Description: "",
    Status: "accomplished",
    SnapshotType: "user",
    RegionId: disk?.RegionId ?? defaultRegionId,
    SourceDiskId: "",
    SourceDiskType: disk?.Type ?? "data",
    SourceDiskSize: String(disk?.Size ?? 40),
    Category: "standard",
    Encrypted: disk?.Encrypted ?? false,
    Usage: "none",
    CreationTime: created,
    LastModifiedTime: created,
    RetentionDays: 0,
    ResourceGroupId: "",
    instanceId: disk?.InstanceId ?? "",
    isEssd: disk === undefined || isEssd(disk),
    accountId: disk?.accountId ?? defaultAccountId,
    ...plain,
    Tags: { Tag: tagList(Tags ?? {}) },
  };
}
