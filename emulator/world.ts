import { BlockStorage, type Surroundings as StorageSurroundings } from "./block-storage";
import { ClientTokenStore } from "./client-token-store";
import { type Clock, realClock, virtualClock } from "./clock";
import { Compute, type Surroundings as ComputeSurroundings } from "./compute";
import { type Due, DueQueue } from "./due-queue";
import { type ActiveFault, type FaultRule, Faults } from "./faults";
import type { Held } from "./held";
import { Holds } from "./holds";
import { Identities, type IssuedCredential } from "./identities";
import { Ledger } from "./ledger";
import {
  type Account,
  type Credential,
  defaultAccountId,
  type Instance,
  type InstanceFields,
  type ThrottleRule,
  type Zone,
} from "./model";
import { NonceStore } from "./nonce-store";
import { Places } from "./places";
import { type Random, seededRandom } from "./random";
import type { Lag } from "./stale";
import { defaultSwitches, type Switches } from "./switches";
import { Throttle } from "./throttle";
import { withSeconds } from "./time-format";
import type { WorldSnapshot } from "./world-snapshot";
import type { WorldFile, WorldOptions } from "./world-input";

export type { Held };

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
  compute: Compute;
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
  #due = new DueQueue();
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
    this.compute = new Compute(this.#aroundCompute());
    this.storage = new BlockStorage(this.#aroundStorage());
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

  /** By id, whatever its account; released ones are found as long as they are listed. */
  find(instanceId: string): Held | undefined {
    return this.compute.find(instanceId);
  }

  /** The zones of a region: the usual ones, the world's and those of its instances. */
  zones(regionId: string): Zone[] {
    const instances = Array.from(this.compute.all(), (held) => held.instance);
    const inUse = instances.filter((instance) => instance.RegionId === regionId).map((instance) => instance.ZoneId);
    return this.places.zonesOf(regionId, inUse);
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
    const { held, isNew, effect } = this.compute.put(fields);
    this.record(isNew ? "control:addInstance" : "control:patchInstance", flat(fields), effect);
    if (!isNew) this.settle();
    return held.instance;
  }

  /** As if somebody had released it in the console: no check is made. False when there is none. */
  releaseInstance(instanceId: string): boolean {
    this.settle();
    const held = this.compute.find(instanceId);
    if (held === undefined || held.released) return false;
    const effect = this.compute.release(held);
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
    this.#lastNumber = 0;
    this.compute = new Compute(this.#aroundCompute());
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
      compute: this.compute.copy(),
      lag: this.lag,
      due: this.#due.copy(),
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
    this.storage = snapshot.storage.copy(this.#aroundStorage());
    this.throttle = snapshot.throttle.copy();
    this.clientTokens = snapshot.clientTokens.copy();
    this.identities = snapshot.identities.copy();
    this.places = snapshot.places.copy();
    this.tickPerRequestMs = snapshot.tickPerRequestMs;
    this.strictTime = snapshot.strictTime;
    this.compute = snapshot.compute.copy(this.#aroundCompute());
    this.lag = snapshot.lag;
    this.#due = snapshot.due.copy();
    this.#lastNumber = snapshot.lastNumber;
  }

  /** The world as it is now, in the form that `replaceWith` and the world file take. */
  toFile(): Required<Omit<WorldFile, "now">> & { now: string } {
    this.settle();
    return {
      instances: [...this.compute.all()].filter((held) => !held.released).map((held) => held.instance),
      disks: this.storage.disks.items(),
      snapshots: this.storage.snapshots.items(),
      snapshotGroups: this.storage.groups.items(),
      credentials: this.identities.credentials(),
      roles: [...this.identities.roles],
      oidcTokens: [...this.identities.oidcTokens],
      timings: this.compute.timings,
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
    this.tickPerRequestMs = file.tickPerRequestMs ?? 0;
    this.strictTime = file.strictTime ?? false;
    this.identities = new Identities(file);
    this.places = new Places(file);
    this.throttle = new Throttle(file.throttle ?? []);
    this.clientTokens = new ClientTokenStore();
    this.compute.clear(file.timings);
    this.lag = lagOf(file.lag);
    this.#due = new DueQueue();
    this.storage = new BlockStorage(this.#aroundStorage());
    const withSystemDisk = new Set(
      (file.disks ?? []).flatMap((disk) => (disk.Type === "system" && disk.InstanceId ? [disk.InstanceId] : [])),
    );
    for (const fields of file.instances ?? []) {
      const { instance } = this.compute.add(withAccount(fields, file.accounts), Number.NEGATIVE_INFINITY);
      if (!withSystemDisk.has(fields.InstanceId)) this.storage.addSystemDisk(instance);
    }
    for (const fields of file.disks ?? []) this.storage.addDisk(fields);
    this.storage.usePolicies(file.autoSnapshotPolicies ?? []);
    for (const fields of file.snapshots ?? []) this.storage.addSnapshot(fields);
    for (const group of file.snapshotGroups ?? []) this.storage.groups.set(group.SnapshotGroupId, group);
    this.settle();
  }

  /** What is due is each part's own; whether it still holds, it tells itself. */
  #arrive(due: Due): void {
    if (due.kind === "snapshot" || due.kind === "snapshotExpiry") {
      const effect = this.storage.arrive(due);
      if (effect !== undefined) this.record("timer:snapshotExpiry", { SnapshotId: due.id }, effect, due.atMs);
      return;
    }
    if (due.kind !== "autoSnapshot") {
      this.compute.arrive(due);
      return;
    }
    for (const { SnapshotId, SourceDiskId: DiskId } of this.storage.runPolicy(due)) {
      this.record("timer:autoSnapshot", { DiskId }, `${SnapshotId}: absent -> progressing`, due.atMs);
    }
  }

  #aroundStorage(): StorageSurroundings {
    return {
      ...this.#around(),
      instance: (instanceId) => this.compute.find(instanceId)?.instance,
      snapshotTiming: (instance) => this.compute.snapshotTiming(instance),
    };
  }

  #aroundCompute(): ComputeSurroundings {
    return {
      ...this.#around(),
      switches: () => this.switches,
      storage: () => this.storage,
      addRegion: (regionId) => {
        this.places.addRegion(regionId);
      },
      record: (action, params, effect, atMs) => {
        this.record(action, params, effect, atMs);
      },
    };
  }

  #around() {
    return {
      now: () => this.now(),
      random: () => this.random,
      due: (due: Due) => {
        this.#due.push(due);
      },
      nextNumber: () => this.#nextNumber(),
    };
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

/** A number is a lag that is always the same. */
export function lagOf(lag: number | Lag | undefined): Lag | undefined {
  return typeof lag === "number" ? (lag === 0 ? undefined : { minMs: lag, maxMs: lag }) : lag;
}

/** What is said of its account counts where nothing is said of the instance. */
function withAccount(fields: InstanceFields, accounts: readonly Account[] = []): InstanceFields {
  const account = accounts.find(({ accountId }) => accountId === (fields.accountId ?? defaultAccountId));
  return account?.overdueAt === undefined ? fields : { overdueAt: account.overdueAt, ...fields };
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
