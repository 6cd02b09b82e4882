import { type Clock, realClock, virtualClock } from "./clock";
import { type Due, DueQueue } from "./due-queue";
import { type ActiveFault, type FaultRule, Faults } from "./faults";
import { Ledger, type LedgerEntry } from "./ledger";
import {
  type Credential,
  type Disk,
  defaultAccountId,
  defaultCredential,
  type Instance,
  type InstanceFields,
  type Snapshot,
  type StoppedMode,
  type Timings,
} from "./model";
import { canStopCharging, mergeFields, newInstance } from "./new-instance";
import { NonceStore } from "./nonce-store";
import { type Random, seededRandom } from "./random";
import { defaultSwitches, type Switches } from "./switches";
import { withSeconds } from "./time-format";
import { timedFrom } from "./transitions";

/** What a world begins with: the JSON of the world file. Everything is optional. */
export interface WorldFile {
  /** Default: none (the command starts with three documented ones). */
  instances?: InstanceFields[];
  disks?: Disk[];
  snapshots?: Snapshot[];
  /** Default: `emulator-key` / `emulator-secret`, which may do everything. */
  credentials?: Credential[];
  /** Default: start 3000, stop 3000, release 1000 milliseconds. */
  timings?: Partial<Timings>;
  /** The doubtful points; default: the stricter reading of each. */
  switches?: Partial<Switches>;
  /** RFC 3339 UTC, where a virtual clock begins (only there, and only at the start). Default: the machine's time at the start. */
  now?: string;
  /** Each request moves a virtual clock forward by so much before it is looked at. Default 0. */
  tickPerRequestMs?: number;
  /** Signatures must be stamped near the world's time; the machine's time does not count. Default false. */
  strictTime?: boolean;
  /** Regions that exist besides those of the instances. Default: the usual ones. */
  regions?: string[];
}

export interface WorldOptions {
  /** Default `virtual`: a world in memory stands still until somebody moves it. */
  clock?: "real" | "virtual";
  /** Where all chance comes from. Default 1. */
  seed?: number;
  /** Sees every row of the ledger as it is written. */
  ledgerSink?: (entry: LedgerEntry) => void;
  /** The machine's clock, in milliseconds since 1970. Default Date.now. */
  machineNow?: () => number;
}

/** An instance with what the wire doesn't show. */
export interface Held {
  readonly sequence: number;
  instance: Instance;
  /** As it was before the latest change; undefined when it is new. */
  previous: Instance | undefined;
  /** When the status moves on by itself. */
  statusDueMs: number | undefined;
  /** The mode that a stop under way leads to. */
  stoppingMode: StoppedMode;
  /** It has been released and is only listed still. */
  released: boolean;
  vanishMs: number | undefined;
}

const defaultTimings: Omit<Timings, "forceStopMs"> = { pendingMs: 1000, startMs: 3000, stopMs: 3000, releaseMs: 1000 };

const usualRegions = ["cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-qingdao", "cn-zhangjiakou"].concat(
  ["cn-hongkong", "ap-southeast-1", "us-west-1", "eu-central-1"],
);

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
  disks: Disk[] = [];
  snapshots: Snapshot[] = [];
  tickPerRequestMs = 0;
  strictTime = false;

  readonly #start: WorldFile;
  readonly #clockKind: "real" | "virtual";
  readonly #seed: number;
  #timings: Partial<Timings> = {};
  #regions: string[] = [];
  #credentials = new Map<string, Credential>();
  #held = new Map<string, Held>();
  /** Last look of what has vanished, for stale reads. */
  #vanished = new Map<string, Instance>();
  #due = new DueQueue();
  #lastSequence = 0;
  #lastAddress = 0;

  constructor(file: WorldFile = {}, options: WorldOptions = {}) {
    this.machineNow = options.machineNow ?? Date.now;
    this.#clockKind = options.clock ?? "virtual";
    this.#seed = options.seed ?? 1;
    this.#start = file;
    this.clock = this.#newClock(file);
    this.ledger = new Ledger({ sink: options.ledgerSink });
    this.random = seededRandom(this.#seed);
    this.faults = new Faults(this.random);
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

  credential(accessKeyId: string): Credential | undefined {
    return this.#credentials.get(accessKeyId);
  }

  regions(): string[] {
    return this.#regions;
  }

  hasRegion(regionId: string): boolean {
    return this.#regions.includes(regionId);
  }

  timing(instance: Instance, name: keyof Timings): number | null {
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
    const listedMs = this.timing(held.instance, "releaseMs");
    const shutdownMs = how.shutdownFirst ? this.timing(held.instance, "stopMs") : 0;
    this.#replace(held, { ...held.instance, Status: from === "Stopped" ? "Stopped" : "Stopping" });
    held.released = true;
    held.statusDueMs = undefined;
    held.vanishMs = listedMs === null || shutdownMs === null ? undefined : atMs + shutdownMs + listedMs;
    if (held.vanishMs !== undefined) {
      this.#due.push({ atMs: held.vanishMs, instanceId: held.instance.InstanceId, kind: "vanish" });
    }
    this.disks = this.disks.flatMap((disk) => {
      if (disk.InstanceId !== held.instance.InstanceId) return [disk];
      if (disk.DeleteWithInstance === false) return [{ ...disk, InstanceId: "", Status: "Available" }];
      return [];
    });
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
    if (held === undefined) {
      const added = this.#add(fields);
      this.record("control:addInstance", flat(fields), `${fields.InstanceId}: absent -> ${added.instance.Status}`);
      return added.instance;
    }
    if (held.released) throw new RangeError(`${fields.InstanceId} has been released; it can't come back.`);
    const before = held.instance;
    this.#replace(held, mergeFields(before, fields));
    if (fields.Status !== undefined && fields.Status !== before.Status) {
      held.stoppingMode = fields.StoppedMode ?? "KeepCharging";
      this.#scheduleStatus(held);
    }
    if (fields.AutoReleaseTime !== undefined) this.#scheduleAutoRelease(held);
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
    this.random = seededRandom(this.#seed);
    this.faults = new Faults(this.random);
    this.nonces = new NonceStore();
    this.ledger.clear();
    this.#load(this.#start);
    this.record("control:reset", {}, "the whole world");
  }

  /** The world as it is now, in the form that `replaceWith` and the world file take. */
  toFile(): Required<Omit<WorldFile, "now">> & { now: string } {
    this.settle();
    return {
      instances: [...this.#held.values()].filter((held) => !held.released).map((held) => held.instance),
      disks: this.disks,
      snapshots: this.snapshots,
      credentials: [...this.#credentials.values()],
      timings: this.#timings,
      switches: this.switches,
      now: withSeconds(this.now()),
      tickPerRequestMs: this.tickPerRequestMs,
      strictTime: this.strictTime,
      regions: this.#regions,
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
    this.disks = (file.disks ?? []).map((disk) => ({ ...disk }));
    this.snapshots = (file.snapshots ?? []).map((snapshot) => ({ ...snapshot }));
    this.tickPerRequestMs = file.tickPerRequestMs ?? 0;
    this.strictTime = file.strictTime ?? false;
    this.#credentials = new Map();
    for (const credential of file.credentials ?? [defaultCredential]) {
      this.#credentials.set(credential.accessKeyId, credential);
    }
    this.#held = new Map();
    this.#vanished = new Map();
    this.#due = new DueQueue();
    this.#regions = [...(file.regions ?? usualRegions)];
    for (const fields of file.instances ?? []) this.#add(fields);
    this.settle();
  }

  #add(fields: InstanceFields): Held {
    const held: Held = {
      sequence: ++this.#lastSequence,
      instance: newInstance(fields, this.now()),
      previous: undefined,
      statusDueMs: undefined,
      stoppingMode: "KeepCharging",
      released: false,
      vanishMs: undefined,
    };
    this.#held.set(fields.InstanceId, held);
    this.#vanished.delete(fields.InstanceId);
    if (!this.#regions.includes(held.instance.RegionId)) this.#regions.push(held.instance.RegionId);
    this.#scheduleStatus(held);
    this.#scheduleAutoRelease(held);
    return held;
  }

  #replace(held: Held, instance: Instance): void {
    held.previous = held.instance;
    held.instance = instance;
  }

  #move(held: Held, to: "Starting" | "Stopping", fields: Partial<Instance>, timing?: keyof Timings): string {
    const from = held.instance.Status;
    this.#replace(held, { ...held.instance, ...fields, Status: to, StoppedMode: "Not-applicable" });
    this.#scheduleStatus(held, timing);
    return `${held.instance.InstanceId}: ${from} -> ${to}`;
  }

  #scheduleStatus(held: Held, timing?: keyof Timings, fromMs = this.now()): void {
    const next = timedFrom(held.instance.Status);
    const lastsMs = next === undefined ? null : this.timing(held.instance, timing ?? next.timing);
    held.statusDueMs = lastsMs === null ? undefined : fromMs + lastsMs;
    if (held.statusDueMs !== undefined) {
      this.#due.push({ atMs: held.statusDueMs, instanceId: held.instance.InstanceId, kind: "status" });
    }
  }

  #scheduleAutoRelease(held: Held): void {
    const time = held.instance.AutoReleaseTime;
    if (time !== "") {
      this.#due.push({ atMs: Date.parse(time), instanceId: held.instance.InstanceId, kind: "autoRelease" });
    }
  }

  /** The queue also brings what has been called off since: each kind checks that it still holds. */
  #arrive(due: Due): void {
    const held = this.#held.get(due.instanceId);
    if (held === undefined) return;
    switch (due.kind) {
      case "status": {
        const next = timedFrom(held.instance.Status);
        if (held.statusDueMs !== due.atMs || next === undefined) return;
        const instance = { ...held.instance, Status: next.to };
        if (next.to === "Stopped") {
          instance.StoppedMode = canStopCharging(instance) ? held.stoppingMode : "Not-applicable";
          if (instance.StoppedMode === "StopCharging") instance.PublicIpAddress = { IpAddress: [] };
        }
        this.#replace(held, instance);
        this.#scheduleStatus(held, undefined, due.atMs);
        return;
      }
      case "autoRelease": {
        if (held.released || Date.parse(held.instance.AutoReleaseTime) !== due.atMs) return;
        // Deletion protection does not stop the timer, whatever the status.
        const effect = this.release(held, { shutdownFirst: false, atMs: due.atMs });
        this.record("timer:autoRelease", { InstanceId: due.instanceId }, effect, due.atMs);
        return;
      }
      case "vanish": {
        if (held.vanishMs !== due.atMs) return;
        this.#held.delete(due.instanceId);
        this.#vanished.set(due.instanceId, held.instance);
        return;
      }
    }
  }

  #nextAddress(): string {
    this.#lastAddress += 1;
    // 203.0.113.0/24 is set aside for documentation.
    return `203.0.113.${1 + (this.#lastAddress % 254)}`;
  }
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
