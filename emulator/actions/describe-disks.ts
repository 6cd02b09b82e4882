import type { Action } from "../call";
import { readIdList } from "../id-list";
import { type Disk, diskStatuses } from "../model";
import { cutPage, readPage } from "../paging";
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
import { readRegion } from "./read-region";

export const describeDisks: Action = (call) => {
  const { world, params, credential } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("DiskIds"), diskIdsMalformed, tooManyDiskIds);
  const page = readPage(params, { largestPage: 100, mostResults: 500 });
  const instanceId = params.text("InstanceId") ?? "";
  const type = params.text("DiskType") || "all";
  if (type !== "all" && type !== "system" && type !== "data") throw diskTypeNotSupported();
  const status = params.text("Status") || "All";
  if (status !== "All" && !diskStatuses.some((known) => known === status)) throw diskStatusNotSupported();
  const hasTags = readTagFilter(params);
  const dryRun = params.boolean("DryRun", false);
  const texts = (["ZoneId", "Category", "DiskName", "DiskChargeType", "ResourceGroupId"] as const).flatMap((name) => {
    const value = params.text(name) ?? "";
    return value === "" ? [] : [(disk: Disk) => disk[name] === value];
  });
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(credential);
  const listed = call.stale === "empty" ? [] : world.storage.disks.rows();
  const rows = listed.filter(
    ({ item: disk }) =>
      disk.RegionId === regionId &&
      disk.accountId === accountId &&
      (ids === undefined || ids.includes(disk.DiskId)) &&
      (instanceId === "" || disk.InstanceId === instanceId) &&
      (type === "all" || disk.Type === type) &&
      (status === "All" || disk.Status === status) &&
      texts.every((matches) => matches(disk)) &&
      hasTags(disk.Tags.Tag),
  );
  const { shown, about } = cutPage(rows, page);
  return { ...about, Disks: { Disk: shown.map((row) => listedDisk(row.item)) } };
};

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
