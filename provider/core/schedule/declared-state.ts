import { Temporal } from "temporal-polyfill";
import type { LifecycleState, UtcMinute } from "../model";
import { toMinute } from "../release-time";
import { hasHolidays, lastKnownDate } from "./holiday-calendar";
import { isAlike } from "./layers";
import { lifeMarks } from "./life-marks";
import { dateAt, momentOf } from "./local-time";
import type { Schedule, Segment } from "./schedule";
import { timeline } from "./timeline";

export interface DeclaredState {
  /** Undefined: the power state is not managed now. */
  readonly state: LifecycleState | undefined;
  readonly because: string;
  /** What the user should know although nothing is wrong. */
  readonly warnings: readonly string[];
  /** When something else is declared next. Undefined: never again. */
  readonly nextChangeAt: UtcMinute | undefined;
}

const dayMs = 24 * 60 * 60_000;

/** What is declared at a moment, whether or not anybody looked when it began. Read from the timeline, so that both agree. Pure. */
export function declaredStateAt(
  schedule: Schedule,
  atMs: number,
  beganAtMs: number | undefined = schedule.life.sinceMs,
): DeclaredState {
  const now = timeline(schedule, atMs, atMs + 1, beganAtMs)[0];
  if (now === undefined) throw new RangeError(`${atMs} is not a moment that a schedule knows`);
  const nextMs = nextChange(schedule, atMs, now, beganAtMs);
  return {
    state: now.state,
    because: now.because,
    warnings: warningsBetween(schedule, atMs, nextMs ?? atMs, beganAtMs),
    nextChangeAt: nextMs === undefined ? undefined : toMinute(nextMs),
  };
}

/** What the user should know about the time from one moment to another. Pure. */
export function warningsBetween(
  schedule: Schedule,
  fromMs: number,
  toMs: number,
  beganAtMs: number | undefined = schedule.life.sinceMs,
): readonly string[] {
  const { life, zone, holidays } = schedule;
  const warnings: string[] = [];
  if (beganAtMs === undefined && (life.stopAfter !== undefined || life.releaseAfter !== undefined)) {
    warnings.push("schedule.life: its beginning is not known yet, so no stage is counted");
  }
  if (holidays === undefined) return warnings;
  const lastYear = dateAt(toMs, zone).year;
  for (let year = dateAt(fromMs, zone).year; year <= lastYear; year++) {
    if (hasHolidays(year)) continue;
    warnings.push(
      `schedule.holidays: china's holidays of ${year} are not known here, so the ordinary week counts; ` +
        "update chinese-days once they are announced, or write them under schedule.exceptions",
    );
  }
  return warnings;
}

/** Looks further and further ahead: most schedules change within days. */
function nextChange(schedule: Schedule, atMs: number, now: Segment, beganAtMs: number | undefined): number | undefined {
  const endMs = endOfSearch(schedule, atMs, beganAtMs);
  let fromMs = atMs;
  for (const days of [8, 60, 400, Number.POSITIVE_INFINITY]) {
    const toMs = Math.min(atMs + days * dayMs, endMs);
    const change = timeline(schedule, fromMs, toMs, beganAtMs).find((segment) => !isAlike(segment, now));
    if (change !== undefined) return change.fromMs;
    if (toMs === endMs) return undefined;
    fromMs = toMs;
  }
  return undefined;
}

/**
 * After everything that has a date, a week repeats itself within two, and cron waits for a leap day at most, which may be
 * eight years away. Nothing comes after the last stage of a life.
 */
function endOfSearch(schedule: Schedule, atMs: number, beganAtMs: number | undefined): number {
  const { zone, life, exceptions, holidays, keepRunningUntilMs, holdUntilMs, cron } = schedule;
  const { stopAtMs, releaseAtMs } = lifeMarks(schedule, beganAtMs);
  const latest = (...moments: readonly (number | undefined)[]) =>
    Math.max(atMs, ...moments.filter((ms) => ms !== undefined));
  const lastStageMs = life.releaseAfter === undefined ? stopAtMs : releaseAtMs;
  if (lastStageMs !== undefined) return latest(lastStageMs, keepRunningUntilMs, holdUntilMs) + dayMs;
  const dates = [...exceptions.map(({ to }) => to), ...(holidays === undefined ? [] : [lastKnownDate])];
  const ends = dates.map((date) => momentOf(Temporal.PlainDate.from(date).toPlainDateTime(), zone));
  return latest(...ends, keepRunningUntilMs, holdUntilMs) + (cron === undefined ? 16 : 9 * 366) * dayMs;
}
