import type { PinnedDesired } from "./fixed-release-time";
import { pinReleaseTime, releaseTimeArgument } from "./fixed-release-time";
import type { Desired, Observed, Plan, Present, Recorded, ReleasedBy, Step, Target, UtcMinute } from "./model";
import { refusalsOf, unmetExpectations } from "./refusals";
import { releaseWindow } from "./release-time";
import { planSnapshots } from "./snapshots";
import { isPowerStatus, type Move, stateTable } from "./state-table";
import { isProtective } from "./steps";

/**
 * What has to be done to get from what is there to what is declared, each step with its reason.
 * Pure: `nowMs` is the server's clock; it executes nothing and looks nothing up.
 */
export function plan(declared: Desired, observed: Observed, recorded: Recorded | undefined, nowMs: number): Plan {
  if (observed.presence === "absent") return planWithoutInstance(declared, recorded, nowMs);
  const argument = releaseTimeArgument(declared);
  const { desired, keeps } = pinReleaseTime(declared, observed, recorded, nowMs);
  const timer = planReleaseTime(desired, observed, recorded, argument, nowMs);
  const power = planPower(desired, observed);
  // Protective changes of the release time come before anything that takes time, dangerous ones after all else.
  const steps = [...timer.steps.filter(isProtective), ...power, ...timer.steps.filter((step) => !isProtective(step))];
  // Better known now than on the day when something is to be done.
  const unmet = steps.every(isProtective)
    ? unmetExpectations(desired.expect, observed, "or every other change is refused")
    : [];
  return {
    steps,
    refusals: [...timer.impossible, ...refusalsOf(desired, observed, recorded, steps, argument, nowMs)],
    impossible: timer.impossible,
    warnings: [...keeps, ...timer.warnings, ...modeWarnings(desired, observed), ...unmet],
  };
}

/** Why an absent instance is no surprise, or undefined when it is one. Pure. */
export function explainAbsence(
  desired: Desired,
  recorded: Recorded | undefined,
  nowMs: number,
): ReleasedBy | undefined {
  if (recorded?.releasedBy === "declaration" || recorded?.releasedBy === "timer") return recorded.releasedBy;
  // A time that is declared only now, and has passed, was never in force.
  const time = recorded === undefined ? declaredTime(desired) : recorded.declaredReleaseTime;
  if (time !== undefined && releaseWindow(time, nowMs) === "passed") return "timer";
  return recorded?.releaseAccepted === true ? "declaration" : undefined;
}

function declaredTime({ releaseTime }: Desired): UtcMinute | undefined {
  return releaseTime.kind === "at" ? releaseTime.at : undefined;
}

function planWithoutInstance(desired: Desired, recorded: Recorded | undefined, nowMs: number): Plan {
  const id = desired.instanceId;
  const nothing = { steps: [], refusals: [], impossible: [], warnings: [] };
  const explained = explainAbsence(desired, recorded, nowMs);
  if (desired.state === "released" || explained === "timer") return nothing;
  if (desired.state === undefined) {
    return { ...nothing, warnings: [`${id} is gone; nothing is managed any more, so take the resource out`] };
  }
  const seen = recorded === undefined ? "" : lastSeen(recorded);
  const gone =
    explained === "declaration"
      ? `${id} was released by declaration${recorded?.releasedAt === undefined ? "" : ` at ${recorded.releasedAt}`} and can't come back`
      : `${id} is gone from ${desired.regionId}${seen}, and nothing declared here released it`;
  return { ...nothing, refusals: [`state: ${desired.state} can't be met: ${gone}; ${howToGoOn}`] };
}

/** The check sees inputs only, in which a moment is kept by a refresh alone. */
function lastSeen({ lastSeenAt }: Recorded): string {
  return lastSeenAt === undefined
    ? " (when it was last seen: its output lastSeenAt)"
    : `, last seen on ${dayOf(lastSeenAt)} (UTC)`;
}

/** What is remembered of a sighting is exact to the day only. */
export function dayOf(time: string): string {
  return time.slice(0, "2026-01-01".length);
}

const howToGoOn = 'declare state: "released", or take the resource out (that calls nothing)';

function planReleaseTime(
  desired: PinnedDesired,
  observed: Present,
  recorded: Recorded | undefined,
  argument: string,
  nowMs: number,
): Omit<Plan, "refusals"> {
  const { releaseTime } = desired;
  const inForce = observed.releaseTime;
  const nothing = { steps: [], impossible: [], warnings: [] };
  switch (releaseTime.kind) {
    case "unmanaged":
      if (desired.state === "released" || inForce === undefined) return nothing;
      return { ...nothing, warnings: [foreignTime(observed.instanceId, inForce)] };
    case "never":
    case "withdrawn": {
      if (inForce === undefined) return nothing;
      if (releaseTime.kind === "withdrawn" && releaseTime.only?.includes(inForce) === false) {
        return { ...nothing, warnings: [foreignTime(observed.instanceId, inForce)] };
      }
      const because =
        releaseTime.kind === "never"
          ? `autoReleaseAt is declared never, and ${inForce} is set`
          : `${withdrawnArgument(recorded)} was declared and no longer is, and ${inForce} is set`;
      return { ...nothing, steps: [{ kind: "cancelReleaseTime", because }] };
    }
    case "at": {
      const at = releaseTime.at;
      if (inForce === at) return nothing;
      const window = releaseWindow(at, nowMs);
      if (window === "passed") {
        // The end of a time to live is in the future when it is counted, so one that has passed was there before.
        const wasDeclared = releaseTime.counted === true || recorded?.declaredReleaseTime === at;
        return wasDeclared
          ? { ...nothing, warnings: [didNotFire(argument, at, observed)] }
          : { ...nothing, impossible: [neverMeant(argument, at, observed)] };
      }
      // One that ECS would not take is refused, and protects nothing.
      const isTaken = window === "open" && observed.chargeType !== "PrePaid";
      const postpones = inForce !== undefined && inForce < at && isTaken;
      const now = inForce === undefined ? "none is set" : `${inForce} is set`;
      return {
        ...nothing,
        steps: [
          {
            kind: "setReleaseTime",
            at,
            postpones,
            because: `${argument === "autoReleaseAfter" ? "autoReleaseAfter ends at" : "autoReleaseAt is declared"} ${at}, and ${now}`,
          },
        ],
      };
    }
  }
}

function withdrawnArgument(recorded: Recorded | undefined): string {
  return recorded?.declared.autoReleaseAfter === undefined ? "autoReleaseAt" : "autoReleaseAfter";
}

function didNotFire(argument: string, at: UtcMinute, { instanceId, releaseTime }: Present): string {
  const set = releaseTime === undefined ? "" : `, to be released at ${releaseTime}`;
  return `${argument}: ${at} has passed and ${instanceId} is still there${set}; declare a new time or never`;
}

/** Mostly the wrong year, or a local time with another offset. */
function neverMeant(argument: string, at: UtcMinute, { instanceId, releaseTime }: Present): string {
  const set = releaseTime === undefined ? "" : `, and ${instanceId} will be released at ${releaseTime}, which stays`;
  return `${argument}: ${at} has passed${set}; check the date and the offset, then declare a time at least 30 minutes ahead, or never`;
}

function foreignTime(instanceId: string, inForce: string): string {
  return `autoReleaseAt: ${instanceId} will be released at ${inForce}, which is not declared here and left alone; declare it, or declare never to cancel it`;
}

function planPower(desired: Desired, observed: Present): readonly Step[] {
  const { state, release } = desired;
  const { status } = observed;
  if (state === undefined || !isPowerStatus(status)) return [];
  const wanted = desired.isTakenOut === true ? `onDelete is "${desired.onDelete}"` : `declared ${state}`;
  const because = `${wanted}, observed ${status}`;
  const row = state === "released" && release.force ? "releasedByForce" : state;
  return stateTable[row][status].flatMap((move) => stepsOf(move, desired, observed, because));
}

function stepsOf(move: Move, desired: Desired, observed: Present, because: string): readonly Step[] {
  switch (move) {
    case "start":
      return [{ kind: "start", because }, waitFor("running", because)];
    case "stop":
      return desired.state === "released" ? stopBeforeRelease(desired, because) : stopAsDeclared(desired, because);
    case "awaitRunning":
      return [waitFor("running", because)];
    case "awaitStopped":
      return [waitFor("stopped", because)];
    case "applyStopMode":
      return applyMode(desired, observed);
    case "snapshot":
      return planSnapshots(desired, observed);
    case "release":
      return releaseOnce(desired, observed, because);
  }
}

function stopAsDeclared(desired: Desired, because: string): readonly Step[] {
  const { mode, force, forceAfterMs, hibernate } = desired.stop;
  return [{ kind: "stop", mode, force, forceAfterMs, hibernate, because }, waitFor("stopped", because)];
}

/** KeepCharging: capacity given back in the moment before a release would save nothing and could only confuse. */
function stopBeforeRelease(desired: Desired, because: string): readonly Step[] {
  const { force, forceAfterMs } = desired.stop;
  const mode = "KeepCharging";
  return [{ kind: "stop", mode, force, forceAfterMs, hibernate: false, because }, waitFor("stopped", because)];
}

function releaseOnce(desired: Desired, observed: Present, because: string): readonly Step[] {
  const { force, liftProtection } = desired.release;
  const lift: readonly Step[] =
    liftProtection && observed.deletionProtection
      ? [{ kind: "liftProtection", because: 'release.deletionProtection is declared "lift"' }]
      : [];
  return [...lift, { kind: "release", force, because }, waitFor("gone", because)];
}

/** ECS can't change the mode of a stopped instance, so it has to run in between: only where that was asked for by name. */
function applyMode(desired: Desired, observed: Present): readonly Step[] {
  if (!desired.stop.applyModeNow || !modeDiffers(desired, observed)) return [];
  const because = `stop.applyModeNow is declared; it is stopped with ${observed.stoppedMode}, declared is ${desired.stop.mode}`;
  return [{ kind: "start", because }, waitFor("running", because), ...stopAsDeclared(desired, because)];
}

function waitFor(until: Target, because: string): Step {
  return { kind: "await", until, because };
}

function modeDiffers(desired: Desired, observed: Present): boolean {
  const mode = observed.stoppedMode;
  return mode !== desired.stop.mode && (mode === "KeepCharging" || mode === "StopCharging");
}

function modeWarnings(desired: Desired, observed: Present): readonly string[] {
  if (desired.state !== "stopped" || observed.status !== "stopped") return [];
  if (desired.stop.applyModeNow || !modeDiffers(desired, observed)) return [];
  return [
    `stop.mode: ${observed.instanceId} is stopped with ${observed.stoppedMode}, declared is ${desired.stop.mode}; ECS can't change the mode of a stopped instance, so it takes effect at the next stop, or now with stop.applyModeNow`,
  ];
}
