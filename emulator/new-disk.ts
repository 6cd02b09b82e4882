import { type Disk, type DiskFields, defaultAccountId, defaultRegionId, type Instance } from "./model";
import { newId } from "./new-id";
import { tagList } from "./tag-list";
import { withSeconds } from "./time-format";

/** Fills in what was left out of a disk; `instance` is the one it is attached to. Pure. */
export function newDisk(fields: DiskFields, instance: Instance | undefined, nowMs: number): Disk {
  const { Tags, ...plain } = fields;
  const isSystem = fields.Type === "system";
  const regionId = instance?.RegionId ?? defaultRegionId;
  const created = instance?.CreationTime ?? withSeconds(nowMs);
  return {
    DiskName: "",
    Description: "",
    InstanceId: "",
    RegionId: regionId,
    ZoneId: instance?.ZoneId ?? `${regionId}-h`,
    Type: "data",
    Category: "cloud_essd",
    PerformanceLevel: (fields.Category ?? "cloud_essd") === "cloud_essd" ? "PL1" : "",
    Size: 40,
    Status: instance === undefined ? "Available" : "In_use",
    DiskChargeType: instance?.InstanceChargeType ?? "PostPaid",
    DeleteWithInstance: true,
    DeleteAutoSnapshot: true,
    EnableAutoSnapshot: true,
    AutoSnapshotPolicyId: "",
    Portable: !isSystem,
    Device: instance === undefined ? "" : isSystem ? "/dev/xvda" : "/dev/xvdb",
    Encrypted: false,
    MultiAttach: "Disabled",
    ImageId: isSystem ? (instance?.ImageId ?? "") : "",
    SourceSnapshotId: "",
    ResourceGroupId: "",
    CreationTime: created,
    AttachedTime: instance === undefined ? "" : created,
    DetachedTime: "",
    ExpiredTime: "2999-09-08T16:00:00Z",
    OperationLocks: { OperationLock: [] },
    accountId: instance?.accountId ?? defaultAccountId,
    ...plain,
    Tags: { Tag: tagList(Tags ?? {}) },
  };
}

/** The system disk that every instance has. */
export function systemDiskOf(instance: Instance, fields: Partial<DiskFields> = {}, nowMs = 0): Disk {
  return newDisk(
    {
      DiskId: newId("d", instance.RegionId, `${instance.InstanceId} system`),
      InstanceId: instance.InstanceId,
      Type: "system",
      ...fields,
    },
    instance,
    nowMs,
  );
}

/** Disks inside the machine: they can't be snapshotted, and they can't outlive their instance. */
export function isLocalDisk(disk: Disk): boolean {
  return /^(ephemeral|local)/.test(disk.Category);
}

/** ESSD series: what snapshot groups need. */
export function isEssd(disk: Disk): boolean {
  return disk.Category === "cloud_auto" || disk.Category.startsWith("cloud_essd");
}
