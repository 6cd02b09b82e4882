import { type AutoSnapshotPolicy, autoSnapshotName, nextRunMs } from "./auto-snapshot-policy";
import type { Due } from "./due-queue";
import { type Awaited, awaitedAfter, describedOnce } from "./duration";
import type { Disk, DiskFields, Instance, Snapshot, SnapshotFields, SnapshotGroup, Tag, Timings } from "./model";
import { isLocalDisk, newDisk, systemDiskOf } from "./new-disk";
import { newId } from "./new-id";
import { newSnapshot } from "./new-snapshot";
import type { Random } from "./random";
import { Store } from "./store";
import { withSeconds } from "./time-format";

/** What disks and snapshots need of the world around them. */
export interface Surroundings {
  now(): number;
  random(): Random;
  instance(instanceId: string): Instance | undefined;
  snapshotTiming(instance: Instance | undefined): Timings["snapshotMs"];
  due(due: Due): void;
  /** For the ids that are given out: never the same text twice. */
  nextNumber(): number;
}

/** A snapshot under way. */
export interface Progress {
  readonly startMs: number;
  awaited: Awaited;
  readonly outcome: "accomplished" | "failed";
}

/** What is asked for in a snapshot. */
export interface SnapshotOrder {
  SnapshotName: string;
  Description: string;
  RetentionDays: number;
  ResourceGroupId: string;
  /** Default `user`. */
  SnapshotType?: Snapshot["SnapshotType"];
  tags: Tag[];
  fails: boolean;
}

/** Disks, snapshots and groups of them, and what becomes of them when instances move. */
export class BlockStorage {
  disks = new Store<Disk>();
  snapshots = new Store<Snapshot>();
  groups = new Store<SnapshotGroup>();
  #policies: readonly AutoSnapshotPolicy[] = [];
  readonly #progress = new Map<string, Progress>();
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  copy(world: Surroundings = this.#world): BlockStorage {
    const copy = new BlockStorage(world);
    copy.disks = this.disks.copy();
    copy.snapshots = this.snapshots.copy();
    copy.groups = this.groups.copy();
    copy.#policies = this.#policies;
    for (const [id, progress] of this.#progress) copy.#progress.set(id, { ...progress });
    return copy;
  }

  get policies(): readonly AutoSnapshotPolicy[] {
    return this.#policies;
  }

  /** From now on disks are snapshotted by these. */
  usePolicies(policies: readonly AutoSnapshotPolicy[]): void {
    this.#policies = policies;
    for (const policy of policies) this.#schedulePolicy(policy, this.#world.now());
  }

  /** What the clock brings to a policy: a snapshot of each of its disks that can have one now. */
  runPolicy({ id, atMs }: Due): Snapshot[] {
    const policy = this.#policies.find((each) => each.AutoSnapshotPolicyId === id);
    if (policy === undefined) return [];
    this.#schedulePolicy(policy, atMs);
    const order: SnapshotOrder = {
      SnapshotName: autoSnapshotName(id, atMs),
      Description: "",
      RetentionDays: policy.retentionDays ?? 0,
      ResourceGroupId: "",
      SnapshotType: "timer",
      tags: [],
      fails: false,
    };
    return this.disks
      .items()
      .filter((disk) => disk.AutoSnapshotPolicyId === id && this.#isDueForPolicy(disk))
      .map((disk) => this.beginSnapshot(disk, order, atMs));
  }

  /** Where CreateSnapshot would refuse, a policy leaves it out this time. */
  #isDueForPolicy(disk: Disk): boolean {
    if (!disk.EnableAutoSnapshot || isLocalDisk(disk) || disk.AttachedTime === "") return false;
    const status = this.#world.instance(disk.InstanceId)?.Status ?? "Stopped";
    return (status === "Running" || status === "Stopped") && !this.isCreatingSnapshot(disk.DiskId);
  }

  #schedulePolicy(policy: AutoSnapshotPolicy, afterMs: number): void {
    const atMs = nextRunMs(policy, afterMs);
    if (atMs !== undefined) this.#world.due({ atMs, id: policy.AutoSnapshotPolicyId, kind: "autoSnapshot" });
  }

  addDisk(fields: DiskFields): Disk {
    const attached = fields.InstanceId === undefined ? undefined : this.#world.instance(fields.InstanceId);
    const disk = newDisk(fields, attached, this.#world.now());
    this.disks.set(disk.DiskId, disk);
    return disk;
  }

  /** No instance is without one. */
  addSystemDisk(instance: Instance, fields: Partial<DiskFields> = {}): void {
    const disk = systemDiskOf(instance, fields, this.#world.now());
    this.disks.set(disk.DiskId, disk);
  }

  addSnapshot(fields: SnapshotFields): void {
    const source = fields.SourceDiskId === undefined ? undefined : this.disks.get(fields.SourceDiskId);
    const snapshot = newSnapshot(fields, source, this.#world.now());
    this.snapshots.set(snapshot.SnapshotId, snapshot);
    if (snapshot.Status === "progressing") this.#begin(snapshot, false);
    this.#scheduleExpiry(snapshot);
  }

  disksOf(instanceId: string): Disk[] {
    return this.disks.items().filter((disk) => disk.InstanceId === instanceId);
  }

  /** Its instance is gone: the disks go too, or stay as pay-as-you-go. Under a security lock they always go. */
  instanceReleased(instanceId: string, how: { disksAlwaysGo: boolean; atMs: number }): void {
    for (const disk of this.disksOf(instanceId)) {
      if (disk.DeleteWithInstance || how.disksAlwaysGo) {
        this.#deleteDisk(disk);
      } else {
        this.disks.set(disk.DiskId, {
          ...disk,
          InstanceId: "",
          Device: "",
          Status: "Available",
          DiskChargeType: "PostPaid",
          DetachedTime: withSeconds(how.atMs),
        });
      }
    }
  }

  /** A start, stop or reboot spoils the snapshots that are under way. */
  instanceMoved(instanceId: string): void {
    for (const id of this.#progress.keys()) {
      const snapshot = this.snapshots.get(id);
      if (snapshot?.instanceId === instanceId) this.#finish(snapshot, "failed", this.#world.now());
    }
  }

  isCreatingSnapshot(diskId: string): boolean {
    return this.snapshots
      .items()
      .some((snapshot) => snapshot.SourceDiskId === diskId && snapshot.Status === "progressing");
  }

  beginSnapshot(disk: Disk, order: SnapshotOrder, atMs = this.#world.now()): Snapshot {
    const { tags, fails, ...fields } = order;
    const id = newId("s", disk.RegionId, String(this.#world.nextNumber()));
    const blank = newSnapshot({ SnapshotId: id, SourceDiskId: disk.DiskId, ...fields }, disk, atMs);
    const snapshot: Snapshot = { ...blank, Status: "progressing", Tags: { Tag: tags } };
    this.snapshots.set(id, snapshot);
    this.#begin(snapshot, fails, atMs);
    this.#scheduleExpiry(snapshot);
    return snapshot;
  }

  beginGroup(
    fields: Omit<SnapshotGroup, "SnapshotGroupId" | "CreationTime" | "snapshotIds" | "Tags">,
    disks: readonly Disk[],
    order: SnapshotOrder,
  ): SnapshotGroup {
    const id = newId("ssg", fields.RegionId, String(this.#world.nextNumber()));
    const snapshotIds = disks.map((disk) => this.beginSnapshot(disk, order).SnapshotId);
    const CreationTime = withSeconds(this.#world.now());
    const group = { ...fields, SnapshotGroupId: id, CreationTime, snapshotIds, Tags: { Tag: order.tags } };
    this.groups.set(id, group);
    return group;
  }

  deleteSnapshot(snapshotId: string): void {
    this.snapshots.delete(snapshotId);
    this.#progress.delete(snapshotId);
  }

  /** Undefined when it is finished. */
  progressOf(snapshotId: string): Progress | undefined {
    return this.#progress.get(snapshotId);
  }

  /** A Describe answer has shown it. */
  snapshotDescribed(snapshotId: string): void {
    const progress = this.#progress.get(snapshotId);
    const snapshot = this.snapshots.get(snapshotId);
    if (progress === undefined || snapshot === undefined) return;
    const { awaited, over } = describedOnce(progress.awaited);
    progress.awaited = awaited;
    if (over) this.#finish(snapshot, progress.outcome, this.#world.now());
  }

  /** What the clock brings. Answers what the ledger should say of it. */
  arrive(due: Due): string | undefined {
    const snapshot = this.snapshots.get(due.id);
    if (snapshot === undefined) return undefined;
    if (due.kind === "snapshot") {
      const progress = this.#progress.get(due.id);
      if (progress?.awaited.atMs === due.atMs) this.#finish(snapshot, progress.outcome, due.atMs);
      return undefined;
    }
    if (expiryOf(snapshot) !== due.atMs) return undefined;
    this.deleteSnapshot(due.id);
    return `${due.id}: ${snapshot.Status} -> deleted`;
  }

  #begin(snapshot: Snapshot, fails: boolean, startMs = this.#world.now()): void {
    const timing = this.#world.snapshotTiming(this.#world.instance(snapshot.instanceId));
    const failing = timing !== null && typeof timing === "object" && "failsAfterMs" in timing;
    const awaited = awaitedAfter(failing ? timing.failsAfterMs : timing, startMs, this.#world.random());
    this.#progress.set(snapshot.SnapshotId, {
      startMs,
      awaited,
      outcome: failing || fails ? "failed" : "accomplished",
    });
    if (awaited.atMs !== undefined) this.#world.due({ atMs: awaited.atMs, id: snapshot.SnapshotId, kind: "snapshot" });
    if (awaited.describes === 0) this.#finish(snapshot, fails ? "failed" : "accomplished", startMs);
  }

  #finish(snapshot: Snapshot, Status: "accomplished" | "failed", atMs: number): void {
    this.#progress.delete(snapshot.SnapshotId);
    this.snapshots.set(snapshot.SnapshotId, { ...snapshot, Status, LastModifiedTime: withSeconds(atMs) });
  }

  #scheduleExpiry(snapshot: Snapshot): void {
    const atMs = expiryOf(snapshot);
    if (atMs !== undefined) this.#world.due({ atMs, id: snapshot.SnapshotId, kind: "snapshotExpiry" });
  }

  #deleteDisk(disk: Disk): void {
    this.disks.delete(disk.DiskId);
    for (const snapshot of this.snapshots.items()) {
      if (snapshot.SourceDiskId !== disk.DiskId) continue;
      // What a person made stays, unless it was never finished.
      const isAutomatic = snapshot.SnapshotType !== "user";
      if (snapshot.Status === "progressing" || (isAutomatic && disk.DeleteAutoSnapshot)) {
        this.deleteSnapshot(snapshot.SnapshotId);
      }
    }
  }
}

function expiryOf(snapshot: Snapshot): number | undefined {
  if (snapshot.RetentionDays === 0) return undefined;
  return Date.parse(snapshot.CreationTime) + snapshot.RetentionDays * 24 * 3_600_000;
}
