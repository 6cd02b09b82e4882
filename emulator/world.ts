import { BlockStorage } from "./block-storage";
import { ClientTokenStore } from "./client-token-store";
import { type Clock, realClock, virtualClock } from "./clock";
import { type Due, DueQueue } from "./due-queue";
import { type Awaited, awaitedAfter, type Duration, describedOnce, never } from "./duration";
import { type ActiveFault, type FaultRule, Faults } from "./faults";
import { Identities, type IssuedCredential } from "./identities";
import { Ledger } from "./ledger";
import {
  type Credential,
  type DiskFields,
  defaultAccountId,
  type Instance,
  type InstanceFields,
  type StoppedMode,
  type Timings,
  type Zone,
} from "./model";
import { canStopCharging, mergeFields, newInstance } from "./new-instance";
import { newId } from "./new-id";
import { NonceStore } from "./nonce-store";
import { Places } from "./places";
import { type Random, seededRandom } from "./random";
import { defaultSwitches, type Switches } from "./switches";
import { Throttle } from "./throttle";
import { withSeconds } from "./time-format";
import { timedFrom } from "./transitions";
import type { WorldFile, WorldOptions } from "./world-input";

/** An instance with what the wire doesn't show. */
export interface Held {
  readonly sequence: number;
  instance: Instance;
  /** As it was before the latest change; undefined when it is new. */
  previous: Instance | undefined;
  /** When the status moves on by itself. */
  statusDue: Awaited;
  /** The mode that a stop under way leads to. */
  stoppingMode: StoppedMode;
  /** It has been released and is only listed still. */
  released: boolean;
  vanishDue: Awaited;
  /** When it turns up in Describe answers; undefined when it has. */
  appearDue: Awaited | undefined;
}

const defaultTimings: Omit<Timings, "forceStopMs"> = {
  pendingMs: 1000,
  startMs: 3000,
  stopMs: 3000,
  releaseMs: 1000,
  appearMs: 0,
  snapshotMs: 3000,
};

/** From the announcement of an interruption to its end. */
const reclaimNoticeMs = 5 * 60_000;

/**
 * A cloud of its own: instances, keys, time, faults and the record of what was asked. No I/O, no timers of the machine:
 * what time brings happens when somebody looks (`settle`).
 */
export class World {
  readonly machineNow: () => number;
  clock: Clock;
  readonly ledger: Ledger;
  random: Random;
  faults: Faults;
  nonces = new NonceStore();
  switches: Switches = defaultSwitches;
  storage: BlockStorage;
  throttle = new Throttle([]);
  clientTokens = new ClientTokenStore();
  identities = new Identities();
  places = new Places();
  tickPerRequestMs = 0;
  strictTime = false;

  readonly #start: WorldFile;
  readonly #clockKind: "real" | "virtual";
  readonly #seed: number;
  #timings: Partial<Timings> = {};
  #held = new Map<string, Held>();
  /** Last look of what has vanished, for stale reads. */
  #vanished = new Map<string, Instance>();
  #due = new DueQueue();
  #lastSequence = 0;
  #lastAddress = 0;
  #lastNumber = 0;

  constructor(file: WorldFile = {}, options: WorldOptions = {}) {
    this.machineNow = options.machineNow ?? Date.now;
    this.#clockKind = options.clock ?? "virtual";
    this.#seed = options.seed ?? 1;
    this.#start = file;
    this.clock = this.#newClock(file);
    this.ledger = new Ledger({ sink: options.ledgerSink });
    this.random = seededRandom(this.#seed);
    this.faults = new Faults(this.random);
    this.storage = this.#newStorage();
    this.#load(file);
  }

  now(): number {
    return this.clock.now();
  }

  /** Lets everything happen whose time has come, in its order. */
  settle(): void {
    const nowMs = this.clock.now();
    for (let due = this.#due.popUntil(nowMs); due !== undefined; due = this.#due.popUntil(nowMs)) this.#arrive(due);
  }

  // Looking.

  /** By id, whatever its account; released ones are found as long as they are listed. */
  find(instanceId: string): Held | undefined {
    return this.#held.get(instanceId);
  }

  /** All that are listed, in the order in which they were added. */
  all(): Iterable<Held> {
    return this.#held.values();
  }

  /** The last look of an instance that has vanished. */
  findVanished(instanceId: string): Instance | undefined {
    return this.#vanished.get(instanceId);
  }

  vanished(): Iterable<Instance> {
    return this.#vanished.values();
  }

  /** The zones of a region: the usual ones, the world's and those of its instances. */
  zones(regionId: string): Zone[] {
    const instances = [...this.#held.values()].map((held) => held.instance);
    const inUse = instances.filter((instance) => instance.RegionId === regionId).map((instance) => instance.ZoneId);
    return this.places.zonesOf(regionId, inUse);
  }

  /** Whether Describe answers show it yet. */
  isVisible(held: Held): boolean {
    return held.appearDue === undefined || (held.appearDue.atMs ?? Number.POSITIVE_INFINITY) <= this.now();
  }

  timing(instance: Instance, name: Exclude<keyof Timings, "snapshotMs">): Duration {
    const own = instance.timings[name];
    if (own !== undefined) return own;
    const ours = this.#timings[name];
    if (ours !== undefined) return ours;
    if (name === "forceStopMs") return this.#timings.stopMs ?? defaultTimings.stopMs;
    return defaultTimings[name];
  }

  // Changing. Each of these returns the effect as the ledger writes it.

  start(held: Held): string {
    const fields: Partial<Instance> = { StartTime: withSeconds(this.now()) };
    if (held.instance.StoppedMode === "StopCharging" && held.instance.InternetMaxBandwidthOut > 0) {
      // Economical mode gave the address back; a start brings another one.
      fields.PublicIpAddress = { IpAddress: [this.#nextAddress()] };
    }
    return this.#move(held, "Starting", fields);
  }

  reboot(held: Held, shows: "Starting" | "Running"): string {
    if (shows === "Starting") return this.#move(held, "Starting", {});
    this.storage.instanceMoved(held.instance.InstanceId);
    return `${held.instance.InstanceId}: rebooted`;
  }

  stop(held: Held, how: { force: boolean; mode: "KeepCharging" | "StopCharging" }): string {
    const from = held.instance.Status;
    if (from !== "Stopping") {
      held.stoppingMode = canStopCharging(held.instance) ? how.mode : "Not-applicable";
    }
    const fields: Partial<Instance> = {};
    if (this.switches.autoReleaseOverStop === "dropped") fields.AutoReleaseTime = "";
    return this.#move(held, "Stopping", fields, how.force ? "forceStopMs" : "stopMs");
  }

  /** From now on it is only listed, and vanishes after `releaseMs` (after a normal shutdown, if that comes first). */
  release(held: Held, how: { shutdownFirst: boolean; atMs?: number } = { shutdownFirst: false }): string {
    const atMs = how.atMs ?? this.now();
    const from = held.instance.Status;
    const { InstanceId } = held.instance;
    this.#replace(held, { ...held.instance, Status: from === "Stopped" ? "Stopped" : "Stopping" });
    held.released = true;
    held.statusDue = never;
    held.vanishDue = this.#vanishAfter(held, how.shutdownFirst, atMs);
    this.#pushDue(held.vanishDue, InstanceId, "vanish");
    const isLocked = held.instance.OperationLocks.LockReason.some(
      ({ LockReason }) => LockReason.toLowerCase() === "security",
    );
    this.storage.instanceReleased(InstanceId, { disksAlwaysGo: isLocked, atMs });
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
    const InstanceId = newId("i", fields.RegionId ?? "", String(this.#nextNumber()));
    const held = this.#add({ ...fields, InstanceId, Status: "Pending" });
    this.storage.addSystemDisk(held.instance, around.system);
    for (const disk of around.data) {
      const DiskId = newId("d", held.instance.RegionId, String(this.#nextNumber()));
      this.storage.addDisk({ ...disk, DiskId, InstanceId });
    }
    const timing = this.timing(held.instance, "appearMs");
    held.appearDue = timing === 0 ? undefined : awaitedAfter(timing, this.now(), this.random);
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

  /** A key of its own for whoever assumes the role. */
  issueCredential({
    seconds,
    ...fields
  }: {
    accountId: string;
    roleArn: string;
    roleSessionName: string;
    deny: string[];
    seconds: number;
  }): IssuedCredential {
    const until = { atMs: this.now() + seconds * 1000, number: this.#nextNumber(), random: this.random };
    return this.identities.issue(fields, until);
  }

  /** A Describe answer has shown it: what waits for such answers comes nearer. */
  described(held: Held): void {
    if (held.released) {
      const { awaited, over } = describedOnce(held.vanishDue);
      held.vanishDue = awaited;
      if (over) this.#vanish(held);
      return;
    }
    const { awaited, over } = describedOnce(held.statusDue);
    held.statusDue = awaited;
    if (over) this.#arriveStatus(held, this.now());
  }

  /** A Describe answer would have shown it if it were visible yet. */
  missed(held: Held): void {
    if (held.appearDue === undefined) return;
    const { awaited, over } = describedOnce(held.appearDue);
    held.appearDue = over ? undefined : awaited;
  }

  // By hand. These write their own row into the ledger.

  /** Moves the world's clock forward. */
  advance(ms: number): void {
    this.settle();
    this.clock.advance(ms);
    this.settle();
    this.record("control:advance", { advanceMs: String(ms) }, "none");
  }

  /** Adds an instance, or writes these fields over the one that has this id, as somebody would who works in the console. */
  putInstance(fields: InstanceFields): Instance {
    this.settle();
    const held = this.#held.get(fields.InstanceId);
    if (fields.reclaimAt) checkReclaimable(fields, held?.instance);
    if (held === undefined) {
      const added = this.#add(fields);
      this.storage.addSystemDisk(added.instance);
      const timing = this.timing(added.instance, "appearMs");
      added.appearDue = timing === 0 ? undefined : awaitedAfter(timing, this.now(), this.random);
      this.record("control:addInstance", flat(fields), `${fields.InstanceId}: absent -> ${added.instance.Status}`);
      return added.instance;
    }
    if (held.released) throw new RangeError(`${fields.InstanceId} has been released; it can't come back.`);
    const before = held.instance;
    this.#replace(held, mergeFields(before, fields));
    if (fields.Status !== undefined && fields.Status !== before.Status) {
      held.stoppingMode = fields.StoppedMode ?? "KeepCharging";
      this.storage.instanceMoved(fields.InstanceId);
      this.#scheduleStatus(held);
    }
    if (fields.AutoReleaseTime !== undefined) this.#scheduleAutoRelease(held);
    if (fields.reclaimAt !== undefined) this.#scheduleReclaim(held);
    this.record("control:patchInstance", flat(fields), effectOfPatch(before, held.instance, fields));
    this.settle();
    return held.instance;
  }

  /** As if somebody had released it in the console: no check is made. False when there is none. */
  releaseInstance(instanceId: string): boolean {
    this.settle();
    const held = this.#held.get(instanceId);
    if (held === undefined || held.released) return false;
    const effect = this.release(held);
    this.record("control:releaseInstance", { InstanceId: instanceId }, effect);
    return true;
  }

  addFault(rule: FaultRule): ActiveFault {
    const active = this.faults.add(rule);
    this.record("control:addFault", { rule: JSON.stringify(rule) }, "none");
    return active;
  }

  clearFaults(): void {
    this.faults.clear();
    this.record("control:clearFaults", {}, "none");
  }

  /** Puts another world in place of this one; clock, faults and ledger stay. */
  replaceWith(file: WorldFile): void {
    this.#load(file);
    this.record("control:putWorld", { instances: String(file.instances?.length ?? 0) }, "the whole world");
  }

  /** Back to how it began: world, clock, seed; no faults, an empty ledger. */
  reset(): void {
    this.clock = this.#newClock(this.#start);
    this.ledger.clear();
    // Before the seed begins again, so that this row takes nothing of it.
    this.record("control:reset", {}, "the whole world");
    this.random = seededRandom(this.#seed);
    this.faults = new Faults(this.random);
    this.nonces = new NonceStore();
    this.#lastNumber = 0;
    this.#lastAddress = 0;
    this.#load(this.#start);
  }

  /** The world as it is now, in the form that `replaceWith` and the world file take. */
  toFile(): Required<Omit<WorldFile, "now">> & { now: string } {
    this.settle();
    return {
      instances: [...this.#held.values()].filter((held) => !held.released).map((held) => held.instance),
      disks: this.storage.disks.items(),
      snapshots: this.storage.snapshots.items(),
      snapshotGroups: this.storage.groups.items(),
      credentials: this.identities.credentials(),
      roles: [...this.identities.roles],
      oidcTokens: [...this.identities.oidcTokens],
      timings: this.#timings,
      switches: this.switches,
      now: withSeconds(this.now()),
      tickPerRequestMs: this.tickPerRequestMs,
      strictTime: this.strictTime,
      regions: [...this.places.regions],
      zones: [...this.places.zones],
      throttle: this.throttle.rules,
    };
  }

  /** Writes a row that no request stands behind. */
  record(action: string, params: Record<string, string>, effect: string, atMs = this.now()): void {
    const requestId = this.random.uuid();
    this.ledger.append({ atMs, action, params, effect, status: null, code: null, fault: null, requestId });
  }

  #newClock(file: WorldFile): Clock {
    if (this.#clockKind === "real") return realClock(this.machineNow);
    return virtualClock(file.now === undefined ? this.machineNow() : Date.parse(file.now));
  }

  #load(file: WorldFile): void {
    this.switches = { ...defaultSwitches, ...file.switches };
    this.#timings = file.timings ?? {};
    this.tickPerRequestMs = file.tickPerRequestMs ?? 0;
    this.strictTime = file.strictTime ?? false;
    this.identities = new Identities(file);
    this.places = new Places(file);
    this.throttle = new Throttle(file.throttle ?? []);
    this.clientTokens = new ClientTokenStore();
    this.#held = new Map();
    this.#vanished = new Map();
    this.#due = new DueQueue();
    this.storage = this.#newStorage();
    const withSystemDisk = new Set(
      (file.disks ?? []).flatMap((disk) => (disk.Type === "system" && disk.InstanceId ? [disk.InstanceId] : [])),
    );
    for (const fields of file.instances ?? []) {
      if (fields.reclaimAt) checkReclaimable(fields, undefined);
      const { instance } = this.#add(fields);
      if (!withSystemDisk.has(fields.InstanceId)) this.storage.addSystemDisk(instance);
    }
    for (const fields of file.disks ?? []) this.storage.addDisk(fields);
    for (const fields of file.snapshots ?? []) this.storage.addSnapshot(fields);
    for (const group of file.snapshotGroups ?? []) this.storage.groups.set(group.SnapshotGroupId, group);
    this.settle();
  }

  #newStorage(): BlockStorage {
    return new BlockStorage({
      now: () => this.now(),
      random: () => this.random,
      instance: (instanceId) => this.#held.get(instanceId)?.instance,
      snapshotTiming: (instance) => {
        const own = instance?.timings.snapshotMs;
        const ours = own === undefined ? this.#timings.snapshotMs : own;
        return ours === undefined ? defaultTimings.snapshotMs : ours;
      },
      due: (due) => {
        this.#due.push(due);
      },
      nextNumber: () => this.#nextNumber(),
    });
  }

  #add(fields: InstanceFields): Held {
    const held: Held = {
      sequence: ++this.#lastSequence,
      instance: newInstance(fields, this.now()),
      previous: undefined,
      statusDue: never,
      stoppingMode: "KeepCharging",
      released: false,
      vanishDue: never,
      appearDue: undefined,
    };
    this.#held.set(fields.InstanceId, held);
    this.#vanished.delete(fields.InstanceId);
    this.places.addRegion(held.instance.RegionId);
    this.#scheduleStatus(held);
    this.#scheduleAutoRelease(held);
    this.#scheduleReclaim(held);
    return held;
  }

  #replace(held: Held, instance: Instance): void {
    held.previous = held.instance;
    held.instance = instance;
  }

  #move(held: Held, to: "Starting" | "Stopping", fields: Partial<Instance>, timing?: StatusTiming): string {
    const from = held.instance.Status;
    this.storage.instanceMoved(held.instance.InstanceId);
    this.#replace(held, { ...held.instance, ...fields, Status: to, StoppedMode: "Not-applicable" });
    this.#scheduleStatus(held, timing);
    return `${held.instance.InstanceId}: ${from} -> ${to}`;
  }

  #scheduleStatus(held: Held, timing?: StatusTiming, fromMs = this.now()): void {
    const next = timedFrom(held.instance.Status);
    const lasts = next === undefined ? null : this.timing(held.instance, timing ?? next.timing);
    held.statusDue = awaitedAfter(lasts, fromMs, this.random);
    this.#pushDue(held.statusDue, held.instance.InstanceId, "status");
    if (held.statusDue.describes === 0) this.#arriveStatus(held, fromMs);
  }

  /** After a normal shutdown, if that comes first. A shutdown that is counted in Describe answers comes with the rest. */
  #vanishAfter(held: Held, shutdownFirst: boolean, atMs: number): Awaited {
    const listed = this.timing(held.instance, "releaseMs");
    if (!shutdownFirst) return awaitedAfter(listed, atMs, this.random);
    const shutdown = awaitedAfter(this.timing(held.instance, "stopMs"), atMs, this.random);
    if (shutdown.atMs !== undefined) return awaitedAfter(listed, shutdown.atMs, this.random);
    return shutdown;
  }

  #pushDue({ atMs }: Awaited, id: string, kind: Due["kind"]): void {
    if (atMs !== undefined) this.#due.push({ atMs, id, kind });
  }

  #scheduleAutoRelease(held: Held): void {
    const time = held.instance.AutoReleaseTime;
    if (time !== "") {
      this.#due.push({ atMs: Date.parse(time), id: held.instance.InstanceId, kind: "autoRelease" });
    }
  }

  #scheduleReclaim(held: Held): void {
    const time = held.instance.reclaimAt;
    if (time !== "") this.#due.push({ atMs: Date.parse(time), id: held.instance.InstanceId, kind: "reclaim" });
  }

  /** The queue also brings what has been called off since: each kind checks that it still holds. */
  #arrive(due: Due): void {
    if (due.kind === "snapshot" || due.kind === "snapshotExpiry") {
      const effect = this.storage.arrive(due);
      if (effect !== undefined) this.record("timer:snapshotExpiry", { SnapshotId: due.id }, effect, due.atMs);
      return;
    }
    const held = this.#held.get(due.id);
    if (held === undefined) return;
    switch (due.kind) {
      case "status":
        if (held.statusDue.atMs === due.atMs) this.#arriveStatus(held, due.atMs);
        return;
      case "autoRelease": {
        if (held.released || Date.parse(held.instance.AutoReleaseTime) !== due.atMs) return;
        // Deletion protection does not stop the timer, whatever the status.
        const effect = this.release(held, { shutdownFirst: false, atMs: due.atMs });
        this.record("timer:autoRelease", { InstanceId: due.id }, effect, due.atMs);
        return;
      }
      case "vanish":
        if (held.vanishDue.atMs === due.atMs) this.#vanish(held);
        return;
      case "reclaim": {
        if (held.released || Date.parse(held.instance.reclaimAt) !== due.atMs) return;
        this.#replace(held, { ...held.instance, OperationLocks: { LockReason: [{ LockReason: "Recycling" }] } });
        this.#due.push({ atMs: due.atMs + reclaimNoticeMs, id: due.id, kind: "reclaimed" });
        this.record("timer:reclaim", { InstanceId: due.id }, `${due.id}: locked (Recycling)`, due.atMs);
        return;
      }
      case "reclaimed":
        if (held.released || Date.parse(held.instance.reclaimAt) + reclaimNoticeMs !== due.atMs) return;
        this.record("timer:reclaimed", { InstanceId: due.id }, this.#reclaim(held, due.atMs), due.atMs);
        return;
    }
  }

  #arriveStatus(held: Held, atMs: number): void {
    const next = timedFrom(held.instance.Status);
    if (next === undefined) return;
    const instance = { ...held.instance, Status: next.to };
    if (next.to === "Stopped") {
      instance.StoppedMode = canStopCharging(instance) ? held.stoppingMode : "Not-applicable";
      if (instance.StoppedMode === "StopCharging") instance.PublicIpAddress = { IpAddress: [] };
    }
    this.#replace(held, instance);
    this.#scheduleStatus(held, undefined, atMs);
  }

  #vanish(held: Held): void {
    this.#held.delete(held.instance.InstanceId);
    this.#vanished.set(held.instance.InstanceId, held.instance);
  }

  /** The end of an interruption: released, or stopped in economical mode and free again. */
  #reclaim(held: Held, atMs: number): string {
    if (held.instance.SpotInterruptionBehavior !== "Stop") return this.release(held, { shutdownFirst: false, atMs });
    const { InstanceId, Status: from } = held.instance;
    this.#replace(held, { ...held.instance, OperationLocks: { LockReason: [] }, reclaimAt: "" });
    if (from === "Stopped" || from === "Stopping") return `${InstanceId}: unlocked`;
    held.stoppingMode = canStopCharging(held.instance) ? "StopCharging" : "Not-applicable";
    this.storage.instanceMoved(InstanceId);
    this.#replace(held, { ...held.instance, Status: "Stopping", StoppedMode: "Not-applicable" });
    this.#scheduleStatus(held, undefined, atMs);
    return `${InstanceId}: ${from} -> Stopping`;
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  #nextAddress(): string {
    this.#lastAddress += 1;
    // 203.0.113.0/24 is set aside for documentation.
    return `203.0.113.${1 + (this.#lastAddress % 254)}`;
  }
}

type StatusTiming = Exclude<keyof Timings, "snapshotMs">;

function checkReclaimable(fields: Partial<InstanceFields>, instance: Instance | undefined): void {
  if ((fields.SpotStrategy ?? instance?.SpotStrategy ?? "NoSpot") !== "NoSpot") return;
  throw new RangeError("reclaimAt: only a spot instance is interrupted; give it SpotStrategy SpotAsPriceGo.");
}

export function accountOf(credential: Credential): string {
  return credential.accountId ?? defaultAccountId;
}

function flat(fields: InstanceFields): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    texts[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return texts;
}

function effectOfPatch(before: Instance, after: Instance, fields: InstanceFields): string {
  const changes: string[] = [];
  if (before.Status !== after.Status) changes.push(`${before.Status} -> ${after.Status}`);
  for (const name of Object.keys(fields)) {
    if (name !== "InstanceId" && name !== "Status") changes.push(`${name} patched`);
  }
  return changes.length === 0 ? "none" : `${after.InstanceId}: ${changes.join(", ")}`;
}
