import { declarationChanged, isSettled } from "../core/diff";
import { countFrom, hasSameTimeToLive } from "../core/fixed-release-time";
import type { Desired, Observed, Present, Recorded, UtcMinute } from "../core/model";
import { isProtective, isWrite } from "../core/steps";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { toPlainJson } from "../core/outputs";
import { explainAbsence, plan } from "../core/plan";
import { notFound } from "../core/refusals";
import type { RunInfo } from "../run-info";
import { readRunInfo, runInput } from "../run-info";
import { changedOnTheWay } from "./changed-on-the-way";
import type { Memory } from "./memory";
import { memoryInput, readMemory, recordedFromInputs, writeMemory } from "./memory";
import { argumentsOf, withWithdrawal } from "./properties";
import type { Session } from "./session";

export interface CheckAnswer {
  readonly inputs: Record<string, unknown>;
  readonly failures: { property: string; reason: string }[];
}

/**
 * Normalizes, takes the program's words off, and turns what can't be into check failures. No network: the engine checks
 * one resource after another.
 */
export function check(session: Session, olds: Properties, news: Properties): CheckAnswer {
  const args = argumentsOf(news);
  const recorded = recordedFromInputs(olds, args.instanceId);
  const recordedRegion = recorded !== undefined && typeof olds.regionId === "string" ? olds.regionId : undefined;
  const today = session.defaultRegionId;
  const { failures, unknown, desired } = normalize(args, recordedRegion ?? today);
  // Where a policy has changed something, the engine checks once more, without the program's words.
  const run = readRunInfo(news[runInput]) ?? (desired && session.runOf(desired.instanceId, desired.regionId));
  const changed = run === undefined ? [] : changedOnTheWay(run, args, olds, session.account);
  const reasons = [...failures, ...(run?.refused ?? []), ...changed];
  let memory = recorded === undefined ? {} : readMemory(olds);
  if (args.regionId === undefined && recordedRegion !== undefined && today !== undefined && today !== recordedRegion) {
    session.sayOnce(
      "warning",
      `regionId: ${String(args.instanceId)} stays in ${recordedRegion}, although the default is ${today} now; write regionId to keep it or to move`,
      run?.urn,
    );
  }
  if (unknown.length > 0) {
    session.sayOnce("info", `not known yet: ${unknown.join(", ")}; what is done is decided when it is`, run?.urn);
  }
  if (desired !== undefined) {
    session.declare(desired);
    if (session.leavesAlone(desired.instanceId)) reasons.splice(0, reasons.length, ...failures);
    else if (run === undefined) reasons.push(nobodyLooked(desired));
    else if (changed.length === 0) {
      const held = recorded === undefined ? [...run.held, ...run.heldIfNew] : run.held;
      session.remember(desired, { ...run, held, heldIfNew: [] });
      memory = judge(session, withWithdrawal(desired, recorded), recorded, { ...run, held }, memory, reasons);
    }
  }
  const inputs: Record<string, unknown> = { ...args, [memoryInput]: writeMemory(memory) };
  const regionId = args.regionId ?? recordedRegion ?? today;
  if (desired === undefined && typeof args.instanceId === "string" && typeof regionId === "string") {
    session.declareUnreadable(args.instanceId, regionId);
  }
  if (regionId !== undefined) inputs.regionId = regionId;
  // The property stays empty: Pulumi would print a secret one's value in clear (pulumi/pulumi#19465).
  return { inputs: toPlainJson(inputs), failures: [...new Set(reasons)].map((reason) => ({ property: "", reason })) };
}

/** What the program saw → refusals into `reasons`, and what the check remembers from now on. */
function judge(
  session: Session,
  desired: Desired,
  recorded: Recorded | undefined,
  run: RunInfo,
  memory: Memory,
  reasons: string[],
): Memory {
  if (isSettled(desired, recorded)) return memory;
  const verified = session.verifiedRun(desired);
  if (verified === undefined) {
    reasons.push(...run.held);
    // Refused already, and why nobody could look with it.
    if (run.refused.length > 0) return memory;
    // A preview may say that it could not look; an update that could not, and ended well, would be a lie.
    if (!run.dryRun && run.unverified !== undefined) reasons.push(notSeen(desired, run.unverified));
    else if (desired.state === "released" || (run.unverified === undefined && isNews(desired, recorded))) {
      reasons.push(unverified(desired, run));
    }
    return memory;
  }
  const { seen, atMs } = verified;
  if (seen.presence === "absent" && recorded === undefined) {
    // In an update, create itself goes on looking for a minute.
    if (run.dryRun) reasons.push(notListedYet(desired));
    return memory;
  }
  // Whether the end of its time to live explains it, only the outputs know: that is for diff and update to say.
  if (seen.presence === "absent" && recorded !== undefined && endIsUnknown(recorded)) return memory;
  const known = withRelease(withTimeInForce(desired, seen, recorded, atMs), seen, atMs, desired);
  // Whether a state that is applied once has been, only the outputs know: that is for diff and update to say.
  const mayBeApplied = recorded !== undefined && isOnce(desired, run);
  const made = plan(mayBeApplied ? { ...desired, state: undefined } : desired, seen, known, atMs);
  const { steps, refusals, warnings } = made;
  for (const warning of warnings) session.sayOnce("warning", warning, run.urn);
  const onlyReported = desired.drift === "report" && recorded !== undefined;
  if (steps.some(isWrite) && session.isReadOnly && !onlyReported) reasons.push(readOnly(desired));
  if (onlyReported) {
    reasons.push(...made.impossible);
    // Whether it is drift is for diff to say, which knows the outputs; an update refuses it all the same.
    for (const refusal of refusals) session.sayOnce("warning", refusal, run.urn);
  } else if (!steps.some(isProtective)) {
    // A check failure would hold back protective steps as well; where there are some, the update does those and refuses the rest.
    reasons.push(...(mayBeApplied && !steps.some(isWrite) ? [] : run.held), ...refusals);
  }
  if (recorded === undefined && reasons.length === 0) session.sayPlan(desired, seen, made, verified);
  if (seen.presence === "present") {
    const { releaseTime } = desired;
    const declaredAt = releaseTime.kind === "at" ? releaseTime.at : undefined;
    const fixedAt = releaseTime.kind === "after" ? fixedReleaseTime(desired, seen, known) : undefined;
    return {
      ...(fixedAt === undefined ? {} : { fixedAt }),
      ...(declaredAt === undefined ? {} : { declaredAt }),
    };
  }
  const releasedBy = explainAbsence(desired, known, atMs);
  return releasedBy === undefined ? memory : { ...memory, releasedBy };
}

/** The release itself stands in the outputs, which no check sees: gone after `released` was declared, it went by that. */
function withRelease(
  recorded: Recorded | undefined,
  seen: Observed,
  atMs: number,
  desired: Desired,
): Recorded | undefined {
  if (seen.presence === "present" || recorded?.declared.state !== "released") return recorded;
  return { ...recorded, releasedBy: explainAbsence(desired, recorded, atMs) ?? "declaration" };
}

/** As good as equal. */
const nearMs = 5 * 60_000;

/**
 * The end of a time to live is fixed by create, after the check, and stands in the outputs, which no check sees. So a time in
 * force that can be the one that create has set is taken for it; whether it is, diff and update know.
 */
function withTimeInForce(
  desired: Desired,
  seen: Observed,
  recorded: Recorded | undefined,
  nowMs: number,
): Recorded | undefined {
  const inForce = seen.presence === "present" ? seen.releaseTime : undefined;
  if (desired.releaseTime.kind !== "after" || recorded === undefined || inForce === undefined) return recorded;
  const fixed = recorded.fixedReleaseTime;
  const isPossible =
    (fixed === undefined || Date.parse(inForce) >= Date.parse(fixed) - nearMs) &&
    inForce <= countFrom(nowMs, desired.releaseTime.afterMs);
  return isPossible ? { ...recorded, fixedReleaseTime: inForce } : recorded;
}

/**
 * What is remembered of the end of a time to live. It comes from what is there and from earlier runs, never from a clock: the
 * same declaration has to give the same inputs in the next run, or an update plan would not hold. Unknown after a change.
 */
function fixedReleaseTime(desired: Desired, seen: Present, recorded: Recorded | undefined): UtcMinute | undefined {
  if (recorded === undefined || !hasSameTimeToLive(desired, recorded)) return undefined;
  const fixed = recorded.fixedReleaseTime;
  const inForce = seen.releaseTime;
  const isNear =
    fixed !== undefined && inForce !== undefined && Math.abs(Date.parse(inForce) - Date.parse(fixed)) <= nearMs;
  return isNear ? inForce : fixed;
}

function isOnce({ state }: Desired, { scheduled }: RunInfo): boolean {
  return state !== undefined && scheduled?.once === true && scheduled.state === state;
}

export function readOnly({ instanceId }: Desired): string {
  return `state: ${instanceId} is not as declared and lifecycle:readOnly is set, so nothing is called; run \`pulumi config rm lifecycle:readOnly\` to let it act`;
}

function endIsUnknown({ declared, fixedReleaseTime }: Recorded): boolean {
  return declared.autoReleaseAfter !== undefined && fixedReleaseTime === undefined;
}

function isNews(desired: Desired, recorded: Recorded | undefined): boolean {
  return recorded === undefined || declarationChanged(desired, recorded);
}

function nobodyLooked({ instanceId }: Desired): string {
  return `instanceId: the program has not looked at ${instanceId}, so nothing is called (a transform or a policy may have put it there); declare it in the program`;
}

function notSeen({ instanceId }: Desired, why: string): string {
  return `instanceId: ${instanceId} could not be looked at, so nothing is done: ${why}`;
}

function unverified(desired: Desired, run: RunInfo): string {
  const looked =
    run.regionId === desired.regionId
      ? "nobody looked"
      : `the program looked in ${run.regionId}, it is recorded in ${desired.regionId}; write regionId`;
  const what = desired.state === "released" ? "the release of" : "what is declared for";
  return `state: ${what} ${desired.instanceId} can't be verified, so it is not done: ${run.unverified ?? looked}`;
}

function notListedYet(desired: Desired): string {
  return `${notFound(desired)} (one that was created less than a minute ago may not be listed yet: run again)`;
}
