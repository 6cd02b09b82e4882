import { arrearsOf, isArrears, lockedForMoney, unlockedForMoney } from "./arrears";
import { BlockStorage, type Surroundings } from "./block-storage";
import { ClientTokenStore } from "./client-token-store";
import { type Clock, realClock, virtualClock } from "./clock";
import { type Due, DueQueue } from "./due-queue";
import { type Awaited, awaitedAfter, type Duration, describedOnce, never } from "./duration";
import { type ActiveFault, type FaultRule, Faults } from "./faults";
import type { Gone, Held } from "./held";
import { Holds } from "./holds";
import { Identities, type IssuedCredential } from "./identities";
import { Ledger } from "./ledger";
import {
  type Account,
  type Credential,
  type DiskFields,
  defaultAccountId,
  type Instance,
  type InstanceFields,
  type ThrottleRule,
  type Timings,
  type Zone,
} from "./model";
import { canStopCharging, mergeFields, newInstance } from "./new-instance";
import { newId } from "./new-id";
import { NonceStore } from "./nonce-store";
import { Places } from "./places";
import { type Random, seededRandom } from "./random";
import type { Lag } from "./stale";
import { defaultSwitches, type Switches } from "./switches";
import { Throttle } from "./throttle";
import { withSeconds } from "./time-format";
import { timedFrom } from "./transitions";
import { isListed } from "./view";
import type { WorldSnapshot } from "./world-snapshot";
import type { WorldFile, WorldOptions } from "./world-input";

export type { Held };

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

/**
 * A cloud of its own: instances, keys, time, faults and the record of what was asked. No I/O, no timers of the machine:
 * what time brings happens when somebody looks (`settle`).
 */
export class World {
  readonly machineNow: () => number;
  clock: Clock;
  readonly ledger: Ledger;
  readonly holds = new Holds();
  random: Random;
  faults: Faults;
  nonces = new NonceStore();
  switches: Switches = defaultSwitches;
  storage: BlockStorage;
  throttle = new Throttle([]);
  clientTokens = new ClientTokenStore();
  identities = new Identities();
  places = new Places();
  /** How far reads are behind; undefined: not at all. */
  lag: Lag | undefined;
  tickPerRequestMs = 0;
  strictTime = false;

  readonly #start: WorldFile;
  readonly #clockKind: "real" | "virtual";
  readonly #seed: number;
  #timings: Partial<Timings> = {};
  #held = new Map<string, Held>();
  #gone = new Map<string, Gone>();
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

  /** The zones of a region: the usual ones, the world's and those of its instances. */
  zones(regionId: string): Zone[] {
    const instances = [...this.#held.values()].map((held) => held.instance);
    const inUse = instances.filter((instance) => instance.RegionId === regionId).map((instance) => instance.ZoneId);
    return this.places.zonesOf(regionId, inUse);
  }

  /** Whether Describe answers show it yet. */
  isVisible(held: Held): boolean {
    return isListed(held, this.now());
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
    this.#replace(held, { ...held.instance, Status: from === "Stopped" ? "Stopped" : "Stopping" }, atMs);
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
  }: Pick<Credential, "deny" | "allow"> & {
    accountId: string;
    roleArn: string;
    roleSessionName: string;
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
      if (over) this.#vanish(held, this.now());
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
    if (fields.overdueAt !== undefined || fields.ExpiredTime !== undefined) this.#paymentChanged(held);
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

  /** From now on these rules hold; what was counted in this minute stays counted. */
  putThrottle(rules: ThrottleRule[]): void {
    this.throttle = this.throttle.copy(rules);
    this.record("control:putThrottle", { throttle: JSON.stringify(rules) }, "none");
  }

  /** From now on reads are so far behind. */
  putLag(lag: number | Lag): void {
    this.lag = lagOf(lag);
    this.record("control:putLag", { lag: JSON.stringify(lag) }, "none");
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
    this.#lastSequence = 0;
    this.#lastNumber = 0;
    this.#lastAddress = 0;
    this.#load(this.#start);
  }

  /** All that the world is now, for `restore`. Neither leaves a row in the ledger. */
  snapshot(): WorldSnapshot {
    return {
      nowMs: this.now(),
      randomState: this.random.state(),
      ledger: this.ledger.mark(),
      faults: this.faults.copy(this.random),
      nonces: this.nonces.copy(),
      switches: { ...this.switches },
      storage: this.storage.copy(),
      throttle: this.throttle.copy(),
      clientTokens: this.clientTokens.copy(),
      identities: this.identities.copy(),
      places: this.places.copy(),
      tickPerRequestMs: this.tickPerRequestMs,
      strictTime: this.strictTime,
      timings: this.#timings,
      held: Array.from(this.#held.values(), (held) => ({ ...held })),
      gone: Array.from(this.#gone.values(), ({ held, atMs }) => ({ held: { ...held }, atMs })),
      lag: this.lag,
      due: this.#due.copy(),
      lastSequence: this.#lastSequence,
      lastAddress: this.#lastAddress,
      lastNumber: this.#lastNumber,
    };
  }

  /**
   * Back to that moment, time and chance included: the same calls get the same answers and the same rows again. What waits
   * outside (an answer that a fault delays) is executed in the world as it is then.
   */
  restore(snapshot: WorldSnapshot): void {
    this.clock.set(snapshot.nowMs);
    this.random = seededRandom(snapshot.randomState);
    this.ledger.rewind(snapshot.ledger);
    this.faults = snapshot.faults.copy(this.random);
    this.nonces = snapshot.nonces.copy();
    this.switches = { ...snapshot.switches };
    this.storage = snapshot.storage.copy(this.#surroundings());
    this.throttle = snapshot.throttle.copy();
    this.clientTokens = snapshot.clientTokens.copy();
    this.identities = snapshot.identities.copy();
    this.places = snapshot.places.copy();
    this.tickPerRequestMs = snapshot.tickPerRequestMs;
    this.strictTime = snapshot.strictTime;
    this.#timings = snapshot.timings;
    this.#held = new Map(snapshot.held.map((held) => [held.instance.InstanceId, { ...held }]));
    this.#gone = new Map(
      snapshot.gone.map(({ held, atMs }) => [held.instance.InstanceId, { held: { ...held }, atMs }]),
    );
    this.lag = snapshot.lag;
    this.#due = snapshot.due.copy();
    this.#lastSequence = snapshot.lastSequence;
    this.#lastAddress = snapshot.lastAddress;
    this.#lastNumber = snapshot.lastNumber;
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
      lag: this.lag ?? 0,
      autoSnapshotPolicies: [...this.storage.policies],
      // Told of each instance.
      accounts: [],
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
    this.#gone = new Map();
    this.lag = lagOf(file.lag);
    this.#due = new DueQueue();
    this.storage = this.#newStorage();
    const withSystemDisk = new Set(
      (file.disks ?? []).flatMap((disk) => (disk.Type === "system" && disk.InstanceId ? [disk.InstanceId] : [])),
    );
    for (const fields of file.instances ?? []) {
      if (fields.reclaimAt) checkReclaimable(fields, undefined);
      const { instance } = this.#add(withAccount(fields, file.accounts), Number.NEGATIVE_INFINITY);
      if (!withSystemDisk.has(fields.InstanceId)) this.storage.addSystemDisk(instance);
    }
    for (const fields of file.disks ?? []) this.storage.addDisk(fields);
    this.storage.usePolicies(file.autoSnapshotPolicies ?? []);
    for (const fields of file.snapshots ?? []) this.storage.addSnapshot(fields);
    for (const group of file.snapshotGroups ?? []) this.storage.groups.set(group.SnapshotGroupId, group);
    this.settle();
  }

  #newStorage(): BlockStorage {
    return new BlockStorage(this.#surroundings());
  }

  #surroundings(): Surroundings {
    return {
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
    };
  }

  #add(fields: InstanceFields, sinceMs = this.now()): Held {
    const held: Held = {
      sequence: ++this.#lastSequence,
      instance: newInstance(fields, this.now()),
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
    this.places.addRegion(held.instance.RegionId);
    this.#scheduleStatus(held);
    this.#scheduleAutoRelease(held);
    this.#scheduleReclaim(held);
    // What an expiry would have brought before it was known here is not made up for: it is as it is written.
    const fromMs = held.instance.InstanceChargeType === "PrePaid" ? this.now() : Number.NEGATIVE_INFINITY;
    this.#scheduleArrears(held, fromMs);
    return held;
  }

  #replace(held: Held, instance: Instance, atMs = this.now()): void {
    held.history = [...held.history.slice(1 - keptVersions), { instance: held.instance, untilMs: atMs }];
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

  #scheduleArrears(held: Held, fromMs: number): void {
    const { InstanceId: id } = held.instance;
    for (const due of arrearsOf(held.instance)) if (due.atMs > fromMs) this.#due.push({ ...due, id });
  }

  /** Somebody has paid, or says that nobody will: the lock goes, and what is due then comes anew. */
  #paymentChanged(held: Held): void {
    const due = arrearsOf(held.instance);
    const isPaid = due.every(({ atMs }) => atMs > this.now());
    if (isPaid) held.instance = { ...held.instance, OperationLocks: unlockedForMoney(held.instance) };
    this.#scheduleArrears(held, Number.NEGATIVE_INFINITY);
  }

  /** Locks it, stops it, releases it. Stopped it stays until somebody pays and starts it. */
  #arriveArrears(held: Held, { kind, atMs }: Due): string {
    const { InstanceId, Status } = held.instance;
    if (kind === "overdueRelease" || kind === "expiryRelease") {
      return this.release(held, { shutdownFirst: false, atMs });
    }
    const isLocked = kind !== "overdue" || this.switches.overdueLock === "at-once";
    if (isLocked) this.#replace(held, { ...held.instance, OperationLocks: lockedForMoney(held.instance) }, atMs);
    const effects = isLocked ? [`${InstanceId}: locked (financial)`] : [];
    if (kind !== "overdue" && Status !== "Stopped" && Status !== "Stopping") {
      effects.push(this.#shutDown(held, this.switches.stoppedModeByDefault, atMs));
    }
    return effects.length === 0 ? "none" : effects.join("; ");
  }

  /** A stop that nobody asked for. */
  #shutDown(held: Held, mode: "KeepCharging" | "StopCharging", atMs: number): string {
    const { InstanceId, Status: from } = held.instance;
    held.stoppingMode = canStopCharging(held.instance) ? mode : "Not-applicable";
    this.storage.instanceMoved(InstanceId);
    this.#replace(held, { ...held.instance, Status: "Stopping", StoppedMode: "Not-applicable" }, atMs);
    this.#scheduleStatus(held, undefined, atMs);
    return `${InstanceId}: ${from} -> Stopping`;
  }

  /** The queue also brings what has been called off since: each kind checks that it still holds. */
  #arrive(due: Due): void {
    if (due.kind === "snapshot" || due.kind === "snapshotExpiry") {
      const effect = this.storage.arrive(due);
      if (effect !== undefined) this.record("timer:snapshotExpiry", { SnapshotId: due.id }, effect, due.atMs);
      return;
    }
    if (due.kind === "autoSnapshot") {
      for (const { SnapshotId, SourceDiskId: DiskId } of this.storage.runPolicy(due)) {
        this.record("timer:autoSnapshot", { DiskId }, `${SnapshotId}: absent -> progressing`, due.atMs);
      }
      return;
    }
    const held = this.#held.get(due.id);
    if (held === undefined) return;
    if (isArrears(due.kind)) {
      const holds = arrearsOf(held.instance).some(({ kind, atMs }) => kind === due.kind && atMs === due.atMs);
      if (held.released || !holds) return;
      this.record(`timer:${due.kind}`, { InstanceId: due.id }, this.#arriveArrears(held, due), due.atMs);
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
        this.record("timer:autoRelease", { InstanceId: due.id }, effect, due.atMs);
        return;
      }
      case "vanish":
        if (held.vanishDue.atMs === due.atMs) this.#vanish(held, due.atMs);
        return;
      case "reclaim": {
        if (held.released || Date.parse(held.instance.reclaimAt) !== due.atMs) return;
        const OperationLocks = { LockReason: [{ LockReason: "Recycling" }] };
        this.#replace(held, { ...held.instance, OperationLocks }, due.atMs);
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

/** A number is a lag that is always the same. */
export function lagOf(lag: number | Lag | undefined): Lag | undefined {
  return typeof lag === "number" ? (lag === 0 ? undefined : { minMs: lag, maxMs: lag }) : lag;
}

/** What is said of its account counts where nothing is said of the instance. */
function withAccount(fields: InstanceFields, accounts: readonly Account[] = []): InstanceFields {
  const account = accounts.find(({ accountId }) => accountId === (fields.accountId ?? defaultAccountId));
  return account?.overdueAt === undefined ? fields : { overdueAt: account.overdueAt, ...fields };
}

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
