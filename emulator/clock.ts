/** The world's time. It only ever moves forward. */
export interface Clock {
  readonly kind: "real" | "virtual";
  /** Milliseconds since 1970. */
  now(): number;
  advance(ms: number): void;
  /** Back to where it began. */
  reset(): void;
  /** To this time, whichever it is: only for a world that is put back as a whole. */
  set(nowMs: number): void;
}

/** The machine's clock plus an offset that can only grow. */
export function realClock(machineNow: () => number = Date.now): Clock {
  let offsetMs = 0;
  return {
    kind: "real",
    now: () => machineNow() + offsetMs,
    advance: (ms) => {
      const machineMs = machineNow();
      offsetMs = forward(machineMs + offsetMs, ms) - machineMs;
    },
    reset: () => {
      offsetMs = 0;
    },
    set: (nowMs) => {
      offsetMs = nowMs - machineNow();
    },
  };
}

/** Stands still until somebody moves it. */
export function virtualClock(startMs: number): Clock {
  let nowMs = startMs;
  return {
    kind: "virtual",
    now: () => nowMs,
    advance: (ms) => {
      nowMs = forward(nowMs, ms);
    },
    reset: () => {
      nowMs = startMs;
    },
    set: (givenMs) => {
      nowMs = givenMs;
    },
  };
}

/** The last moment that a Date can tell. */
const latestMs = 8_640_000_000_000_000;

function forward(nowMs: number, ms: number): number {
  if (!Number.isFinite(ms) || ms < 0) {
    throw new RangeError(
      `advanceMs must be zero or more milliseconds, not ${ms}: the world's clock only moves forward.`,
    );
  }
  if (nowMs + ms > latestMs) throw new RangeError(`advanceMs of ${ms} leads beyond the year 275760, where time ends.`);
  return nowMs + ms;
}
