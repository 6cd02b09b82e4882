import { performance } from "node:perf_hooks";
import type { Clock } from "../../emulator/index";

/** A world's clock that can be put to any moment, and goes on from there as fast as the machine's. */
export function livingClock(startMs: number): Clock {
  let offsetMs = startMs - performance.now();
  const now = () => Math.floor(performance.now() + offsetMs);
  const set = (nowMs: number) => {
    offsetMs = nowMs - performance.now();
  };
  return {
    kind: "virtual",
    now,
    set,
    advance: (ms) => {
      offsetMs += ms;
    },
    reset: () => set(startMs),
  };
}
