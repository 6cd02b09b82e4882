import type { Action } from "../call";
import { readIdList } from "../id-list";
import { type Disk, diskStatuses } from "../model";
import { cutPage, readPage } from "../paging";
import type { Parameters } from "../parameters";
import { checkPermission } from "../permission";
import { readTagFilter } from "../tag-params";
import { toMinuteForm } from "../time-format";
import {
  diskIdsMalformed,
  diskStatusNotSupported,
  diskTypeNotSupported,
  dryRunOperation,
  tooManyDiskIds,
} from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { readCreationFilter } from "./creation-filter";
import { readRegion } from "./read-region";
import { findsNothing, isEqual, isFlag, type Matches, onlyThose, readRowFilters } from "./row-filters";

export const describeDisks: Action = (call) => {
  const { world, params, credential } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("DiskIds"), diskIdsMalformed, tooManyDiskIds);
  const page = readPage(params, { largestPage: 100, mostResults: 500 });
  const fits = readFilters(params);
  const dryRun = params.boolean("DryRun", false);
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(credential);
  const listed = call.seesNothing ? [] : world.storage.disks.rows();
  const rows = listed.filter(
    ({ item: disk }) =>
      disk.RegionId === regionId &&
      disk.accountId === accountId &&
      (ids === undefined || ids.includes(disk.DiskId)) &&
      fits(disk),
  );
  const { shown, about } = cutPage(rows, page);
  return { ...about, Disks: { Disk: shown.map((row) => listedDisk(row.item)) } };
};

function readFilters(params: Parameters): Matches<Disk> {
  const fits = readRowFilters<Disk>(params, {
    InstanceId: isEqual("InstanceId"),
    DiskType: (type) => {
      if (type !== "all" && type !== "system" && type !== "data") throw diskTypeNotSupported();
      return (disk) => type === "all" || disk.Type === type;
    },
    Status: (status) => {
      if (status !== "All" && !diskStatuses.some((known) => known === status)) throw diskStatusNotSupported();
      return (disk) => status === "All" || disk.Status === status;
    },
    Category: (category) => (disk) => category === "all" || disk.Category === category,
    ZoneId: isEqual("ZoneId"),
    DiskName: isEqual("DiskName"),
    DiskChargeType: isEqual("DiskChargeType"),
    ResourceGroupId: isEqual("ResourceGroupId"),
    SnapshotId: isEqual("SourceSnapshotId"),
    MultiAttach: isEqual("MultiAttach"),
    LockReason: (reason) => (disk) => disk.OperationLocks.OperationLock.some((lock) => lock.LockReason === reason),
    DeleteWithInstance: isFlag(params, "DeleteWithInstance"),
    DeleteAutoSnapshot: isFlag(params, "DeleteAutoSnapshot"),
    EnableAutoSnapshot: isFlag(params, "EnableAutoSnapshot"),
    Portable: isFlag(params, "Portable"),
    Encrypted: onlyThose(params, (disk) => disk.Encrypted),
    // No disk here has a policy, a key or the old way of sharing.
    EnableAutomatedSnapshotPolicy: onlyThose(params, () => false),
    EnableShared: onlyThose(params, () => false),
    AutoSnapshotPolicyId: findsNothing(),
    KMSKeyId: findsNothing(),
  });
  const hasTags = readTagFilter(params);
  const isInTime = readCreationFilter(params);
  return (disk) => fits(disk) && hasTags(disk.Tags.Tag) && isInTime(disk.CreationTime);
}

/** One row: times with seconds, except for the expiry; nothing of the emulator's own. */
function listedDisk(disk: Disk): Record<string, unknown> {
  const attachments =
    disk.InstanceId === ""
      ? []
      : [{ InstanceId: disk.InstanceId, Device: disk.Device, AttachedTime: disk.AttachedTime }];
  return {
    ...without(disk, "accountId"),
    ExpiredTime: toMinuteForm(disk.ExpiredTime),
    Attachments: { Attachment: attachments },
    MountInstances: { MountInstance: [] },
  };
}
