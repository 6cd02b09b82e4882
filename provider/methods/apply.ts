import { declarationChanged, isSettled } from "../core/diff";
import { inForce } from "../core/in-force";
import type { Desired, Observed, Recorded, UtcMinute } from "../core/model";
import { movesInARow } from "../core/moving";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { declaredOnly, toOutputs, toPlainJson, toRecorded, without } from "../core/outputs";
import { plainError } from "../plain-error";
import { reconcile } from "../reconcile/reconcile";
import { Unfinished } from "../reconcile/reconciled";
import { hiddenInputs, runInput } from "../run-info";
import { accountToRecord, expectAccount } from "./account";
import { memoryInput } from "./memory";
import { argumentsOf, withWithdrawal } from "./properties";
import type { Session } from "./session";

/** What Pulumi records when create or update stopped half-way: only the reasons are shown, and `properties` must carry `__provider`. */
export class InitFailed extends Error {
  override readonly name = "InitFailed";

  constructor(
    readonly id: string,
    readonly properties: Record<string, unknown>,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
    this.stack = `InitFailed: ${this.message}`;
  }
}

interface Before {
  readonly recorded: Recorded;
  readonly outputs: Properties;
}

/** Adopts the instance and brings it to its declared state. It never creates one. */
export async function create(
  session: Session,
  inputs: Properties,
): Promise<{ id: string; outs: Record<string, unknown> }> {
  const desired = desiredOf(session, inputs);
  const isLeft = session.leavesAlone(desired.instanceId);
  const outs = isLeft ? await onlyObserved(session, desired) : await apply(session, desired, inputs, undefined);
  return { id: desired.instanceId, outs };
}

/** Recorded as it is, and as if nothing was declared for it: that is for a run that may act on it. */
async function onlyObserved(session: Session, desired: Desired): Promise<Record<string, unknown>> {
  const { instanceId, regionId } = desired;
  const { observed, atMs } = await session.lookSurely(instanceId, session.connect(desired));
  if (observed?.presence !== "present") {
    throw plainError(
      `instanceId: ${instanceId} is not found in ${regionId}, so it can't be adopted; correct it, or take it out`,
    );
  }
  return toOutputs(
    { instanceId, regionId },
    { observed, atMs, accountId: undefined, releasedBy: undefined, done: [] },
    undefined,
  );
}

export async function update(
  session: Session,
  olds: Properties,
  news: Properties,
): Promise<{ outs: Record<string, unknown> }> {
  const recorded = toRecorded(olds);
  const desired = withWithdrawal(desiredOf(session, news), recorded);
  if (session.leavesAlone(desired.instanceId)) return { outs: recordedOnly(olds) };
  if (!isSettled(desired, recorded)) {
    return { outs: await apply(session, desired, news, { recorded, outputs: olds }) };
  }
  session.declare(desired);
  const gone = {
    observed: { presence: "absent" },
    releasedBy: recorded.releasedBy,
    accountId: undefined,
    done: [],
  } as const;
  return { outs: toOutputs(declaredOnly(news), { ...gone, atMs: session.outside.clock.nowMs() }, olds) };
}

/** As it was recorded, without what belongs to inputs. */
function recordedOnly(olds: Properties): Record<string, unknown> {
  return toPlainJson(without(olds, ...hiddenInputs));
}

async function apply(
  session: Session,
  desired: Desired,
  inputs: Properties,
  before: Before | undefined,
): Promise<Record<string, unknown>> {
  session.declare(desired);
  const run = session.verifiedRun(desired);
  if (run === undefined) throw plainError(notSeen(desired));
  const ecs = session.connect(desired);
  // What is only recorded is asked for beside the look, and waited for last.
  const account = (await expectAccount(desired, ecs)) ?? accountToRecord(session, ecs);
  const scheduled = session.scheduledNow(desired);
  const { desired: wanted, isDue } = inForce(desired, before?.recorded, scheduled);
  try {
    const reached = await reconcile(wanted, before?.recorded, session.surroundings(wanted, ecs));
    const corrections = isDue ? 0 : correctionsAfter(desired, before?.recorded, reached.done.length);
    // A moment at which nothing is declared is none that was applied, and one that was applied half-way is due again.
    const scheduleAppliedAt = scheduled?.state === undefined ? undefined : scheduled.since;
    const moves = movesInARow(desired, before?.recorded, run.atMs);
    const outcome = { ...reached, accountId: await account, corrections, moves, scheduleAppliedAt };
    return toOutputs(declaredOnly(inputs), outcome, before?.outputs);
  } catch (error) {
    throw error instanceof Unfinished ? unfinished(error, desired, inputs, before, await account) : error;
  }
}

/** The check refuses it already. Whatever might let it through: what nobody has looked at and counted is not touched. */
function notSeen({ instanceId }: Desired): string {
  return `instanceId: the program has not looked at ${instanceId} in this run, so nothing is called; run \`pulumi up\` with the program that declares it`;
}

/** An update of an unchanged declaration that had something to do has undone what somebody else did. */
function correctionsAfter(desired: Desired, recorded: Recorded | undefined, writes: number): number {
  if (recorded === undefined || declarationChanged(desired, recorded)) return 0;
  return (recorded.corrections ?? 0) + (writes > 0 ? 1 : 0);
}

/** Nothing was sent: the state stays as it was. Something was: what was reached is recorded, with the reason. */
function unfinished(
  { message, reached }: Unfinished,
  desired: Desired,
  inputs: Properties,
  before: Before | undefined,
  accountId: string | undefined,
): Error {
  if (reached === undefined || reached.done.length === 0) return plainError(message);
  const wantedReleaseTime = reached.wantedReleaseTime ?? stillToCancel(desired, reached.observed);
  const outs = toOutputs(declaredOnly(inputs), { ...reached, accountId, wantedReleaseTime }, before?.outputs);
  // `__provider` has to stay, or the resource could be neither refreshed nor destroyed; our own two belong to inputs only.
  const properties = toPlainJson({ ...inputs, ...outs, [runInput]: undefined, [memoryInput]: undefined });
  return new InitFailed(desired.instanceId, properties, message.split("\n"));
}

/**
 * The next run is given the new declaration only, in which nothing is left of the one that was taken out: a time that was
 * to be cancelled and still is in force counts as ours until it is gone, whoever set it.
 */
function stillToCancel({ releaseTime }: Desired, observed: Observed): UtcMinute | undefined {
  return releaseTime.kind === "withdrawn" && observed.presence === "present" ? observed.releaseTime : undefined;
}

function desiredOf(session: Session, inputs: Properties): Desired {
  const { failures, desired } = normalize(argumentsOf(inputs), session.defaultRegionId);
  if (desired === undefined) throw plainError(failures.join("\n") || "an argument is not known yet");
  return desired;
}
