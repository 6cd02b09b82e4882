import type { Present } from "../../provider/core/model";
import { EcsError, type ErrorClass } from "../../provider/ecs/errors";
import type { EcsPort, Look, Receipt } from "../../provider/ecs/port";
import { regionId } from "./builders";
import type { FakeClock } from "./fake-clock";

export type CallName =
  | "observe"
  | "confirm"
  | "mayObserve"
  | "accountId"
  | "start"
  | "stop"
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

export const writeNames: readonly CallName[] = ["start", "stop", "release", "setReleaseTime", "cancelReleaseTime"];

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
  readonly releaseTakesMs?: number;
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
  private readonly instances = new Map<string, Present>();
  private readonly faults = new Map<CallName, Fault[]>();
  private readonly events: { readonly atMs: number; readonly happen: () => void }[] = [];
  private shownUntil: { readonly untilMs: number; readonly instances: ReadonlyMap<string, Present> } | undefined;
  private requests = 0;

  constructor(
    private readonly clock: FakeClock,
    instances: readonly Present[],
    private readonly options: FakeEcsOptions = {},
  ) {
    for (const one of instances) this.instances.set(one.instanceId, one);
  }

  /** The next calls of this name fail like this, one after the other. */
  fail(name: CallName, ...faults: readonly (Fault | Error)[]): this {
    const scripted = faults.map((fault) => (fault instanceof Error ? { error: fault } : fault));
    this.faults.set(name, [...(this.faults.get(name) ?? []), ...scripted]);
    return this;
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

  confirm(id: string): Promise<"present" | "absent"> {
    return this.answer("confirm", { id }, () => (this.instances.has(id) && !this.blind ? "present" : "absent"));
  }

  mayObserve(): Promise<boolean> {
    return this.answer("mayObserve", {}, () => !this.blind);
  }

  accountId(): Promise<string> {
    return this.answer("accountId", {}, () => this.account);
  }

  start(id: string): Promise<Receipt> {
    return this.write("start", id, undefined, (one) => {
      if (one.status !== "stopped") throw ecsError("IncorrectInstanceStatus", "wait");
      this.move(id, "starting", "running", this.options.startTakesMs ?? 4_000);
    });
  }

  stop(id: string, options: { readonly mode: string; readonly force: boolean }): Promise<Receipt> {
    return this.write("stop", id, options, (one) => {
      if (one.status !== "running") throw ecsError("IncorrectInstanceStatus", "wait");
      this.move(id, "stopping", "stopped", this.options.stopTakesMs ?? 4_000);
    });
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

  private move(id: string, between: string, target: string, takesMs: number): void {
    this.change(id, { status: between });
    this.after(takesMs, () => this.change(id, { status: target }));
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
    const fault = this.faults.get(name)?.shift();
    try {
      if (fault === undefined) return Promise.resolve(act(call));
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
