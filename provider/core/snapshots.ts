import type { Desired, Disk, Present, Snapshot, Step } from "./model";

/** The tag by which a later run knows the snapshots of this release. */
export const snapshotTag = "pulumi-alicloud-lifecycle";

/** Written for a disk that was not looked at. */
const everyDisk = "every disk";

/**
 * The snapshots that are still to be begun or waited for before a stopped instance may be released. What an interrupted
 * run has begun counts; what is older than the machine's last start does not, for the disks have changed since. Pure.
 */
export function planSnapshots(desired: Desired, observed: Present): readonly Step[] {
  if (desired.release.snapshot === undefined) return [];
  const because = "release.snapshot is declared";
  const wait: Step = { kind: "await", until: "snapshots", because };
  if (observed.disks === undefined) return [{ kind: "snapshot", diskId: everyDisk, because }, wait];
  const begin = observed.disks
    .filter((disk) => !hasOne(disk, observed, ["accomplished", "progressing"]))
    .map(({ diskId }): Step => ({ kind: "snapshot", diskId, because }));
  const underWay = observed.disks.some((disk) => !hasOne(disk, observed, ["accomplished"]));
  return underWay ? [...begin, wait] : [];
}

/** The accomplished snapshots that this release rests on. Pure. */
export function snapshotsOfRelease(observed: Present): readonly Snapshot[] {
  const counted = observed.disks?.flatMap((disk) => countedFor(disk, observed)) ?? [];
  return counted.filter(({ status }) => status === "accomplished");
}

/** How many snapshots of this release have failed for a disk: a new attempt needs a new ClientToken. Pure. */
export function failedSnapshots(diskId: string, observed: Present): number {
  const disk = observed.disks?.find((one) => one.diskId === diskId);
  return disk === undefined ? 0 : countedFor(disk, observed).filter(({ status }) => status === "failed").length;
}

export function isLocalDisk(disk: Disk): boolean {
  return disk.category.startsWith("local") || disk.category.startsWith("ephemeral");
}

function hasOne(disk: Disk, observed: Present, statuses: readonly string[]): boolean {
  return countedFor(disk, observed).some(({ status }) => statuses.includes(status));
}

/** A snapshot counts if it was begun at this moment or later. The start is given in minutes, so a whole one is added. Pure. */
export function snapshotCountsFromMs(observed: Present): number {
  const startedMs = Date.parse(observed.startedAt);
  return Number.isNaN(startedMs) ? Number.NEGATIVE_INFINITY : startedMs + 61_000;
}

/** Of this disk, with our tag, and begun after the last start. */
function countedFor({ diskId }: Disk, observed: Present): readonly Snapshot[] {
  const fromMs = snapshotCountsFromMs(observed);
  return (observed.snapshots ?? []).filter(
    (snapshot) =>
      snapshot.diskId === diskId &&
      Object.hasOwn(snapshot.tags, snapshotTag) &&
      snapshot.tags[snapshotTag] === observed.instanceId &&
      Date.parse(snapshot.createdAt) >= fromMs,
  );
}
