import { Temporal } from "temporal-polyfill";
import type { Schedule } from "./schedule";
import { timeline } from "./timeline";

/**
 * Of a stopped time that a period ends: what the clock shows in the schedule's zone, and when that period begins. A wrong
 * zone can be read off it. Undefined where something else comes next. Pure.
 */
export function describeNextOpening(schedule: Schedule, atMs: number, nextMs: number): string | undefined {
  const { zone } = schedule;
  if (timeline(schedule, nextMs, nextMs + 1)[0]?.state !== "running") return undefined;
  const local = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: "minute" });
  return `it is ${local(atMs).replace("T", " ")} in ${zone}, and it runs again from ${local(nextMs).replace("T", " ")}`;
}
