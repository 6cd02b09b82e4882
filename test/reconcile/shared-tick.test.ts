import { describe, expect, it } from "vitest";
import { untilSharedTick } from "../../provider/reconcile/shared-tick";
import { waitFor } from "../../provider/reconcile/waiter";
import { nowMs } from "../support/builders";
import { FakeClock } from "../support/fake-clock";

describe("untilSharedTick", () => {
  it.each([
    { reason: "on a tick already", atMs: 0, delayMs: 1_000, sleepMs: 1_000 },
    { reason: "a little behind a tick, as after a poll", atMs: 30, delayMs: 1_000, sleepMs: 970 },
    { reason: "a timer that came a millisecond early", atMs: -1, delayMs: 1_000, sleepMs: 1_001 },
    { reason: "longest", atMs: 500, delayMs: 1_000, sleepMs: 1_500 },
    { reason: "shortest", atMs: 499, delayMs: 1_000, sleepMs: 501 },
    { reason: "two seconds end at a whole one", atMs: 700, delayMs: 2_000, sleepMs: 2_300 },
    { reason: "five end at a whole five", atMs: 1_400, delayMs: 5_000, sleepMs: 3_600 },
    { reason: "and stay there", atMs: 5_040, delayMs: 5_000, sleepMs: 4_960 },
  ])("$reason", ({ atMs, delayMs, sleepMs }) => {
    expect(untilSharedTick(nowMs + atMs, delayMs)).toBe(sleepMs);
  });
});

/** When a waiter that begins so long after the minute polls, in ms after the minute. */
async function pollsOf(beganMs: number, deadlineMs = 60_000): Promise<number[]> {
  const clock = new FakeClock(nowMs + beganMs);
  const polls: number[] = [];
  await waitFor({
    poll: () => {
      polls.push(clock.nowMs() - nowMs);
      return Promise.resolve("starting");
    },
    judge: () => "pending",
    deadlineMs: nowMs + deadlineMs,
    clock,
    shared: (delayMs) => untilSharedTick(clock.nowMs(), delayMs),
  });
  return polls;
}

describe("waiters that share their ticks", () => {
  it("meet, whenever they began", async () => {
    const [first, second] = [await pollsOf(120), await pollsOf(2_470)];
    expect(first.slice(0, 7)).toEqual([120, 1_000, 2_000, 4_000, 7_000, 10_000, 15_000]);
    expect(second.slice(0, 7)).toEqual([2_470, 3_000, 4_000, 6_000, 9_000, 15_000, 20_000]);
  });

  it("end no earlier for it: where the tick comes after the deadline, the sleep is taken as it is", async () => {
    expect((await pollsOf(120, 16_000)).at(-1)).toBe(15_000);
    expect(await pollsOf(600, 1_700)).toEqual([600, 1_600]);
  });
});
