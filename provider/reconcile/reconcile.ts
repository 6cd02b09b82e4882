import { describeWrite } from "../core/describe";
import { pinReleaseTime } from "../core/fixed-release-time";
import { anotherText } from "../core/is-another";
import type { Desired, Observed, Present, Recorded, ReleasedBy, Target, UtcMinute, Write } from "../core/model";
import { messageOf } from "../core/message-of";
import type { DoneStep } from "../core/outputs";
import { explainAbsence, plan } from "../core/plan";
import { notFound } from "../core/refusals";
import { planSnapshots, snapshotCountsFromMs, snapshotsOfRelease } from "../core/snapshots";
import type { Budget, Verdict } from "../core/steps";
import { budgetOf, callName, describeTarget, isProtective, isWrite, judgeUntil, judgeWrite } from "../core/steps";
import { EcsError } from "../ecs/errors";
import type { Receipt } from "../ecs/port";
import { proveAbsence, secondLookAfterMs } from "./absence";
import type { Reconciled } from "./reconciled";
import { Unfinished } from "./reconciled";
import { send } from "./send";
import type { Surroundings } from "./surroundings";
import { describeSeen, InstanceWatch, turnsUpMs } from "./instance-watch";

/** After an accepted write the old status may still be shown for a while; after a lost answer, this long tells that it did not arrive. */
const staleAfterAcceptedMs = 60_000;
const staleAfterUnknownMs = 10_000;
/** Somebody else keeps undoing what we do, or the cloud does not take it: more rounds would not end that. */
const maxSendsPerCall = 3;
/** A release time or protection changes at once; this is for retries and for the change to show. */
const atOnceBudgetMs = 120_000;

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
  private readonly watch: InstanceWatch;
  private identity: { readonly createdAt: string | undefined; readonly serialNumber: string | undefined } | undefined;

  /** As it was declared, with a time to live that is not counted yet, and the server's time from which it counts. */
  private readonly asDeclared: Desired;
  private countsFromMs: number | undefined;
  private fixedReleaseTime: UtcMinute | undefined;
  private snapshotIds: readonly string[] | undefined;
  private protectionLifted = false;
  private lookedTwice = false;
  /** When a gentle stop has had its time, by the local clock; and whether force was used, or refused as not needed. */
  private forceAtMs: number | undefined;
  private stopForced = false;

  constructor(
    private desired: Desired,
    private readonly recorded: Recorded | undefined,
    private readonly around: Surroundings,
  ) {
    this.asDeclared = desired;
    this.watch = new InstanceWatch(desired.instanceId, around);
    if (recorded?.createdAt !== undefined || recorded?.serialNumber !== undefined) this.identity = recorded;
  }

  async run(): Promise<Reconciled> {
    try {
      return await this.converge();
    } catch (error) {
      const message = messageOf(error);
      const restored = await this.restoreProtection();
      throw new Unfinished([message, ...restored].join("\n"), this.soFar());
    }
  }

  private async converge(): Promise<Reconciled> {
    let observed = await this.watch.look();
    for (;;) {
      if (observed.presence === "absent") {
        const found = await this.settleAbsence();
        if ("done" in found) return found;
        observed = found;
      }
      this.checkIdentity(observed);
      if (this.isReleased) {
        // Listed again after an answer that did not show it: an accepted release is never sent again.
        observed = await this.await("gone");
        continue;
      }
      this.pin(observed);
      // Disks are looked at only for what comes after: what protects must not depend on the right to list them.
      if (!this.protectsFirst(observed)) {
        const inspected = await this.inspect(observed);
        if (inspected.presence === "absent") {
          observed = inspected;
          continue;
        }
        observed = inspected;
      }
      const { steps, refusals: own } = plan(this.desired, observed, this.recorded, this.watch.atMs);
      const step = steps[0];
      const refusals = steps.length > 0 ? [...this.around.held, ...own] : own;
      if (refusals.length > 0 && (step === undefined || !isProtective(step))) this.fail(refusals.join("\n"));
      if (step === undefined && this.mayOnlySeemCancelled(observed)) {
        this.around.progress(
          `${this.desired.instanceId}: the release time to cancel is not set; looking again to be sure`,
        );
        await this.around.clock.sleep(secondLookAfterMs);
        observed = await this.watch.look();
        continue;
      }
      if (step === undefined) return this.reached(observed, undefined);
      const leadsOn = step.kind === "release" || (step.kind === "await" && step.until === "gone");
      if (this.protectionLifted && !leadsOn) {
        // The release was refused, and what has to come first takes time, in which the machine must not stand unprotected.
        const failed = await this.restoreProtection();
        if (failed.length > 0) this.fail(failed.join("\n"));
        this.protectionLifted = false;
        observed = await this.watch.look();
        continue;
      }
      if (
        step.kind === "start" &&
        this.desired.state === "stopped" &&
        (this.sends.has("stop") || this.sends.has("stop by force"))
      ) {
        this.fail(
          `stop.mode: ${this.desired.instanceId} was stopped with ${this.desired.stop.mode}, and ECS answers ${observed.stoppedMode}: it can't be stopped in that mode; declare the other one`,
        );
      }
      observed = isWrite(step) ? await this.write(step, observed) : await this.await(step.until);
    }
  }

  /** Our release was accepted in this run. */
  private get isReleased(): boolean {
    return this.isAccepted("DeleteInstance");
  }

  private isAccepted(name: string): boolean {
    return this.done.some(({ call, requestId }) => call === name && requestId !== undefined);
  }

  /** A time that we set and that is to go is not there: one look may be older than that time, and nobody looks again. Asked once. */
  private mayOnlySeemCancelled({ releaseTime }: Present): boolean {
    const { releaseTime: wanted } = this.desired;
    const own = this.recorded?.ownReleaseTime ?? this.recorded?.declaredReleaseTime;
    const isNotThere =
      wanted.kind === "withdrawn" && (releaseTime === undefined || wanted.only?.includes(releaseTime) === false);
    // Nothing else is sent by this call where a time is withdrawn.
    const isCancelled = this.isAccepted("ModifyInstanceAutoReleaseTime");
    const mayBe = isNotThere && own !== undefined && !isCancelled && !this.lookedTwice;
    this.lookedTwice ||= mayBe;
    return mayBe;
  }

  /** Does one write and waits for it to show; returns what was seen last, so that the next plan rests on a fresh look. */
  private async write(step: Write, before: Present): Promise<Observed> {
    const call = callName(step);
    const key = sendKey(step);
    const sends = (this.sends.get(key) ?? 0) + 1;
    if (sends > maxSendsPerCall) {
      this.fail(
        `${this.desired.instanceId}: ${call} was sent ${maxSendsPerCall} times and it is ${before.status} again; is somebody else changing it?`,
      );
    }
    if (step.kind === "snapshot") {
      const tooEarlyMs = snapshotCountsFromMs(before) - this.watch.atMs;
      if (tooEarlyMs > 0) {
        await this.pause(tooEarlyMs, "a snapshot counts from a minute after the last start");
        return await this.watch.look();
      }
    }
    let receipt: Receipt | undefined;
    let sentMs = this.watch.clock.nowMs();
    let cameToCall = false;
    if (step.kind === "release" && this.desired.release.snapshot !== undefined) {
      this.snapshotIds = snapshotsOfRelease(before).map(({ snapshotId }) => snapshotId);
    }
    let changed: Observed | undefined;
    const precondition = async (): Promise<boolean> => {
      // Asked again because nothing was sent the last time: what was seen before that is old.
      if (cameToCall) this.watch.outdate();
      changed = await this.overtaken(step, before);
      if (changed !== undefined) return false;
      await this.around.permit(step);
      // To ask may have taken a while.
      changed = await this.overtaken(step, before);
      if (changed !== undefined) return false;
      this.sends.set(key, sends);
      sentMs = this.watch.clock.nowMs();
      cameToCall = true;
      return true;
    };
    try {
      receipt = await send(this.around.ecs, step, this.desired, before, precondition);
      if (changed !== undefined) {
        // The work may have come to its call before, and nothing was sent then.
        if (sends === 1) this.sends.delete(key);
        else this.sends.set(key, sends - 1);
        return changed;
      }
    } catch (error) {
      if (!(error instanceof EcsError)) throw error;
      const goOn = await this.afterError(error, () => this.deadline(budgetOf(step), sentMs));
      // Refused before it ran, so it doesn't count as one of the few that may be sent.
      if (goOn === "lookAgain") this.sends.set(key, sends - 1);
      if (step.kind === "stop" && step.force && error.errorClass === "wait") this.stopForced = true;
      if (goOn === "lookAgain") return await this.watch.look();
      if (goOn === "itIsGone") return await this.seeItGo(this.deadline(budgetOf(step), sentMs));
    }
    // The budget begins when the first call is let through, and covers everything after it.
    const deadlineMs = this.deadline(budgetOf(step), sentMs);
    this.done.push({ call, because: step.because, ...(receipt === undefined ? {} : { requestId: receipt.requestId }) });
    this.around.wrote(describeWrite(step, this.desired.instanceId, receipt === undefined ? " (answer lost)" : ""));
    if (step.kind === "liftProtection") this.protectionLifted = true;
    if (step.kind === "stop" && receipt !== undefined) {
      // A new gentle stop has its time anew; force is used once for each.
      this.stopForced = step.force;
      if (!step.force) this.forceAtMs = undefined;
    }
    return await this.settle(step, before, receipt !== undefined, deadlineMs);
  }

  /** What a write rests on is looked at again where that has grown old in the meantime. Returns what is there if the step can't be done as it is. */
  private async overtaken(step: Write, before: Present): Promise<Observed | undefined> {
    if (!this.watch.isOld()) return undefined;
    const seen = await this.watch.look();
    if (!isSame(before, seen)) return seen;
    // Time alone can have made it wrong: a release time has come too near.
    const { steps, refusals } = plan(this.desired, before, this.recorded, this.watch.atMs);
    const protects = steps[0] !== undefined && isProtective(steps[0]) && steps[0].kind === step.kind;
    return refusals.length === 0 || protects ? undefined : seen;
  }

  /** `lookAgain`, `itIsGone`: it did not run. `itMayHaveRun`: nobody knows. Everything else ends here. */
  private async afterError(
    error: EcsError,
    deadlineMs: () => number,
  ): Promise<"lookAgain" | "itIsGone" | "itMayHaveRun"> {
    switch (error.errorClass) {
      case "throttled":
        // Its next turn comes when the limit allows; that is not this step's time.
        return "lookAgain";
      case "wait": {
        if (this.watch.clock.nowMs() + 3_000 > deadlineMs()) this.fail(error.message);
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
    const untilMs = Math.min(deadlineMs, this.watch.clock.nowMs() + turnsUpMs);
    return (await this.watch.until(untilMs, "gone", (seen) => judgeUntil("gone", seen))).last;
  }

  /** Waits for a write to show, so that the next plan is not made on what was there before it. */
  private async settle(step: Write, before: Present, accepted: boolean, deadlineMs: number): Promise<Observed> {
    const { clock } = this.watch;
    const staleUntilMs = clock.nowMs() + (accepted ? staleAfterAcceptedMs : staleAfterUnknownMs);
    const judge = (seen: Observed): Verdict => {
      const verdict = step.kind === "snapshot" ? this.judgeSnapshot(step.diskId, seen) : judgeWrite(step, seen);
      // An accepted release is never sent again, however long the instance stays listed.
      const mayResend = !(step.kind === "release" && accepted);
      const unchanged =
        seen.presence === "present" && seen.status === before.status && seen.releaseTime === before.releaseTime;
      return verdict === "pending" && mayResend && unchanged && clock.nowMs() >= staleUntilMs ? "unexpected" : verdict;
    };
    const target = describeTarget(step);
    if (step.kind === "stop" && !step.force) {
      // A guest that ignores an accepted request is what force is declared for; asking it again is not.
      const patient = accepted && step.forceAfterMs !== undefined;
      return await this.stopOrForce(deadlineMs, patient ? (seen) => judgeWrite(step, seen) : judge);
    }
    if (step.kind === "snapshot") return await this.waitForStorage(deadlineMs, target, judge);
    return await this.waitOrFail(deadlineMs, target, judge);
  }

  private async await(until: Target): Promise<Observed> {
    const deadlineMs = this.deadline(until);
    if (until === "snapshots") {
      return await this.waitForStorage(deadlineMs, "saved", (seen) => {
        if (seen.presence === "absent" || seen.status !== "stopped") return "unexpected";
        const left = planSnapshots(this.desired, seen);
        // One that failed has to be begun again, which is for the next plan.
        if (left.some(isWrite)) return "unexpected";
        return left.length === 0 ? "reached" : "pending";
      });
    }
    const judge = (seen: Observed) => judgeUntil(until, seen);
    const stopping = until === "stopped" && (this.desired.state === "stopped" || this.desired.state === "released");
    return stopping ? await this.stopOrForce(deadlineMs, judge) : await this.waitOrFail(deadlineMs, until, judge);
  }

  private judgeSnapshot(diskId: string, seen: Observed): Verdict {
    if (seen.presence === "absent") return "unexpected";
    const missing = planSnapshots(this.desired, seen).some(
      (step) => step.kind === "snapshot" && step.diskId === diskId,
    );
    return missing ? "pending" : "reached";
  }

  /** Gently until `stop.forceAfter`, then by force, and what is left of the budget for that. */
  private async stopOrForce(deadlineMs: number, judge: (seen: Observed) => Verdict): Promise<Observed> {
    const { clock } = this.watch;
    const { forceAfterMs, mode } = this.desired.stop;
    if (forceAfterMs === undefined || this.stopForced) return await this.waitOrFail(deadlineMs, "stopped", judge);
    this.forceAtMs ??= clock.nowMs() + forceAfterMs;
    const outcome = await this.watch.until(this.forceAtMs, "stopped", judge);
    if (outcome.kind !== "timedOut") return outcome.last;
    // The last poll may lie a few seconds before: not forced any earlier than declared, and not without a fresh look.
    await clock.sleep(Math.max(0, this.forceAtMs - clock.nowMs()));
    const seen = await this.watch.look();
    if (seen.presence === "absent" || judge(seen) !== "pending") return seen;
    this.checkIdentity(seen);
    const because = `stop.forceAfter is declared, and it is not stopped after ${Math.round(forceAfterMs / 1_000)} s`;
    const kept = this.desired.state === "released" ? "KeepCharging" : mode;
    const force = {
      kind: "stop",
      mode: kept,
      force: true,
      forceAfterMs: undefined,
      hibernate: false,
      because,
    } as const;
    return await this.write(force, seen);
  }

  private async waitOrFail(deadlineMs: number, target: string, judge: (seen: Observed) => Verdict): Promise<Observed> {
    const outcome = await this.watch.until(deadlineMs, target, judge);
    if (outcome.kind === "timedOut") this.failTimedOut(target, outcome.last);
    return outcome.last;
  }

  private async waitForStorage(
    deadlineMs: number,
    target: string,
    judge: (seen: Observed) => Verdict,
  ): Promise<Observed> {
    const outcome = await this.watch.until(deadlineMs, target, judge, () => this.watch.lookWithStorage());
    if (outcome.kind === "timedOut") this.failTimedOut(target, outcome.last);
    return outcome.last;
  }

  private protectsFirst(observed: Present): boolean {
    const first = plan(this.desired, observed, this.recorded, this.watch.atMs).steps[0];
    return first !== undefined && isProtective(first);
  }

  /** The second look, at disks and snapshots, only where the decision rests on it. */
  private async inspect(observed: Present): Promise<Observed> {
    const { state, release, stop } = this.desired;
    const saves = state === "released" && release.snapshot !== undefined;
    const givesBack = state === "stopped" && stop.mode === "StopCharging" && observed.status !== "stopped";
    if (!saves && !givesBack && !stop.applyModeNow) return observed;
    const inspected = await this.watch.withStorage(observed);
    return saves && inspected.disks?.length === 0 ? await this.withoutDisks() : inspected;
  }

  /** Listed without a disk: mostly it is going already, by an earlier run that was killed. It gets a while to be gone. */
  private async withoutDisks(): Promise<Observed> {
    const { clock } = this.watch;
    const poll = () => this.watch.lookWithStorage();
    const judge = (seen: Observed): Verdict =>
      seen.presence === "absent" || (seen.disks?.length ?? 0) > 0 ? "reached" : "pending";
    return (await this.watch.until(clock.nowMs() + turnsUpMs, `gone from ${this.desired.regionId}`, judge, poll)).last;
  }

  /** Counted from the first look, or it would move with every round; an earlier time that a later look finds still counts. */
  private pin(observed: Present): void {
    if (this.asDeclared.releaseTime.kind !== "after") return;
    this.countsFromMs ??= this.watch.atMs;
    this.desired = pinReleaseTime(this.asDeclared, observed, this.recorded, this.countsFromMs).desired;
    if (this.desired.releaseTime.kind === "at") this.fixedReleaseTime = this.desired.releaseTime.at;
  }

  /** Protection that was lifted for a release that did not come about is put back; what became of that is said. */
  private async restoreProtection(): Promise<readonly string[]> {
    if (!this.protectionLifted || this.isReleased || this.watch.observed?.presence === "absent") return [];
    const id = this.desired.instanceId;
    const because = "the release did not come about, so protection is put back";
    try {
      const { ecs } = this.around;
      const { requestId } = await ecs.inTurn("ModifyInstanceAttribute", () => ecs.setDeletionProtection(id, true));
      this.done.push({ call: "ModifyInstanceAttribute", because, requestId });
      this.around.wrote(`ModifyInstanceAttribute ${id}: ${because}`);
    } catch (error) {
      return [
        `release.deletionProtection: protection of ${id} could not be put back, switch it on yourself: ${messageOf(error)}`,
      ];
    }
    try {
      // So that what is recorded is what is there. Where this fails, the error that brought us here says more.
      await this.watch.look();
    } catch (error) {
      this.around.progress(`${id} could not be looked at once more: ${messageOf(error)}`);
    }
    return [];
  }

  /** Not listed. Returns the instance if it turns up after all, or how it is gone; fails where neither can be told. */
  private async settleAbsence(): Promise<Present | Reconciled> {
    const { desired, recorded } = this;
    const { ecs, clock, progress } = this.around;
    const id = desired.instanceId;
    if (recorded === undefined && this.identity === undefined) return await this.findNew();
    progress(`${id} is not listed in ${desired.regionId}; looking again to be sure`);
    const absence = await proveAbsence(ecs, clock, id, this.watch.lookedMs);
    if (absence === "notAllowedToSee") {
      this.fail(
        `${id} is not listed in ${desired.regionId}, and this identity is not allowed to list instances, so that proves nothing; grant ecs:DescribeInstances`,
      );
    }
    if (absence === "listed") {
      // The copies of the list disagree; a moment later they will not.
      return (
        (await this.watch.untilListed()) ??
        this.fail(`${id} is listed in one answer and missing in the next; run again`)
      );
    }
    // Refused as unknown, a release was somebody else's; only one that ran, or may have run, is ours.
    const ours = this.done.some(({ call }) => call === "DeleteInstance");
    const releasedBy = ours ? "declaration" : (explainAbsence(desired, recorded, this.watch.atMs) ?? "unknown");
    const { refusals } = plan(desired, { presence: "absent" }, recorded, this.watch.atMs);
    if (refusals.length > 0) this.fail(refusals.join("\n"));
    progress(`${id} is gone`, "result");
    return this.reached({ presence: "absent" }, releasedBy);
  }

  /** Never seen here: a new instance may stay unlisted for about half a minute, and until it is seen nothing is recorded of it. */
  private async findNew(): Promise<Present> {
    return (await this.watch.untilListed()) ?? this.fail(notFound(this.desired));
  }

  /** An id alone is no identity: whatever carries it now must be the machine that was seen before. */
  private checkIdentity(observed: Present): void {
    const before = this.identity;
    this.identity ??= observed;
    const another = before === undefined ? undefined : anotherText(observed, before);
    if (another !== undefined) this.fail(another);
  }

  private deadline(budget: Budget, fromMs = this.watch.clock.nowMs()): number {
    const { startMs, stopMs, releaseMs, snapshotMs } = this.desired.timeouts;
    const budgetMs = {
      running: startMs,
      stopped: stopMs,
      snapshots: snapshotMs,
      gone: releaseMs,
      atOnce: atOnceBudgetMs,
    };
    const deadlineMs = this.deadlines.get(budget) ?? fromMs + budgetMs[budget];
    this.deadlines.set(budget, deadlineMs);
    return deadlineMs;
  }

  private async pause(ms: number, why: string): Promise<void> {
    if (ms >= 2_000)
      this.around.progress(`${this.desired.instanceId}: ${why}, going on in ${Math.round(ms / 1_000)} s`);
    await this.around.clock.sleep(ms);
  }

  private reached(observed: Observed, releasedBy: ReleasedBy | undefined): Reconciled {
    const { done, fixedReleaseTime, snapshotIds } = this;
    const { atMs, lastSeen } = this.watch;
    const wantedReleaseTime = this.desired.releaseTime.kind === "at" ? this.desired.releaseTime.at : undefined;
    return { observed, atMs, lastSeen, releasedBy, done, wantedReleaseTime, fixedReleaseTime, snapshotIds };
  }

  private soFar(): Reconciled | undefined {
    return this.watch.observed === undefined ? undefined : this.reached(this.watch.observed, undefined);
  }

  private failTimedOut(target: string, last: Observed): never {
    return this.fail(
      `${this.desired.instanceId} is not ${target} in time: last seen ${describeSeen(last)}; look at the machine, raise timeouts, then run again`,
    );
  }

  private fail(message: string): never {
    throw new Unfinished(message, this.soFar());
  }
}

/** Whether a look shows the machine as an earlier one did. Disks were looked at by another call, and are not compared. */
function isSame(before: Present, seen: Observed): boolean {
  const listed = (one: Observed) => JSON.stringify({ ...one, disks: undefined, snapshots: undefined });
  return listed(before) === listed(seen);
}

/** What counts as the same call being sent again. */
function sendKey(step: Write): string {
  if (step.kind === "snapshot") return `snapshot ${step.diskId}`;
  return step.kind === "stop" && step.force && step.forceAfterMs === undefined ? "stop by force" : step.kind;
}
