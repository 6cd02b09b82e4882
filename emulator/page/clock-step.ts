import type { World } from "../world";
import { nextRelease } from "./next-release";

const minuteMs = 60_000;

/** The buttons that move the clock, in their order. */
export const clockSteps = [
  { by: "1min", label: "+1 min", moveMs: minuteMs },
  { by: "10min", label: "+10 min", moveMs: 10 * minuteMs },
  { by: "1h", label: "+1 h", moveMs: 60 * minuteMs },
  { by: "1d", label: "+1 day", moveMs: 24 * 60 * minuteMs },
  { by: "next-release", label: "To the next release", moveMs: "next-release" },
] as const;

/** Moves the clock as that button says. Without any release time there is no next one, and nothing moves. */
export function stepClock(world: World, by: string): void {
  const step = clockSteps.find((known) => known.by === by);
  if (step === undefined) {
    throw new RangeError(`by must be one of ${clockSteps.map((known) => known.by).join(", ")}.`);
  }
  // What is due already happens first: the next release is one that is still to come.
  world.settle();
  if (step.moveMs !== "next-release") {
    world.advance(step.moveMs);
    return;
  }
  const next = nextRelease(world);
  // On a real clock the moment may pass between the look and the move.
  if (next !== undefined) world.advance(Math.max(0, next.atMs - world.now()));
}
