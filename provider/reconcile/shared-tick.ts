const shortMs = 1_000;
const steadyMs = 5_000;

/**
 * How long to sleep instead, so that all who wait in this process wake together and share their looks: until the whole second
 * that is nearest, or the whole five seconds where the sleep is that long. For a sleep of a second or more it is off by half of that at most, so never zero. Pure.
 */
export function untilSharedTick(nowMs: number, delayMs: number): number {
  const tickMs = delayMs < steadyMs ? shortMs : steadyMs;
  return Math.round((nowMs + delayMs) / tickMs) * tickMs - nowMs;
}
