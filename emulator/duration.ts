import type { Random } from "./random";

/**
 * How long something takes: milliseconds of the world's clock; `null` for never; so many Describe answers that still show
 * the old state; or milliseconds drawn from the seed.
 */
export type Duration = number | null | { describes: number } | { minMs: number; maxMs: number };

/** When it will be over: at a time, or after so many Describe answers. Neither: never. */
export interface Awaited {
  readonly atMs: number | undefined;
  readonly describes: number | undefined;
}

export const never: Awaited = { atMs: undefined, describes: undefined };

export function awaitedAfter(duration: Duration, fromMs: number, random: Random): Awaited {
  if (duration === null) return never;
  if (typeof duration === "number") return { atMs: fromMs + duration, describes: undefined };
  if ("describes" in duration) return { atMs: undefined, describes: duration.describes };
  const { minMs, maxMs } = duration;
  return { atMs: fromMs + Math.floor(minMs + random.next() * (maxMs - minMs + 1)), describes: undefined };
}

/** After one more Describe answer has shown the old state; `over` when that was the last one. */
export function describedOnce(awaited: Awaited): { awaited: Awaited; over: boolean } {
  if (awaited.describes === undefined) return { awaited, over: false };
  const describes = awaited.describes - 1;
  return { awaited: { atMs: undefined, describes }, over: describes <= 0 };
}
