import type { Candidate, Criteria } from "../../provider/core/fleet";
import { fitsCriteria } from "../../provider/core/fits-criteria";
import type { Disk, Present, Snapshot } from "../../provider/core/model";
import { CallQueue } from "../../provider/ecs/call-queue";
import { EcsError, type ErrorClass } from "../../provider/ecs/errors";
import type {
  EcsPort,
  Look,
  Precondition,
  Receipt,
  SnapshotOptions,
  StopOptions,
  Storage,
} from "../../provider/ecs/port";
import { regionId } from "./builders";
import type { FakeClock } from "./fake-clock";

export type CallName =
  | "observe"
  | "list"
  | "confirm"
  | "mayObserve"
  | "accountId"
  | "inspect"
  | "start"
  | "stop"
  | "createSnapshot"
  | "setDeletionProtection"
  | "release"
  | "setReleaseTime"
  | "cancelReleaseTime";

export interface Call {
  readonly name: CallName;
  readonly atMs: number;
  readonly id?: string;
  readonly options?: unknown;
  /** What an observe answered for the instance that the test is about; undefined when it was not listed. */
  readonly answered?: Present | undefined;
  /** Whether the call changed anything. */
  effect: boolean;
}

export const writeNames: readonly CallName[] = [
  "start",
  "stop",
  "createSnapshot",
  "setDeletionProtection",
  "release",
  "setReleaseTime",
  "cancelReleaseTime",
];

/** An error as the wire layer would have made it. */
export function ecsError(
  code: string,
  errorClass: ErrorClass,
  more: { readonly advice?: string; readonly retryAfterMs?: number } = {},
): EcsError {
  return new EcsError("Call", code, errorClass, "the vendor's sentence", more.advice, "REQUEST-ID", more.retryAfterMs);
}

/** The answer got lost: time-out, reset, 5xx. */
export const lostAnswer = (): EcsError => ecsError("NoAnswer", "unknownOutcome");

export interface Fault {
  readonly error: Error;
  /** The call has its effect all the same. */
  readonly executed?: boolean;
}

export interface FakeEcsOptions {
  readonly startTakesMs?: number;
  readonly stopTakesMs?: number;
  /** Powering off; also from Stopping, unless that is refused. */
  readonly forceStopTakesMs?: number;
  readonly refusesForceWhileStopping?: boolean;
  /** The mode that a stop ends in, whatever was asked for. */
  readonly keepsMode?: string;
  readonly releaseTakesMs?: number;
  readonly disks?: readonly Disk[];
  readonly snapshots?: readonly Snapshot[];
  readonly snapshotTakesMs?: number;
  /** For how long a new snapshot is not listed. */
  readonly snapshotHiddenMs?: number;
  /** For how long after a write looks still answer what was there before. */
  readonly staleMs?: number;
}

/** ECS in memory, one region: statuses move by the clock, each call can be scripted to fail, all calls are recorded. */
export class FakeEcs implements EcsPort {
  readonly regionId = regionId;
  readonly calls: Call[] = [];
  /** This identity may not list: an empty list, as before 2025-12-20. */
  blind = false;
  account = "1234567890";
  /** So many of the next snapshots end as failed. */
  failingSnapshots = 0;
  /** Every disk is one of the instance that is asked for: there is only one that has any. */
  disks: readonly Disk[];
  snapshots: readonly Snapshot[];
  /** Which token made which snapshot. */
  private readonly tokens = new Map<string, string>();
  private readonly hidden = new Map<string, number>();
  /** A later change of the power state overtakes an earlier one. */
  private readonly moves = new Map<string, number>();
  private readonly instances = new Map<string, Present>();
  private readonly faults = new Map<CallName, (Fault | "works")[]>();
  private death: { readonly index: number; readonly executed: boolean; readonly die: () => void } | undefined;
  private readonly events: { readonly atMs: number; readonly happen: () => void }[] = [];
  private shownUntil: { readonly untilMs: number; readonly instances: ReadonlyMap<string, Present> } | undefined;
  private requests = 0;
  /** One for each name of a call, as the real client has them; all errors here are those of "Call". */
  private readonly queues = new Map<string, CallQueue>();

  constructor(
    private readonly clock: FakeClock,
    instances: readonly Present[],
    private readonly options: FakeEcsOptions = {},
  ) {
    for (const one of instances) this.instances.set(one.instanceId, one);
    this.disks = options.disks ?? [];
    this.snapshots = options.snapshots ?? [];
  }

  /** The next calls of this name fail like this, one after the other. */
  fail(name: CallName, ...faults: readonly (Fault | Error | "works")[]): this {
    const scripted = faults.map((fault) => (fault instanceof Error ? { error: fault } : fault));
    this.faults.set(name, [...(this.faults.get(name) ?? []), ...scripted]);
    return this;
  }

  /** Nothing that was scripted to fail fails any more, and nobody dies. */
  healed(): void {
    this.faults.clear();
    this.death = undefined;
  }

  /** The caller's process dies at this call, the first being 0: nobody ever gets its answer. Resolves when that has happened. */
  killAt(index: number, executed: boolean): Promise<void> {
    return new Promise((die) => {
      this.death = { index, executed, die };
    });
  }

  /** Something happens by itself or by somebody else's hand, so long after now. */
  after(ms: number, happen: () => void): this {
    this.events.push({ atMs: this.clock.nowMs() + ms, happen });
    return this;
  }

  change(id: string, different: Partial<Present>): void {
    const one = this.instances.get(id);
    if (one !== undefined) this.instances.set(id, { ...one, ...different });
  }

  add(one: Present): void {
    this.instances.set(one.instanceId, one);
  }

  vanish(id: string): void {
    this.instances.delete(id);
  }

  get(id: string): Present | undefined {
    this.pass();
    return this.instances.get(id);
  }

  /** Looks go on answering for so long what is there now, whatever happens to it. */
  showStale(ms: number): void {
    this.shownUntil = { untilMs: this.clock.nowMs() + ms, instances: new Map(this.instances) };
  }

  /** Names of all calls, or of the writes only, in order. */
  names(): readonly CallName[] {
    return this.calls.map(({ name }) => name);
  }

  writes(): readonly CallName[] {
    return this.names().filter((name) => writeNames.includes(name));
  }

  count(name: CallName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  effective(name: CallName): number {
    return this.calls.filter((call) => call.name === name && call.effect).length;
  }

  inTurn<T>(call: string, work: () => Promise<T>): Promise<T> {
    const { clock } = this;
    const pace = { nowMs: () => clock.nowMs(), sleep: (ms: number) => clock.sleep(ms), random: () => Math.random() };
    const queue = this.queues.get(call) ?? new CallQueue("Call", pace);
    this.queues.set(call, queue);
    return queue.inTurn(work);
  }

  untilOpen(): Promise<void> {
    return Promise.resolve();
  }

  isHeldBack(): boolean {
    return [...this.queues.values()].some((queue) => queue.isHeldBack);
  }

  observe(ids: readonly string[]): Promise<Look> {
    return this.answer("observe", { id: ids.join(",") }, (call) => {
      if (ids.length === 0) throw new Error("observe was called without an id");
      const stale = this.shownUntil !== undefined && this.clock.nowMs() < this.shownUntil.untilMs;
      const shown = stale && this.shownUntil !== undefined ? this.shownUntil.instances : this.instances;
      const found = new Map(
        [...shown].filter(([id]) => ids.includes(id) && !this.blind).map(([id, one]) => [id, one] as const),
      );
      Object.assign(call, { answered: found.get(ids[0] ?? "") });
      return { found, atMs: this.clock.nowMs() };
    });
  }

  list(criteria: Criteria): Promise<readonly Candidate[]> {
    return this.answer("list", { options: criteria }, () => {
      const candidates = [...this.instances.values()].map(({ instanceId, instanceName, chargeType, tags }) => {
        const nowhere = { vpcId: "", zoneId: "", resourceGroupId: "" };
        return { instanceId, instanceName, chargeType, tags, ...nowhere };
      });
      return this.blind ? [] : candidates.filter((one) => fitsCriteria(one, criteria));
    });
  }

  confirm(id: string): Promise<"present" | "absent"> {
    return this.answer("confirm", { id }, () => (this.instances.has(id) && !this.blind ? "present" : "absent"));
  }

  mayObserve(): Promise<boolean> {
    return this.answer("mayObserve", {}, () => !this.blind);
  }

  accountId(): Promise<string> {
    return this.answer("accountId", {}, () => this.account);
  }

  inspect(id: string): Promise<Storage> {
    return this.answer("inspect", { id }, () => {
      const nowMs = this.clock.nowMs();
      const shown = this.snapshots.filter(({ snapshotId }) => (this.hidden.get(snapshotId) ?? 0) <= nowMs);
      return { disks: this.disks, snapshots: shown };
    });
  }

  start(id: string, precondition: Precondition): Promise<Receipt | undefined> {
    return this.inTurn("StartInstance", async () => ((await precondition()) ? await this.startNow(id) : undefined));
  }

  private startNow(id: string): Promise<Receipt> {
    return this.write("start", id, undefined, (one) => {
      if (one.status !== "stopped") throw ecsError("IncorrectInstanceStatus", "wait");
      this.startedByHand(id);
      this.move(id, "starting", { status: "running" }, this.options.startTakesMs ?? 4_000);
    });
  }

  stop(id: string, options: StopOptions, precondition: Precondition): Promise<Receipt | undefined> {
    return this.inTurn("StopInstance", async () =>
      (await precondition()) ? await this.stopNow(id, options) : undefined,
    );
  }

  private stopNow(id: string, options: StopOptions): Promise<Receipt> {
    return this.write("stop", id, options, (one) => {
      const overtakes = one.status === "stopping" && options.force && this.options.refusesForceWhileStopping !== true;
      if (one.status !== "running" && !overtakes) throw ecsError("IncorrectInstanceStatus", "wait");
      const takesMs = options.force ? (this.options.forceStopTakesMs ?? 4_000) : (this.options.stopTakesMs ?? 4_000);
      const stoppedMode = this.options.keepsMode ?? options.mode;
      this.move(id, "stopping", { status: "stopped", stoppedMode }, takesMs);
    });
  }

  createSnapshot(diskId: string, options: SnapshotOptions): Promise<Receipt> {
    return this.answer("createSnapshot", { id: diskId, options }, (call) => {
      this.requests += 1;
      const receipt = { requestId: `REQUEST-${this.requests}` };
      if (this.tokens.has(options.clientToken)) return receipt;
      if (!this.disks.some((disk) => disk.diskId === diskId)) throw ecsError("InvalidDiskId.NotFound", "input");
      const underWay = this.snapshots.some((one) => one.diskId === diskId && one.status === "progressing");
      if (underWay) throw ecsError("IncorrectDiskStatus.CreatingSnapshot", "input");
      if (![...this.instances.values()].some(({ status }) => status === "stopped" || status === "running"))
        throw ecsError("IncorrectInstanceStatus", "wait");
      const snapshotId = `s-${this.requests}`;
      this.tokens.set(options.clientToken, snapshotId);
      this.hidden.set(snapshotId, this.clock.nowMs() + (this.options.snapshotHiddenMs ?? 0));
      const createdAt = `${new Date(this.clock.nowMs()).toISOString().slice(0, 19)}Z`;
      const begun = { snapshotId, diskId, status: "progressing", type: "user", createdAt, tags: options.tags };
      this.snapshots = [...this.snapshots, begun];
      const ends = this.failingSnapshots > 0 ? "failed" : "accomplished";
      this.failingSnapshots -= this.failingSnapshots > 0 ? 1 : 0;
      this.after(this.options.snapshotTakesMs ?? 20_000, () => this.endSnapshot(snapshotId, ends));
      call.effect = true;
      return receipt;
    });
  }

  setDeletionProtection(id: string, on: boolean): Promise<Receipt> {
    return this.write("setDeletionProtection", id, { on }, () => this.change(id, { deletionProtection: on }));
  }

  release(id: string, options: { readonly force: boolean }): Promise<Receipt> {
    return this.write("release", id, options, (one) => {
      if (one.deletionProtection) throw ecsError("InvalidOperation.DeletionProtection", "guard");
      if (one.status !== "stopped" && !(one.status === "running" && options.force))
        throw ecsError("IncorrectInstanceStatus", "wait");
      this.after(this.options.releaseTakesMs ?? 0, () => this.vanish(id));
    });
  }

  setReleaseTime(id: string, at: string): Promise<Receipt> {
    return this.write("setReleaseTime", id, { at }, () => this.change(id, { releaseTime: at }));
  }

  cancelReleaseTime(id: string): Promise<Receipt> {
    return this.write("cancelReleaseTime", id, undefined, () => this.change(id, { releaseTime: undefined }));
  }

  /** The marks that a start leaves, whoever started it: a new StartTime, and snapshots that were under way have failed. */
  startedByHand(id: string, status = "starting"): void {
    this.change(id, {
      status,
      stoppedMode: "Not-applicable",
      startedAt: `${new Date(this.clock.nowMs()).toISOString().slice(0, 16)}Z`,
    });
    this.snapshots = this.snapshots.map((one) => (one.status === "progressing" ? { ...one, status: "failed" } : one));
  }

  private endSnapshot(snapshotId: string, status: string): void {
    this.snapshots = this.snapshots.map((one) =>
      one.snapshotId === snapshotId && one.status === "progressing" ? { ...one, status } : one,
    );
  }

  private move(id: string, between: string, target: Partial<Present>, takesMs: number): void {
    const turn = (this.moves.get(id) ?? 0) + 1;
    this.moves.set(id, turn);
    this.change(id, { status: between });
    this.after(takesMs, () => {
      if (this.moves.get(id) === turn) this.change(id, target);
    });
  }

  private write(name: CallName, id: string, options: unknown, act: (one: Present) => void): Promise<Receipt> {
    return this.answer(name, { id, options }, (call) => {
      const one = this.instances.get(id);
      if (one === undefined) throw ecsError("InvalidInstanceId.NotFound", "absent");
      const before = new Map(this.instances);
      act(one);
      call.effect = true;
      const { staleMs } = this.options;
      if (staleMs !== undefined) this.shownUntil = { untilMs: this.clock.nowMs() + staleMs, instances: before };
      this.requests += 1;
      return { requestId: `REQUEST-${this.requests}` };
    });
  }

  private answer<T>(
    name: CallName,
    about: { readonly id?: string; readonly options?: unknown },
    act: (call: Call) => T,
  ): Promise<T> {
    this.pass();
    const call: Call = { name, atMs: this.clock.nowMs(), effect: false, ...about };
    this.calls.push(call);
    const { death } = this;
    if (death?.index === this.calls.length - 1) {
      this.death = undefined;
      try {
        if (death.executed) act(call);
      } catch {
        // Refused; nobody is left to hear it.
      }
      death.die();
      return new Promise(() => undefined);
    }
    const fault = this.faults.get(name)?.shift();
    try {
      if (fault === undefined || fault === "works") return Promise.resolve(act(call));
      if (fault.executed === true) act(call);
      return Promise.reject(fault.error);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Lets happen what is due by now. */
  private pass(): void {
    for (;;) {
      const due = this.events.filter(({ atMs }) => atMs <= this.clock.nowMs()).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) return;
      this.events.splice(this.events.indexOf(due), 1);
      due.happen();
    }
  }
}
