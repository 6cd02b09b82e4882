import type { Progress } from "../block-storage";
import type { Action } from "../call";
import { readIdList } from "../id-list";
import type { Snapshot } from "../model";
import { cutPage, readPage } from "../paging";
import type { Parameters } from "../parameters";
import { checkPermission } from "../permission";
import { readTagFilter } from "../tag-params";
import { dryRunOperation, snapshotFilterNotFound, snapshotIdsMalformed, sourceDiskTypeInvalid } from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { readCreationFilter } from "./creation-filter";
import { readRegion } from "./read-region";
import { findsNothing, isEqual, type Matches, onlyThose, readRowFilters } from "./row-filters";

export const describeSnapshots: Action = (call) => {
  const { world, params, credential } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("SnapshotIds"), snapshotIdsMalformed);
  const page = readPage(params, { largestPage: 100, mostResults: 100, fewestResults: 1 });
  const fits = readFilters(params);
  const dryRun = params.boolean("DryRun", false);
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(credential);
  const listed = call.seesNothing ? [] : world.storage.snapshots.rows();
  const rows = listed.filter(
    ({ item }) =>
      item.RegionId === regionId &&
      item.accountId === accountId &&
      (ids === undefined || ids.includes(item.SnapshotId)) &&
      fits(item),
  );
  const { shown, about } = cutPage(rows, page);
  const Snapshots = shown.map(({ item }) =>
    listedSnapshot(item, world.storage.progressOf(item.SnapshotId), world.now()),
  );
  for (const { item } of shown) world.storage.snapshotDescribed(item.SnapshotId);
  return { ...about, Snapshots: { Snapshot: Snapshots } };
};

function readFilters(params: Parameters): Matches<Snapshot> {
  const fits = readRowFilters<Snapshot>(params, {
    Status: (status) => {
      if (!["all", "progressing", "accomplished", "failed"].includes(status)) {
        throw snapshotFilterNotFound("InvalidStatus.NotFound");
      }
      return (snapshot) => status === "all" || snapshot.Status === status;
    },
    SnapshotType: (type) => {
      if (!["all", "user", "auto", "timer"].includes(type))
        throw snapshotFilterNotFound("InvalidSnapshotType.NotFound");
      return (snapshot) => type === "all" || snapshot.SnapshotType === type;
    },
    SourceDiskType: (type) => {
      const wanted = type.toLowerCase();
      if (wanted !== "system" && wanted !== "data") throw sourceDiskTypeInvalid();
      return (snapshot) => snapshot.SourceDiskType === wanted;
    },
    DiskId: isEqual("SourceDiskId"),
    InstanceId: isEqual("instanceId"),
    SnapshotName: isEqual("SnapshotName"),
    ResourceGroupId: isEqual("ResourceGroupId"),
    Usage: isEqual("Usage"),
    // The vendor's pages write `Standard`, its answers `standard`.
    Category: (category) => (snapshot) => snapshot.Category.toLowerCase() === category.toLowerCase(),
    Encrypted: onlyThose(params, (snapshot) => snapshot.Encrypted),
    KMSKeyId: findsNothing(),
    SnapshotLinkId: findsNothing(),
  });
  const hasTags = readTagFilter(params);
  const isInTime = readCreationFilter(params);
  return (snapshot) => fits(snapshot) && hasTags(snapshot.Tags.Tag) && isInTime(snapshot.CreationTime);
}

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
