import { Temporal } from "temporal-polyfill";
import type { Schedule, Segment } from "./schedule";
import { timeline } from "./timeline";

/**
 * Of a time between periods: what the clock shows in the schedule's zone, and when the next period begins. A wrong zone can be
 * read off it. Undefined where something else is now, or comes next. Pure.
 */
export function describeNextOpening(schedule: Schedule, atMs: number, nextMs: number): string | undefined {
  const [now] = timeline(schedule, atMs, atMs + 1);
  const [next] = timeline(schedule, nextMs, nextMs + 1);
  if (now === undefined || next === undefined || !isClosed(now, next) || !isOpen(next)) return undefined;
  const local = (ms: number) => localTime(ms, schedule.zone);
  return `it is ${local(atMs)} in ${schedule.zone}, and the next period opens at ${local(nextMs)}`;
}

function isClosed(now: Segment, next: Segment): boolean {
  return now.state === "stopped" || (now.once === true && next.state === "running");
}

/** With stops only, nobody says what is while a period is open. */
function isOpen({ state, once }: Segment): boolean {
  return state === "running" || (state === undefined && once === true);
}

function localTime(ms: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: "minute" }).replace("T", " ");
}
