import type { Desired, Recorded } from "./model";
import { minuteToEpochMs } from "./release-time";

/** Runs take a while, and release times are whole minutes. */
const nearMs = 5 * 60_000;
/** After so many moves in a row it is the program that writes the time anew, and no person. */
const oftenEnough = 3;

/** How many runs in a row, this one included, have moved the release time by about the time between them, or changed `renew`. Pure. */
export function movesInARow(desired: Desired, recorded: Recorded | undefined, nowMs: number): number {
  return recorded !== undefined && hasMoved(desired, recorded, nowMs) ? (recorded.moves ?? 0) + 1 : 0;
}

/** What is said of a release time that never comes, because each run moves it; undefined: nothing. Pure. */
export function movingText(desired: Desired, recorded: Recorded, nowMs: number): string | undefined {
  const moves = movesInARow(desired, recorded, nowMs);
  if (moves < oftenEnough) return undefined;
  const { instanceId, releaseTime } = desired;
  if (releaseTime.kind !== "at") {
    return `renew: has changed in each of the last ${moves} updates of ${instanceId}, so autoReleaseAfter counts from now each time; write a text that changes only when it is to count again`;
  }
  const after = durationOf(minuteToEpochMs(releaseTime.at) - nowMs);
  return `autoReleaseAt: the last ${moves} updates of ${instanceId} have each moved it by about the time between them, so it never comes; declare autoReleaseAfter: "${after}" instead, which is counted once`;
}

function hasMoved({ releaseTime }: Desired, recorded: Recorded, nowMs: number): boolean {
  const { declared, declaredReleaseTime, lastRunAt } = recorded;
  if (releaseTime.kind === "after")
    return declared.autoReleaseAfter !== undefined && declared.renew !== releaseTime.renew;
  if (releaseTime.kind !== "at" || declared.autoReleaseAt === undefined) return false;
  if (declaredReleaseTime === undefined || lastRunAt === undefined) return false;
  const movedMs = minuteToEpochMs(releaseTime.at) - minuteToEpochMs(declaredReleaseTime);
  const wentByMs = nowMs - Date.parse(lastRunAt);
  return movedMs > 0 && Math.abs(movedMs - wentByMs) <= Math.max(nearMs, wentByMs / 10);
}

/** As `autoReleaseAfter` is written, to five minutes: a program takes a moment to run. */
function durationOf(ms: number): string {
  const minutes = Math.round(ms / nearMs) * 5;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours > 0 ? `${hours}h` : ""}${rest > 0 ? `${rest}m` : ""}`;
}
