import { isAnother } from "../core/is-another";
import type { Desired, Present, Recorded, Step, UtcMinute } from "../core/model";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { declaredOnly, toRecorded } from "../core/outputs";
import { plan } from "../core/plan";
import { minuteToEpochMs } from "../core/release-time";
import { EcsError } from "../ecs/errors";
import type { EcsPort } from "../ecs/port";
import { plainError } from "../plain-error";
import { secondLookAfterMs } from "../reconcile/absence";
import { reconcile } from "../reconcile/reconcile";
import type { DeclaredTime } from "../peers";
import { expectAccount } from "./account";
import { mayNotSee, type Session } from "./session";

/** A local clock is believed only as far as this; a release time that passed longer ago needs no look. */
const clockDoubtMs = 24 * 60 * 60_000;

/** Removes the declaration. It never releases; what else it does is said by the recorded `onDelete`. */
export async function remove(session: Session, id: string, props: Properties): Promise<void> {
  const { engine } = session;
  const { clock } = session.outside;
  const recorded = toRecorded(props);
  const { desired } = normalize(declaredOnly(props));
  if (desired === undefined) {
    throw plainError(`the recorded declaration of ${id} can't be read; run \`pulumi state delete\` to forget it`);
  }
  if (session.leavesAlone(desired.instanceId)) {
    throw plainError(
      `lifecycle:only is set and does not name ${id}, so it is not taken out in this run and stays recorded; run again without it`,
    );
  }
  const now = session.declaredNow(desired);
  if (now !== undefined) {
    await leaveToAnother(session, desired, recorded, now);
    return;
  }
  if (recorded.releasedBy !== undefined) {
    engine.say("info", `${id} is gone already; only its record is removed`);
    return;
  }
  const time = recorded.ownReleaseTime ?? recorded.declaredReleaseTime;
  const timeIsOpen = mayBeInForce(time, clock.nowMs());
  if (desired.onDelete === "retainTimer" && timeIsOpen) {
    engine.say("warning", `${id} is no longer managed and will still be released at ${time}`);
    return;
  }
  const cancel = desired.onDelete === "retain" || desired.onDelete === "stop" ? timeIsOpen : false;
  if (cancel || desired.onDelete === "stop") await leave(session, desired, recorded, cancel);
  else engine.say("info", forgotten(id));
}

/**
 * What `remove` will do, as far as the record tells: at what is declared no more, nobody has looked. Pure.
 *
 * @param elsewhere What another resource of the program declares of its release time, if one declares the machine.
 */
export function foretold(id: string, props: Properties, elsewhere: DeclaredTime | undefined, nowMs: number): string {
  const recorded = toRecorded(props);
  const { desired } = normalize(declaredOnly(props));
  if (desired === undefined || recorded.releasedBy !== undefined) return `${id} is only forgotten`;
  const time = recorded.ownReleaseTime ?? recorded.declaredReleaseTime;
  const timeIsOpen = mayBeInForce(time, nowMs);
  if (elsewhere !== undefined && !(elsewhere === "unmanaged" && timeIsOpen)) {
    return `${id} is declared elsewhere in this program; nothing is called for it here`;
  }
  if (elsewhere === undefined && desired.onDelete === "retainTimer") {
    return timeIsOpen ? `${id} is only forgotten, and will still be released at ${time}` : `${id} is only forgotten`;
  }
  const calls = [
    ...(timeIsOpen ? [`ModifyInstanceAutoReleaseTime (cancel), if ${time} is set`] : []),
    ...(elsewhere === undefined && desired.onDelete === "stop"
      ? [`StopInstance (${desired.stop.mode}), if it is running`]
      : []),
  ];
  return calls.length === 0 ? `${id} is only forgotten` : `${id} is taken out: ${calls.join("; ")}`;
}

function mayBeInForce(time: UtcMinute | undefined, nowMs: number): boolean {
  return time !== undefined && minuteToEpochMs(time) > nowMs - clockDoubtMs;
}

/**
 * The same machine stands under another name in this run, so nothing is done to it. Only a release time of ours goes that
 * is declared there no more: a new resource can't know whose the one in force is, and would leave it.
 */
async function leaveToAnother(
  session: Session,
  desired: Desired,
  recorded: Recorded,
  now: DeclaredTime,
): Promise<void> {
  const { engine } = session;
  const { clock } = session.outside;
  const isWithdrawn = now === "unmanaged" && recorded.releasedBy === undefined;
  const time = recorded.ownReleaseTime ?? recorded.declaredReleaseTime;
  if (isWithdrawn && mayBeInForce(time, clock.nowMs())) {
    await leave(session, { ...desired, onDelete: "retain" }, recorded, true);
    return;
  }
  engine.say(
    "info",
    `${desired.instanceId} is declared elsewhere in this program; nothing is called for the old resource`,
  );
}

/** Cancels a release time of ours, and stops where that was declared. What is found can only be said, never be an error: destroy always works. */
async function leave(session: Session, desired: Desired, recorded: Recorded, cancel: boolean): Promise<void> {
  const { engine } = session;
  const id = desired.instanceId;
  const ecs = session.connect(desired);
  await expectAccount(desired, ecs);
  const own = [recorded.ownReleaseTime, recorded.declaredReleaseTime].filter((time) => time !== undefined);
  let look = await session.lookSurely(id, ecs);
  if (cancel && look.observed?.presence === "present" && !own.includes(look.observed.releaseTime ?? "none")) {
    // The look may be older than the time of ours that is to go, and afterwards nobody knows of it any more.
    engine.progress(`${id}: the release time to cancel is not set; looking again to be sure`);
    await session.outside.clock.sleep(secondLookAfterMs);
    look = await session.lookSurely(id, ecs);
  }
  const { observed, atMs } = look;
  if (observed === undefined) {
    throw plainError(
      `${id} ${mayNotSee(desired)}, so it is not known what is left to do; grant that, or run \`pulumi state delete\` to forget it as it is`,
    );
  }
  if (observed.presence === "absent") {
    engine.say("info", `${id} is not listed in ${desired.regionId} any more; only its record is removed`);
    return;
  }
  if (isAnother(observed, recorded)) {
    engine.say(
      "warning",
      `${id} is another machine than the one that was recorded; nothing is called, only the record is removed`,
    );
    return;
  }
  const ours = cancel && observed.releaseTime !== undefined && own.includes(observed.releaseTime);
  if (cancel && !ours && observed.releaseTime !== undefined) {
    engine.say(
      "warning",
      `${id} will be released at ${observed.releaseTime}; this resource did not set that time, so it is left alone`,
    );
  }
  const leaving: Desired = {
    ...desired,
    isTakenOut: true,
    state: desired.onDelete === "stop" ? "stopped" : undefined,
    // What is stopped stays as it is: to start it for another mode is no way to leave it.
    stop: { ...desired.stop, applyModeNow: false },
    releaseTime: ours ? { kind: "withdrawn", only: own } : { kind: "unmanaged" },
  };
  const inspected = await withStorage(desired, observed, ecs);
  const refusals =
    inspected === undefined
      ? ["stop.mode: its disks can't be listed, so it is not known whether StopCharging works; grant ecs:DescribeDisks"]
      : plan(leaving, inspected, recorded, atMs).refusals;
  for (const refusal of refusals) engine.say("warning", `${id} is left as it is: ${refusal}`);
  const possible = refusals.length === 0 ? leaving : { ...leaving, state: undefined };
  engine.say("info", forgotten(id, plan(possible, observed, recorded, atMs).steps));
  await reconcile(possible, recorded, session.surroundings(leaving, ecs));
}

/** Whether its disks allow giving back capacity has to be known before: a refusal must not end a destroy. Undefined: it can't be told. */
async function withStorage(desired: Desired, observed: Present, ecs: EcsPort): Promise<Present | undefined> {
  const asks = desired.onDelete === "stop" && desired.stop.mode === "StopCharging" && observed.status !== "stopped";
  if (!asks) return observed;
  try {
    const { disks, snapshots } = await ecs.inspect(desired.instanceId);
    return { ...observed, disks, snapshots };
  } catch (error) {
    if (error instanceof EcsError) return undefined;
    throw error;
  }
}

function forgotten(id: string, steps: readonly Step[] = []): string {
  const next = [
    ...(steps.some(({ kind }) => kind === "cancelReleaseTime") ? ["its release time is cancelled"] : []),
    ...(steps.some(({ kind }) => kind === "stop") ? ["it is stopped as onDelete says"] : []),
  ];
  const what = next.length === 0 ? "is only forgotten" : `is taken out, so ${next.join(" and ")}`;
  return `${id} ${what}; removing it here never releases the instance`;
}
