import { arrearsOf, isArrears, lockedForMoney, unlockedForMoney } from "./arrears";
import type { BlockStorage } from "./block-storage";
import type { Due } from "./due-queue";
import { type Awaited, awaitedAfter, type Duration, describedOnce, never } from "./duration";
import type { Gone, Held } from "./held";
import type { DiskFields, Instance, InstanceFields, Timings } from "./model";
import { canStopCharging, mergeFields, newInstance } from "./new-instance";
import { newId } from "./new-id";
import type { Random } from "./random";
import type { Switches } from "./switches";
import { withSeconds } from "./time-format";
import { timedFrom } from "./transitions";
import { isListed } from "./view";

/** What instances need of the world around them. */
export interface Surroundings {
  now(): number;
  random(): Random;
  switches(): Switches;
  storage(): BlockStorage;
  due(due: Due): void;
  /** For the ids that are given out: never the same text twice. */
  nextNumber(): number;
  addRegion(regionId: string): void;
  /** Writes a row that no request stands behind. */
  record(action: string, params: Record<string, string>, effect: string, atMs: number): void;
}

const defaultTimings: Omit<Timings, "forceStopMs"> = {
  pendingMs: 1000,
  startMs: 3000,
  stopMs: 3000,
  releaseMs: 1000,
  appearMs: 0,
  snapshotMs: 3000,
};

/** As far back as a read can see. */
const keptVersions = 16;

/** From the announcement of an interruption to its end. */
const reclaimNoticeMs = 5 * 60_000;

/** Instances, and what moves them: requests, the clock, somebody by hand. */
export class Compute {
  /** Of instances that have none of their own. */
  timings: Partial<Timings> = {};
  #held = new Map<string, Held>();
  #gone = new Map<string, Gone>();
  #lastSequence = 0;
  #lastAddress = 0;
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  copy(world: Surroundings = this.#world): Compute {
    const copy = new Compute(world);
    copy.timings = this.timings;
    for (const [id, held] of this.#held) copy.#held.set(id, { ...held });
    for (const [id, { held, atMs }] of this.#gone) copy.#gone.set(id, { held: { ...held }, atMs });
    copy.#lastSequence = this.#lastSequence;
    copy.#lastAddress = this.#lastAddress;
    return copy;
  }

  /** No instance is left; what comes is numbered on. */
  clear(timings: Partial<Timings> = {}): void {
    this.timings = timings;
    this.#held = new Map();
    this.#gone = new Map();
  }

  /** How many are listed. */
  get size(): number {
    return this.#held.size;
  }

  /** By id, whatever its account; released ones are found as long as they are listed. */
  find(instanceId: string): Held | undefined {
    return this.#held.get(instanceId);
  }

  /** All that are listed, in the order in which they were added. */
  all(): Iterable<Held> {
    return this.#held.values();
  }

  /** Those of them that are listed, in the order of the list, not of the ids: pages go by that place. */
  named(instanceIds: readonly string[]): Held[] {
    const held = [...new Set(instanceIds)].flatMap((id) => this.#held.get(id) ?? []);
    return held.sort((left, right) => left.sequence - right.sequence);
  }

  /** What has vanished, for reads that lag behind. */
  findGone(instanceId: string): Gone | undefined {
    return this.#gone.get(instanceId);
  }

  gone(): Iterable<Gone> {
    return this.#gone.values();
  }

  /** Whether Describe answers show it yet. */
  isVisible(held: Held): boolean {
    return isListed(held, this.#world.now());
  }

  timing(instance: Instance, name: Exclude<keyof Timings, "snapshotMs">): Duration {
    const own = instance.timings[name];
    if (own !== undefined) return own;
    const ours = this.timings[name];
    if (ours !== undefined) return ours;
    if (name === "forceStopMs") return this.timings.stopMs ?? defaultTimings.stopMs;
    return defaultTimings[name];
  }

  /** How long a snapshot takes; of a disk that is attached to nothing, `instance` is undefined. */
  snapshotTiming(instance: Instance | undefined): Timings["snapshotMs"] {
    const own = instance?.timings.snapshotMs;
    const ours = own === undefined ? this.timings.snapshotMs : own;
    return ours === undefined ? defaultTimings.snapshotMs : ours;
  }

  // Changing. Each of these returns the effect as the ledger writes it.

  start(held: Held): string {
    const fields: Partial<Instance> = { StartTime: withSeconds(this.#world.now()) };
    if (held.instance.StoppedMode === "StopCharging" && held.instance.InternetMaxBandwidthOut > 0) {
      // Economical mode gave the address back; a start brings another one.
      fields.PublicIpAddress = { IpAddress: [this.#nextAddress()] };
    }
    return this.#move(held, "Starting", fields);
  }

  reboot(held: Held, shows: "Starting" | "Running"): string {
    if (shows === "Starting") return this.#move(held, "Starting", {});
    this.#world.storage().instanceMoved(held.instance.InstanceId);
    return `${held.instance.InstanceId}: rebooted`;
  }

  stop(held: Held, how: { force: boolean; mode: "KeepCharging" | "StopCharging" }): string {
    const from = held.instance.Status;
    if (from !== "Stopping") {
      held.stoppingMode = canStopCharging(held.instance) ? how.mode : "Not-applicable";
    }
    const fields: Partial<Instance> = {};
    if (this.#world.switches().autoReleaseOverStop === "dropped") fields.AutoReleaseTime = "";
    return this.#move(held, "Stopping", fields, how.force ? "forceStopMs" : "stopMs");
  }

  /** From now on it is only listed, and vanishes after `releaseMs` (after a normal shutdown, if that comes first). */
  release(held: Held, how: { shutdownFirst: boolean; atMs?: number } = { shutdownFirst: false }): string {
    const atMs = how.atMs ?? this.#world.now();
    const from = held.instance.Status;
    const { InstanceId } = held.instance;
    this.#replace(held, { ...held.instance, Status: from === "Stopped" ? "Stopped" : "Stopping" }, atMs);
    held.released = true;
    held.statusDue = never;
    held.vanishDue = this.#vanishAfter(held, how.shutdownFirst, atMs);
    this.#pushDue(held.vanishDue, InstanceId, "vanish");
    const isLocked = held.instance.OperationLocks.LockReason.some(
      ({ LockReason }) => LockReason.toLowerCase() === "security",
    );
    this.#world.storage().instanceReleased(InstanceId, { disksAlwaysGo: isLocked, atMs });
    return `${held.instance.InstanceId}: ${from} -> released`;
  }

  /** `undefined` takes the release time away. */
  setAutoRelease(held: Held, atMs: number | undefined): string {
    const before = held.instance.AutoReleaseTime || "unset";
    const after = atMs === undefined ? "" : withSeconds(atMs);
    if (after === held.instance.AutoReleaseTime) return "none";
    this.#replace(held, { ...held.instance, AutoReleaseTime: after });
    this.#scheduleAutoRelease(held);
    return `${held.instance.InstanceId}: AutoReleaseTime ${before} -> ${after || "unset"}`;
  }

  /** Writes these fields over the instance: nothing that moves a status. */
  modify(
    held: Held,
    fields: Partial<Pick<Instance, "InstanceName" | "Description" | "DeletionProtection" | "Tags">>,
  ): string {
    const before = held.instance;
    const changes = Object.entries(fields)
      .filter(([name, value]) => JSON.stringify(before[name as keyof Instance]) !== JSON.stringify(value))
      .map(([name, value]) => `${name} -> ${typeof value === "object" ? "changed" : String(value)}`);
    if (changes.length === 0) return "none";
    this.#replace(held, { ...before, ...fields });
    return `${before.InstanceId}: ${changes.join(", ")}`;
  }

  /** A new instance, Pending. Its effect is `i-…: absent -> Pending`. */
  create(
    fields: Omit<InstanceFields, "InstanceId" | "Status">,
    around: { vSwitchId: string; system: Partial<DiskFields>; data: Partial<DiskFields>[] },
  ): Instance {
    const InstanceId = newId("i", fields.RegionId ?? "", String(this.#world.nextNumber()));
    const held = this.add({ ...fields, InstanceId, Status: "Pending" });
    this.#world.storage().addSystemDisk(held.instance, around.system);
    for (const disk of around.data) {
      const DiskId = newId("d", held.instance.RegionId, String(this.#world.nextNumber()));
      this.#world.storage().addDisk({ ...disk, DiskId, InstanceId });
    }
    this.#appearLater(held);
    const { VpcAttributes: vpc } = held.instance;
    if (around.vSwitchId !== "") {
      const VpcAttributes = { ...vpc, VSwitchId: around.vSwitchId, VpcId: around.vSwitchId.replace("vsw-", "vpc-") };
      held.instance = { ...held.instance, VpcAttributes };
    }
    if (held.instance.InternetMaxBandwidthOut > 0) {
      held.instance = { ...held.instance, PublicIpAddress: { IpAddress: [this.#nextAddress()] } };
    }
    return held.instance;
  }

  /** Adds one that is not there yet. `sinceMs`: since when it exists. RangeError where it can't be as it is written. */
  add(fields: InstanceFields, sinceMs = this.#world.now()): Held {
    checkReclaimable(fields, undefined);
    const held: Held = {
      sequence: ++this.#lastSequence,
      instance: newInstance(fields, this.#world.now()),
      sinceMs,
      history: [],
      seenMs: Number.NEGATIVE_INFINITY,
      statusDue: never,
      stoppingMode: "KeepCharging",
      released: false,
      vanishDue: never,
      appearDue: undefined,
    };
    this.#held.set(fields.InstanceId, held);
    this.#gone.delete(fields.InstanceId);
    this.#world.addRegion(held.instance.RegionId);
    this.#scheduleStatus(held);
    this.#scheduleAutoRelease(held);
    this.#scheduleReclaim(held);
    // What an expiry would have brought before it was known here is not made up for: it is as it is written.
    const fromMs = held.instance.InstanceChargeType === "PrePaid" ? this.#world.now() : Number.NEGATIVE_INFINITY;
    this.#scheduleArrears(held, fromMs);
    return held;
  }

  /** By hand: adds an instance, or writes these fields over the one that has this id. */
  put(fields: InstanceFields): { readonly held: Held; readonly isNew: boolean; readonly effect: string } {
    const held = this.#held.get(fields.InstanceId);
    if (held === undefined) {
      const added = this.add(fields);
      this.#world.storage().addSystemDisk(added.instance);
      this.#appearLater(added);
      return { held: added, isNew: true, effect: `${fields.InstanceId}: absent -> ${added.instance.Status}` };
    }
    checkReclaimable(fields, held.instance);
    if (held.released) throw new RangeError(`${fields.InstanceId} has been released; it can't come back.`);
    const before = held.instance;
    this.#replace(held, mergeFields(before, fields));
    if (fields.Status !== undefined && fields.Status !== before.Status) {
      held.stoppingMode = fields.StoppedMode ?? "KeepCharging";
      this.#world.storage().instanceMoved(fields.InstanceId);
      this.#scheduleStatus(held);
    }
    if (fields.AutoReleaseTime !== undefined) this.#scheduleAutoRelease(held);
    if (fields.reclaimAt !== undefined) this.#scheduleReclaim(held);
    if (fields.overdueAt !== undefined || fields.ExpiredTime !== undefined) this.#paymentChanged(held);
    return { held, isNew: false, effect: effectOfPatch(before, held.instance, fields) };
  }

  /** A Describe answer has shown it: what waits for such answers comes nearer. */
  described(held: Held): void {
    if (held.released) {
      const { awaited, over } = describedOnce(held.vanishDue);
      held.vanishDue = awaited;
      if (over) this.#vanish(held, this.#world.now());
      return;
    }
    const { awaited, over } = describedOnce(held.statusDue);
    held.statusDue = awaited;
    if (over) this.#arriveStatus(held, this.#world.now());
  }

  /** A Describe answer would have shown it if it were visible yet. */
  missed(held: Held): void {
    if (held.appearDue === undefined) return;
    const { awaited, over } = describedOnce(held.appearDue);
    held.appearDue = over ? undefined : awaited;
  }

  /** The queue also brings what has been called off since: each kind checks that it still holds. */
  arrive(due: Due): void {
    const held = this.#held.get(due.id);
    if (held === undefined) return;
    if (isArrears(due.kind)) {
      const holds = arrearsOf(held.instance).some(({ kind, atMs }) => kind === due.kind && atMs === due.atMs);
      if (held.released || !holds) return;
      this.#world.record(`timer:${due.kind}`, { InstanceId: due.id }, this.#arriveArrears(held, due), due.atMs);
      return;
    }
    switch (due.kind) {
      case "status":
        if (held.statusDue.atMs === due.atMs) this.#arriveStatus(held, due.atMs);
        return;
      case "autoRelease": {
        if (held.released || Date.parse(held.instance.AutoReleaseTime) !== due.atMs) return;
        // Deletion protection does not stop the timer, whatever the status.
        const effect = this.release(held, { shutdownFirst: false, atMs: due.atMs });
        this.#world.record("timer:autoRelease", { InstanceId: due.id }, effect, due.atMs);
        return;
      }
      case "vanish":
        if (held.vanishDue.atMs === due.atMs) this.#vanish(held, due.atMs);
        return;
      case "reclaim": {
        if (held.released || Date.parse(held.instance.reclaimAt) !== due.atMs) return;
        const OperationLocks = { LockReason: [{ LockReason: "Recycling" }] };
        this.#replace(held, { ...held.instance, OperationLocks }, due.atMs);
        this.#world.due({ atMs: due.atMs + reclaimNoticeMs, id: due.id, kind: "reclaimed" });
        this.#world.record("timer:reclaim", { InstanceId: due.id }, `${due.id}: locked (Recycling)`, due.atMs);
        return;
      }
      case "reclaimed":
        if (held.released || Date.parse(held.instance.reclaimAt) + reclaimNoticeMs !== due.atMs) return;
        this.#world.record("timer:reclaimed", { InstanceId: due.id }, this.#reclaim(held, due.atMs), due.atMs);
        return;
      case "snapshot":
      case "snapshotExpiry":
      case "autoSnapshot":
        // Those of disks, which are no business of an instance.
        return;
    }
  }

  #appearLater(held: Held): void {
    const timing = this.timing(held.instance, "appearMs");
    held.appearDue = timing === 0 ? undefined : awaitedAfter(timing, this.#world.now(), this.#world.random());
  }

  #replace(held: Held, instance: Instance, atMs = this.#world.now()): void {
    held.history = [...held.history.slice(1 - keptVersions), { instance: held.instance, untilMs: atMs }];
    held.instance = instance;
  }

  #move(held: Held, to: "Starting" | "Stopping", fields: Partial<Instance>, timing?: StatusTiming): string {
    const from = held.instance.Status;
    this.#world.storage().instanceMoved(held.instance.InstanceId);
    this.#replace(held, { ...held.instance, ...fields, Status: to, StoppedMode: "Not-applicable" });
    this.#scheduleStatus(held, timing);
    return `${held.instance.InstanceId}: ${from} -> ${to}`;
  }

  #scheduleStatus(held: Held, timing?: StatusTiming, fromMs = this.#world.now()): void {
    const next = timedFrom(held.instance.Status);
    const lasts = next === undefined ? null : this.timing(held.instance, timing ?? next.timing);
    held.statusDue = awaitedAfter(lasts, fromMs, this.#world.random());
    this.#pushDue(held.statusDue, held.instance.InstanceId, "status");
    if (held.statusDue.describes === 0) this.#arriveStatus(held, fromMs);
  }

  /** After a normal shutdown, if that comes first. A shutdown that is counted in Describe answers comes with the rest. */
  #vanishAfter(held: Held, shutdownFirst: boolean, atMs: number): Awaited {
    const listed = this.timing(held.instance, "releaseMs");
    if (!shutdownFirst) return awaitedAfter(listed, atMs, this.#world.random());
    const shutdown = awaitedAfter(this.timing(held.instance, "stopMs"), atMs, this.#world.random());
    if (shutdown.atMs !== undefined) return awaitedAfter(listed, shutdown.atMs, this.#world.random());
    return shutdown;
  }

  #pushDue({ atMs }: Awaited, id: string, kind: Due["kind"]): void {
    if (atMs !== undefined) this.#world.due({ atMs, id, kind });
  }

  #scheduleAutoRelease(held: Held): void {
    const time = held.instance.AutoReleaseTime;
    if (time !== "") {
      this.#world.due({ atMs: Date.parse(time), id: held.instance.InstanceId, kind: "autoRelease" });
    }
  }

  #scheduleReclaim(held: Held): void {
    const time = held.instance.reclaimAt;
    if (time !== "") this.#world.due({ atMs: Date.parse(time), id: held.instance.InstanceId, kind: "reclaim" });
  }

  #scheduleArrears(held: Held, fromMs: number): void {
    const { InstanceId: id } = held.instance;
    for (const due of arrearsOf(held.instance)) if (due.atMs > fromMs) this.#world.due({ ...due, id });
  }

  /** Somebody has paid, or says that nobody will: the lock goes, and what is due then comes anew. */
  #paymentChanged(held: Held): void {
    const due = arrearsOf(held.instance);
    const isPaid = due.every(({ atMs }) => atMs > this.#world.now());
    if (isPaid) held.instance = { ...held.instance, OperationLocks: unlockedForMoney(held.instance) };
    this.#scheduleArrears(held, Number.NEGATIVE_INFINITY);
  }

  /** Locks it, stops it, releases it. Stopped it stays until somebody pays and starts it. */
  #arriveArrears(held: Held, { kind, atMs }: Due): string {
    const { InstanceId, Status } = held.instance;
    if (kind === "overdueRelease" || kind === "expiryRelease") {
      return this.release(held, { shutdownFirst: false, atMs });
    }
    const isLocked = kind !== "overdue" || this.#world.switches().overdueLock === "at-once";
    if (isLocked) this.#replace(held, { ...held.instance, OperationLocks: lockedForMoney(held.instance) }, atMs);
    const effects = isLocked ? [`${InstanceId}: locked (financial)`] : [];
    if (kind !== "overdue" && Status !== "Stopped" && Status !== "Stopping") {
      effects.push(this.#shutDown(held, this.#world.switches().stoppedModeByDefault, atMs));
    }
    return effects.length === 0 ? "none" : effects.join("; ");
  }

  /** A stop that nobody asked for. */
  #shutDown(held: Held, mode: "KeepCharging" | "StopCharging", atMs: number): string {
    const { InstanceId, Status: from } = held.instance;
    held.stoppingMode = canStopCharging(held.instance) ? mode : "Not-applicable";
    this.#world.storage().instanceMoved(InstanceId);
    this.#replace(held, { ...held.instance, Status: "Stopping", StoppedMode: "Not-applicable" }, atMs);
    this.#scheduleStatus(held, undefined, atMs);
    return `${InstanceId}: ${from} -> Stopping`;
  }

  #arriveStatus(held: Held, atMs: number): void {
    const next = timedFrom(held.instance.Status);
    if (next === undefined) return;
    const instance = { ...held.instance, Status: next.to };
    if (next.to === "Stopped") {
      instance.StoppedMode = canStopCharging(instance) ? held.stoppingMode : "Not-applicable";
      if (instance.StoppedMode === "StopCharging") instance.PublicIpAddress = { IpAddress: [] };
    }
    this.#replace(held, instance, atMs);
    this.#scheduleStatus(held, undefined, atMs);
  }

  #vanish(held: Held, atMs: number): void {
    this.#held.delete(held.instance.InstanceId);
    this.#gone.set(held.instance.InstanceId, { held, atMs });
  }

  /** The end of an interruption: released, or stopped in economical mode and free again. */
  #reclaim(held: Held, atMs: number): string {
    if (held.instance.SpotInterruptionBehavior !== "Stop") return this.release(held, { shutdownFirst: false, atMs });
    const { InstanceId, Status: from } = held.instance;
    this.#replace(held, { ...held.instance, OperationLocks: { LockReason: [] }, reclaimAt: "" }, atMs);
    if (from === "Stopped" || from === "Stopping") return `${InstanceId}: unlocked`;
    return this.#shutDown(held, "StopCharging", atMs);
  }

  #nextAddress(): string {
    this.#lastAddress += 1;
    // 203.0.113.0/24 is set aside for documentation.
    return `203.0.113.${1 + (this.#lastAddress % 254)}`;
  }
}

type StatusTiming = Exclude<keyof Timings, "snapshotMs">;

function checkReclaimable(fields: Partial<InstanceFields>, instance: Instance | undefined): void {
  if (!fields.reclaimAt) return;
  if ((fields.SpotStrategy ?? instance?.SpotStrategy ?? "NoSpot") !== "NoSpot") return;
  throw new RangeError("reclaimAt: only a spot instance is interrupted; give it SpotStrategy SpotAsPriceGo.");
}

function effectOfPatch(before: Instance, after: Instance, fields: InstanceFields): string {
  const changes: string[] = [];
  if (before.Status !== after.Status) changes.push(`${before.Status} -> ${after.Status}`);
  for (const name of Object.keys(fields)) {
    if (name !== "InstanceId" && name !== "Status") changes.push(`${name} patched`);
  }
  return changes.length === 0 ? "none" : `${after.InstanceId}: ${changes.join(", ")}`;
}
