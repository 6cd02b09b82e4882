/** The world's time. It only ever moves forward. */
export interface Clock {
  readonly kind: "real" | "virtual";
  /** Milliseconds since 1970. */
  now(): number;
  advance(ms: number): void;
  /** Back to where it began. */
  reset(): void;
}

/** The machine's clock plus an offset that can only grow. */
export function realClock(machineNow: () => number = Date.now): Clock {
  let offsetMs = 0;
  return {
    kind: "real",
    now: () => machineNow() + offsetMs,
    advance: (ms) => {
      offsetMs += forward(ms);
    },
    reset: () => {
      offsetMs = 0;
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
      nowMs += forward(ms);
    },
    reset: () => {
      nowMs = startMs;
    },
  };
}

function forward(ms: number): number {
  if (!Number.isFinite(ms) || ms < 0) {
    throw new RangeError(
      `advanceMs must be zero or more milliseconds, not ${ms}: the world's clock only moves forward.`,
    );
  }
  return ms;
}
