import type { Desired, Observed, Present, Recorded, ReleasedBy, Step, Write } from "../core/model";
import { isProtective, isWrite } from "../core/model";
import type { DoneStep } from "../core/outputs";
import { callName } from "../core/outputs";
import { explainAbsence, plan } from "../core/plan";
import { EcsError } from "../ecs/errors";
import type { EcsPort, Receipt } from "../ecs/port";
import { proveAbsence } from "./absence";
import type { Clock } from "./clock";
import type { Outcome, Verdict } from "./waiter";
import { waitFor } from "./waiter";

/** What the reconciler may use. */
export interface Surroundings {
  readonly ecs: EcsPort;
  readonly clock: Clock;
  /** Tells the user what is being waited for, and each write that was done. */
  readonly progress: (text: string, kind?: "result") => void;
  readonly wrote: (text: string) => void;
  /** Why nothing that acts may be done, by reasons that are not the instance's own. */
  readonly held: readonly string[];
  /** Throws when this call must not be made: the engine is gone, or the run has used up its releases. */
  readonly permit: (step: Write) => Promise<void>;
}

/** What was there in the end, and how it came to be so. */
export interface Reconciled {
  readonly observed: Observed;
  readonly atMs: number;
  readonly lastSeen: { readonly present: Present; readonly atMs: number } | undefined;
  readonly releasedBy: ReleasedBy | undefined;
  readonly done: readonly DoneStep[];
}

/** It stopped before the declared state was reached. What was reached until then is part of it. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  constructor(
    message: string,
    readonly reached: Reconciled | undefined,
  ) {
    super(message);
    this.stack = `Unfinished: ${message}`;
  }
}

/** After an accepted write the old status may still be shown for a while; after a lost answer, this long tells that it did not arrive. */
const staleAfterAcceptedMs = 60_000;
const staleAfterUnknownMs = 10_000;
/** Somebody else keeps undoing what we do, or the cloud does not take it: more rounds would not end that. */
const maxSendsPerCall = 3;
/** A release time is set at once; this is for retries and for the change to show. */
const releaseTimeBudgetMs = 120_000;
/** A wait shorter than this needs no words. */
const quietMs = 2_000;
/** How long to go on looking for an instance that should be there. */
const turnsUpMs = 60_000;

/** Observe, plan, do the first step, and again, until nothing is left to do. Every write has a look of its own just before it. */
export async function reconcile(
  desired: Desired,
  recorded: Recorded | undefined,
  around: Surroundings,
): Promise<Reconciled> {
  return await new Reconciliation(desired, recorded, around).run();
}

class Reconciliation {
  private readonly done: DoneStep[] = [];
  private readonly sends = new Map<string, number>();
  private readonly deadlines = new Map<string, number>();
  private observed: Observed | undefined;
  private lastSeen: { readonly present: Present; readonly atMs: number } | undefined;
  /** The server's clock at the last look, and ours. */
  private atMs = 0;
  private lookedMs = 0;
  private throttledRounds = 0;
  private identity: { readonly createdAt: string | undefined; readonly serialNumber: string | undefined } | undefined;

  constructor(
    private readonly desired: Desired,
    private readonly recorded: Recorded | undefined,
    private readonly around: Surroundings,
  ) {
    if (recorded?.createdAt !== undefined || recorded?.serialNumber !== undefined) this.identity = recorded;
  }

  async run(): Promise<Reconciled> {
    try {
      return await this.converge();
    } catch (error) {
      if (error instanceof Unfinished) throw error;
      throw new Unfinished(error instanceof Error ? error.message : String(error), this.soFar());
    }
  }

  private async converge(): Promise<Reconciled> {
    let observed = await this.look();
    for (;;) {
      if (observed.presence === "absent") {
        const found = await this.settleAbsence();
        if ("done" in found) return found;
        observed = found;
      }
      this.checkIdentity(observed);
      const { steps, refusals: own } = plan(this.desired, observed, this.recorded, this.atMs);
      const step = steps[0];
      const refusals = steps.length > 0 ? [...this.around.held, ...own] : own;
      if (refusals.length > 0 && (step === undefined || !isProtective(step))) this.fail(refusals.join("\n"));
      if (step === undefined) return this.reached(observed, undefined);
      observed = isWrite(step) ? await this.write(step, observed) : await this.await(step.until);
    }
  }

  private async look(): Promise<Observed> {
    const look = await this.around.ecs.observe([this.desired.instanceId]);
    this.observed = look.found.get(this.desired.instanceId) ?? { presence: "absent" };
    this.atMs = look.atMs;
    if (this.observed.presence === "present") this.lastSeen = { present: this.observed, atMs: look.atMs };
    this.lookedMs = this.around.clock.nowMs();
    return this.observed;
  }

  /** Does one write and waits for it to show; returns what was seen last, so that the next plan rests on a fresh look. */
  private async write(step: Write, before: Present): Promise<Observed> {
    const call = callName(step);
    const sends = (this.sends.get(step.kind) ?? 0) + 1;
    if (sends > maxSendsPerCall) {
      this.fail(
        `${this.desired.instanceId}: ${call} was sent ${maxSendsPerCall} times and it is ${before.status} again; is somebody else changing it?`,
      );
    }
    await this.around.permit(step);
    // The budget begins when the first call is let through, and covers everything after it.
    const deadlineMs = this.deadline(budgetOf(step));
    let receipt: Receipt | undefined;
    this.sends.set(step.kind, sends);
    try {
      receipt = await this.send(step);
    } catch (error) {
      if (!(error instanceof EcsError)) throw error;
      const goOn = await this.afterError(error, step, sends, deadlineMs);
      if (goOn === "lookAgain") return await this.look();
      if (goOn === "itIsGone") return await this.seeItGo(deadlineMs);
    }
    this.done.push({ call, because: step.because, ...(receipt === undefined ? {} : { requestId: receipt.requestId }) });
    this.around.wrote(
      `${call} ${this.desired.instanceId}${receipt === undefined ? " (answer lost)" : ""}: ${step.because}`,
    );
    return await this.settle(step, before, receipt !== undefined, deadlineMs);
  }

  private send(step: Write): Promise<Receipt> {
    const { ecs } = this.around;
    const id = this.desired.instanceId;
    switch (step.kind) {
      case "start":
        return ecs.start(id);
      case "stop":
        return ecs.stop(id, { mode: step.mode, force: step.force });
      case "release":
        return ecs.release(id, { force: step.force });
      case "setReleaseTime":
        return ecs.setReleaseTime(id, step.at);
      case "cancelReleaseTime":
        return ecs.cancelReleaseTime(id);
    }
  }

  /** `lookAgain`, `itIsGone`: it did not run. `itMayHaveRun`: nobody knows. Everything else ends here. */
  private async afterError(
    error: EcsError,
    step: Write,
    sends: number,
    deadlineMs: number,
  ): Promise<"lookAgain" | "itIsGone" | "itMayHaveRun"> {
    const { clock } = this.around;
    switch (error.errorClass) {
      case "throttled": {
        this.throttledRounds += 1;
        const backoffMs = Math.min(20_000, 1_000 * 2 ** (this.throttledRounds - 1));
        // Half fixed, half by chance: a fleet that was refused together must not come back together.
        const waitMs = error.retryAfterMs ?? backoffMs / 2 + (Math.random() * backoffMs) / 2;
        if (clock.nowMs() + waitMs > deadlineMs) this.fail(error.message);
        this.sends.set(step.kind, sends - 1);
        await this.pause(waitMs, "the account's call limit is reached");
        return "lookAgain";
      }
      case "wait": {
        if (clock.nowMs() + 3_000 > deadlineMs) this.fail(error.message);
        this.sends.set(step.kind, sends - 1);
        await this.pause(3_000, `ECS says ${error.code}`);
        return "lookAgain";
      }
      case "unknownOutcome":
        return "itMayHaveRun";
      case "absent":
        return "itIsGone";
      default:
        return this.fail(`${this.desired.instanceId}: ${error.message}`);
    }
  }

  /** One call knows the id no more, while the list may still show it for a while; sending again would tell nothing new. */
  private async seeItGo(deadlineMs: number): Promise<Observed> {
    const untilMs = Math.min(deadlineMs, this.around.clock.nowMs() + turnsUpMs);
    return (await this.waitFor(untilMs, "gone", (seen) => judgeUntil("gone", seen))).last;
  }

  /** Waits for a write to show, so that the next plan is not made on what was there before it. */
  private async settle(step: Write, before: Present, accepted: boolean, deadlineMs: number): Promise<Observed> {
    const { clock } = this.around;
    const staleUntilMs = clock.nowMs() + (accepted ? staleAfterAcceptedMs : staleAfterUnknownMs);
    const outcome = await this.waitFor(deadlineMs, describeTarget(step), (seen) => {
      const verdict = judgeWrite(step, seen);
      // An accepted release is never sent again, however long the instance stays listed.
      const mayResend = !(step.kind === "release" && accepted);
      const unchanged =
        seen.presence === "present" && seen.status === before.status && seen.releaseTime === before.releaseTime;
      return verdict === "pending" && mayResend && unchanged && clock.nowMs() >= staleUntilMs ? "unexpected" : verdict;
    });
    if (outcome.kind === "timedOut") this.failTimedOut(describeTarget(step), outcome.last);
    return outcome.last;
  }

  private async await(until: "running" | "stopped" | "gone"): Promise<Observed> {
    const outcome = await this.waitFor(this.deadline(until), until, (seen) => judgeUntil(until, seen));
    if (outcome.kind === "timedOut") this.failTimedOut(until, outcome.last);
    return outcome.last;
  }

  private async waitFor(
    deadlineMs: number,
    target: string,
    judge: (seen: Observed) => Verdict,
  ): Promise<Outcome<Observed>> {
    const id = this.desired.instanceId;
    const { clock, progress } = this.around;
    const startedMs = clock.nowMs();
    const seconds = () => Math.round((clock.nowMs() - startedMs) / 1_000);
    let spoke = false;
    const outcome = await waitFor({
      poll: () => this.look(),
      judge,
      deadlineMs,
      clock,
      progress: (seen, waitedMs) => {
        if (waitedMs < quietMs) return;
        spoke = true;
        progress(`waiting for ${id} to be ${target}, ${seconds()} s (now ${describe(seen)})`);
      },
    });
    // Without a terminal the last line stays in the resource's row, so it has to be the result.
    if (spoke) progress(`${id} is ${describe(outcome.last)}, after ${seconds()} s`, "result");
    return outcome;
  }

  /** Not listed. Returns the instance if it turns up after all, or how it is gone; fails where neither can be told. */
  private async settleAbsence(): Promise<Present | Reconciled> {
    const { desired, recorded } = this;
    const { ecs, clock, progress } = this.around;
    const id = desired.instanceId;
    if (recorded === undefined && this.identity === undefined) return await this.findNew();
    progress(`${id} is not listed in ${desired.regionId}; looking again to be sure`);
    const absence = await proveAbsence(ecs, clock, id, this.lookedMs);
    if (absence === "notAllowedToSee") {
      this.fail(
        `${id} is not listed in ${desired.regionId}, and this identity is not allowed to list instances, so that proves nothing; grant ecs:DescribeInstances`,
      );
    }
    if (absence === "listed") {
      // The copies of the list disagree; a moment later they will not.
      return (
        (await this.turnsUp(clock.nowMs())) ??
        this.fail(`${id} is listed in one answer and missing in the next; run again`)
      );
    }
    // Refused as unknown, a release was somebody else's; only one that ran, or may have run, is ours.
    const ours = this.done.some(({ call }) => call === "DeleteInstance");
    const releasedBy = ours ? "declaration" : (explainAbsence(desired, recorded, this.atMs) ?? "unknown");
    const { refusals } = plan(desired, { presence: "absent" }, recorded, this.atMs);
    if (refusals.length > 0) this.fail(refusals.join("\n"));
    progress(`${id} is gone`, "result");
    return this.reached({ presence: "absent" }, releasedBy);
  }

  /** Never seen here: a new instance may stay unlisted for about half a minute, and until it is seen nothing is recorded of it. */
  private async findNew(): Promise<Present> {
    const { instanceId, regionId } = this.desired;
    return (
      (await this.turnsUp(this.lookedMs)) ??
      this.fail(
        `instanceId: ${instanceId} was not found in region ${regionId}; check the id, the region and the account`,
      )
    );
  }

  private async turnsUp(sinceMs: number): Promise<Present | undefined> {
    const outcome = await this.waitFor(sinceMs + turnsUpMs, `listed in ${this.desired.regionId}`, (seen) =>
      seen.presence === "present" ? "reached" : "pending",
    );
    return outcome.last.presence === "present" ? outcome.last : undefined;
  }

  /** An id alone is no identity: whatever carries it now must be the machine that was seen before. */
  private checkIdentity(observed: Present): void {
    const before = this.identity;
    this.identity ??= observed;
    if (before === undefined) return;
    for (const field of ["createdAt", "serialNumber"] as const) {
      if (before[field] !== undefined && before[field] !== observed[field]) {
        this.fail(
          `instanceId: ${observed.instanceId} is another machine than before (${field} was ${before[field]}, is ${observed[field]}); nothing is written, take the resource out and declare it anew`,
        );
      }
    }
  }

  private deadline(budget: "running" | "stopped" | "gone" | "time"): number {
    const { startMs, stopMs, releaseMs } = this.desired.timeouts;
    const budgetMs = { running: startMs, stopped: stopMs, gone: releaseMs, time: releaseTimeBudgetMs }[budget];
    const deadlineMs = this.deadlines.get(budget) ?? this.around.clock.nowMs() + budgetMs;
    this.deadlines.set(budget, deadlineMs);
    return deadlineMs;
  }

  private async pause(ms: number, why: string): Promise<void> {
    if (ms >= 2_000)
      this.around.progress(`${this.desired.instanceId}: ${why}, going on in ${Math.round(ms / 1_000)} s`);
    await this.around.clock.sleep(ms);
  }

  private reached(observed: Observed, releasedBy: ReleasedBy | undefined): Reconciled {
    return { observed, atMs: this.atMs, lastSeen: this.lastSeen, releasedBy, done: this.done };
  }

  private soFar(): Reconciled | undefined {
    return this.observed === undefined ? undefined : this.reached(this.observed, undefined);
  }

  private failTimedOut(target: string, last: Observed): never {
    return this.fail(
      `${this.desired.instanceId} is not ${target} in time: last seen ${describe(last)}; look at the machine, raise timeouts, then run again`,
    );
  }

  private fail(message: string): never {
    throw new Unfinished(message, this.soFar());
  }
}

function budgetOf(step: Write): "running" | "stopped" | "gone" | "time" {
  switch (step.kind) {
    case "start":
      return "running";
    case "stop":
      return "stopped";
    case "release":
      return "gone";
    default:
      return "time";
  }
}

function describeTarget(step: Step): string {
  switch (step.kind) {
    case "start":
      return "running";
    case "stop":
      return "stopped";
    case "release":
      return "gone";
    case "setReleaseTime":
      return `released at ${step.at}`;
    case "cancelReleaseTime":
      return "without release time";
    case "await":
      return step.until;
  }
}

function judgeWrite(step: Write, seen: Observed): Verdict {
  switch (step.kind) {
    case "start":
      return judgeStatus(seen, "running", ["stopped", "starting", "pending"]);
    case "stop":
      return judgeStatus(seen, "stopped", ["running", "stopping"]);
    case "release":
      return seen.presence === "absent" ? "reached" : "pending";
    case "setReleaseTime":
      if (seen.presence === "absent") return "unexpected";
      return seen.releaseTime === step.at ? "reached" : "pending";
    case "cancelReleaseTime":
      if (seen.presence === "absent") return "unexpected";
      return seen.releaseTime === undefined ? "reached" : "pending";
  }
}

function judgeUntil(until: "running" | "stopped" | "gone", seen: Observed): Verdict {
  switch (until) {
    case "running":
      return judgeStatus(seen, "running", ["starting", "pending"]);
    case "stopped":
      return judgeStatus(seen, "stopped", ["stopping"]);
    case "gone":
      return seen.presence === "absent" ? "reached" : "pending";
  }
}

function judgeStatus(seen: Observed, target: string, pending: readonly string[]): Verdict {
  if (seen.presence === "absent") return "unexpected";
  if (seen.status === target) return "reached";
  return pending.includes(seen.status) ? "pending" : "unexpected";
}

function describe(seen: Observed): string {
  return seen.presence === "absent" ? "not listed" : seen.status;
}
