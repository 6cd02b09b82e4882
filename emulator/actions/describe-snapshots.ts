import type { Progress } from "../block-storage";
import type { Action } from "../call";
import { readIdList } from "../id-list";
import type { Snapshot } from "../model";
import { cutPage, readPage } from "../paging";
import { checkPermission } from "../permission";
import { readTagFilter } from "../tag-params";
import { dryRunOperation, snapshotFilterNotFound, snapshotIdsMalformed, sourceDiskTypeInvalid } from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { readRegion } from "./read-region";

export const describeSnapshots: Action = (call) => {
  const { world, params, credential } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("SnapshotIds"), snapshotIdsMalformed);
  const page = readPage(params);
  const status = params.text("Status") || "all";
  if (!["all", "progressing", "accomplished", "failed"].includes(status)) {
    throw snapshotFilterNotFound("InvalidStatus.NotFound");
  }
  const type = params.text("SnapshotType") || "all";
  if (!["all", "user", "auto", "timer"].includes(type)) throw snapshotFilterNotFound("InvalidSnapshotType.NotFound");
  const diskType = (params.text("SourceDiskType") ?? "").toLowerCase();
  if (!["", "system", "data"].includes(diskType)) throw sourceDiskTypeInvalid();
  const texts = Object.entries({
    DiskId: (snapshot: Snapshot) => snapshot.SourceDiskId,
    InstanceId: (snapshot: Snapshot) => snapshot.instanceId,
    SnapshotName: (snapshot: Snapshot) => snapshot.SnapshotName,
    ResourceGroupId: (snapshot: Snapshot) => snapshot.ResourceGroupId,
  }).flatMap(([name, of]) => {
    const value = params.text(name) ?? "";
    return value === "" ? [] : [(snapshot: Snapshot) => of(snapshot) === value];
  });
  const hasTags = readTagFilter(params);
  const dryRun = params.boolean("DryRun", false);
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(credential);
  const listed = call.stale === "empty" ? [] : world.storage.snapshots.rows();
  const rows = listed.filter(
    ({ item }) =>
      item.RegionId === regionId &&
      item.accountId === accountId &&
      (ids === undefined || ids.includes(item.SnapshotId)) &&
      (status === "all" || item.Status === status) &&
      (type === "all" || item.SnapshotType === type) &&
      (diskType === "" || item.SourceDiskType === diskType) &&
      texts.every((matches) => matches(item)) &&
      hasTags(item.Tags.Tag),
  );
  const { shown, about } = cutPage(rows, page);
  const Snapshots = shown.map(({ item }) =>
    listedSnapshot(item, world.storage.progressOf(item.SnapshotId), world.now()),
  );
  for (const { item } of shown) world.storage.snapshotDescribed(item.SnapshotId);
  return { ...about, Snapshots: { Snapshot: Snapshots } };
};

/** One row: times with seconds, how far it is, nothing of the emulator's own. */
export function listedSnapshot(
  snapshot: Snapshot,
  progress: Progress | undefined,
  nowMs: number,
): Record<string, unknown> {
  const { isEssd, RetentionDays } = snapshot;
  const endMs = progress?.awaited.atMs;
  const share =
    progress === undefined || endMs === undefined
      ? 0
      : (nowMs - progress.startMs) / Math.max(1, endMs - progress.startMs);
  return {
    ...without(snapshot, "accountId", "instanceId", "isEssd", "RetentionDays"),
    Progress: snapshot.Status === "accomplished" ? "100%" : `${Math.min(99, Math.floor(share * 100))}%`,
    RemainTime: endMs === undefined ? 0 : Math.ceil((endMs - nowMs) / 1000),
    // A snapshot of an ESSD can be used before it is finished.
    Available: snapshot.Status === "accomplished" || (snapshot.Status === "progressing" && isEssd),
    InstantAccess: false,
    SourceStorageType: "disk",
    ...(RetentionDays === 0 ? {} : { RetentionDays }),
  };
}
