import type { Action } from "../call";
import type { Snapshot, SnapshotGroup, SnapshotStatus, Tag } from "../model";
import { cutPage, readPage } from "../paging";
import { checkPermission } from "../permission";
import { readTagFilter } from "../tag-params";
import { invalidParameter } from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { listedSnapshot } from "./describe-snapshots";
import { readRegion } from "./read-region";
import { isEqual, readRowFilters } from "./row-filters";

const statuses: readonly SnapshotStatus[] = ["progressing", "accomplished", "failed"];

export const describeSnapshotGroups: Action = (call) => {
  const { world, params, credential } = call;
  const regionId = readRegion(call);
  const ids = params.list("SnapshotGroupId");
  if (ids.length > 10) throw invalidParameter("SnapshotGroupId");
  const wanted = params.list("Status");
  if (wanted.some((status) => !statuses.some((known) => known === status))) throw invalidParameter("Status");
  const page = readPage(params, { largestPage: 100, mostResults: 100, fewestResults: 1, only: "token" });
  const fits = readRowFilters<SnapshotGroup>(params, {
    InstanceId: isEqual("InstanceId"),
    Name: isEqual("Name"),
    ResourceGroupId: isEqual("ResourceGroupId"),
  });
  const hasTags = readTagFilter(params);
  checkPermission(call);

  const accountId = accountOf(credential);
  const { storage } = world;
  const rows = (call.seesNothing ? [] : storage.groups.rows())
    .map(({ sequence, item: group }) => {
      const snapshots = group.snapshotIds.flatMap((id) => storage.snapshots.get(id) ?? []);
      return { sequence, group, snapshots, status: statusOf(snapshots) };
    })
    .filter(
      ({ group, status }) =>
        group.RegionId === regionId &&
        group.accountId === accountId &&
        (ids.length === 0 || ids.includes(group.SnapshotGroupId)) &&
        (wanted.length === 0 || wanted.includes(status)) &&
        fits(group) &&
        hasTags(group.Tags.Tag),
    );
  const { shown, about } = cutPage(rows, page);
  const listed = shown.map(({ group, snapshots, status }) => ({
    ...onWire(group),
    Status: status,
    Snapshots: {
      Snapshot: snapshots.map((snapshot) => {
        const row = listedSnapshot(snapshot, storage.progressOf(snapshot.SnapshotId), world.now());
        const { SnapshotId, SourceDiskId, SourceDiskType, Progress, Available, InstantAccess } = row;
        const Tags = tagsOnWire(snapshot.Tags);
        return { SnapshotId, SourceDiskId, SourceDiskType, Progress, Available, InstantAccess, Tags };
      }),
    },
  }));
  for (const { snapshots } of shown) for (const { SnapshotId } of snapshots) storage.snapshotDescribed(SnapshotId);
  return { NextToken: about["NextToken"], SnapshotGroups: { SnapshotGroup: listed } };
};

function onWire(group: SnapshotGroup): Record<string, unknown> {
  const wire = without(group, "accountId", "snapshotIds", "RegionId");
  return { ...wire, ProgressStatus: "", Tags: tagsOnWire(group.Tags) };
}

/** This call alone says `Key` and `Value`. */
function tagsOnWire({ Tag }: { Tag: readonly Tag[] }): Record<string, unknown> {
  return { Tag: Tag.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })) };
}

/** One that failed spoils the group; one under way keeps it open. */
function statusOf(snapshots: readonly Snapshot[]): SnapshotStatus {
  if (snapshots.some((snapshot) => snapshot.Status === "failed")) return "failed";
  return snapshots.some((snapshot) => snapshot.Status === "progressing") ? "progressing" : "accomplished";
}
