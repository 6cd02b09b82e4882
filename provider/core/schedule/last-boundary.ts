import type { UtcMinute } from "../model";
import { toMinute } from "../release-time";
import { isAlike } from "./layers";
import type { Schedule } from "./schedule";
import { timeline } from "./timeline";

export interface LastBoundary {
  /** Since when the same is declared; `everBefore` if that is longer ago than anybody looks. */
  readonly since: UtcMinute;
  /** It counts at that moment only, and not until the next one. */
  readonly once: boolean;
}

const dayMs = 24 * 60 * 60_000;

/** Before every boundary that can have been applied. */
export const everBefore: UtcMinute = toMinute(0);

/** The moment since which a schedule declares what it declares now. Pure. */
export function lastBoundary(schedule: Schedule, atMs: number): LastBoundary {
  const now = timeline(schedule, atMs, atMs + 1)[0];
  if (now === undefined) throw new RangeError(`${atMs} is not a moment that a schedule knows`);
  let toMs = atMs;
  // Looks further and further back: most schedules change within days.
  for (const days of [8, 60, 400]) {
    const fromMs = atMs - days * dayMs;
    const before = [...timeline(schedule, fromMs, toMs)].reverse().find((segment) => !isAlike(segment, now));
    if (before !== undefined) return { since: toMinute(before.toMs), once: now.once === true };
    toMs = fromMs;
  }
  return { since: everBefore, once: now.once === true };
}
