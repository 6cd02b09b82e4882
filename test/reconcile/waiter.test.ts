import { describe, expect, it } from "vitest";
import type { Verdict } from "../../provider/core/steps";
import { waitFor } from "../../provider/reconcile/waiter";
import { nowMs } from "../support/builders";
import { FakeClock } from "../support/fake-clock";

/** Polls through a list of things seen; the last one stays. */
function polling(clock: FakeClock, seen: readonly string[], pollTakesMs = 0) {
  let polls = 0;
  return {
    polls: () => polls,
    poll: () => {
      const at = Math.min(polls, seen.length - 1);
      polls += 1;
      clock.advance(pollTakesMs);
      return Promise.resolve(seen[at] ?? "");
    },
  };
}

const untilRunning = (seen: string): Verdict =>
  seen === "running" ? "reached" : seen === "starting" ? "pending" : "unexpected";

describe("waitFor", () => {
  it("does not sleep when the target is there at once", async () => {
    const clock = new FakeClock();
    const { poll, polls } = polling(clock, ["running"]);
    const outcome = await waitFor({ poll, judge: untilRunning, deadlineMs: nowMs, clock });
    expect(outcome).toEqual({ kind: "reached", last: "running" });
    expect(polls()).toBe(1);
    expect(clock.sleeps).toEqual([]);
  });

  it("sleeps shortly at first and steadily later", async () => {
    const clock = new FakeClock();
    const { poll } = polling(clock, [...Array<string>(8).fill("starting"), "running"]);
    const outcome = await waitFor({ poll, judge: untilRunning, deadlineMs: nowMs + 600_000, clock });
    expect(outcome.kind).toBe("reached");
    expect(clock.sleeps).toEqual([1_000, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000, 5_000]);
  });

  it("ends at once at what can't lead to the target", async () => {
    const clock = new FakeClock();
    const { poll } = polling(clock, ["starting", "Quarantined", "running"]);
    expect(await waitFor({ poll, judge: untilRunning, deadlineMs: nowMs + 600_000, clock })).toEqual({
      kind: "unexpected",
      last: "Quarantined",
    });
    expect(clock.sleeps).toEqual([1_000]);
  });

  it.each([
    { reason: "a sleep that ends right at the deadline is begun", deadlineMs: 2_000, sleeps: [1_000, 1_000] },
    { reason: "one that ends a millisecond later is not", deadlineMs: 1_999, sleeps: [1_000] },
    { reason: "no time at all: one look", deadlineMs: 0, sleeps: [] },
    { reason: "a deadline in the past: one look", deadlineMs: -5_000, sleeps: [] },
  ])("$reason", async ({ deadlineMs, sleeps }) => {
    const clock = new FakeClock();
    const { poll } = polling(clock, ["starting"]);
    const outcome = await waitFor({ poll, judge: untilRunning, deadlineMs: nowMs + deadlineMs, clock });
    expect(outcome).toEqual({ kind: "timedOut", last: "starting" });
    expect(clock.sleeps).toEqual(sleeps);
    expect(clock.nowMs()).toBeLessThanOrEqual(nowMs + Math.max(0, deadlineMs));
  });

  it("slow polls count against the deadline, too", async () => {
    const clock = new FakeClock();
    const { poll, polls } = polling(clock, ["starting"], 4_000);
    const outcome = await waitFor({ poll, judge: untilRunning, deadlineMs: nowMs + 9_999, clock });
    expect(outcome.kind).toBe("timedOut");
    expect(polls()).toBe(2);
    expect(clock.sleeps).toEqual([1_000]);
  });

  it("says before each sleep what was seen and for how long it has waited", async () => {
    const clock = new FakeClock();
    const { poll } = polling(clock, ["starting", "starting", "starting", "running"]);
    const said: (readonly [string, number])[] = [];
    await waitFor({
      poll,
      judge: untilRunning,
      deadlineMs: nowMs + 60_000,
      clock,
      progress: (seen, ms) => said.push([seen, ms]),
    });
    expect(said).toEqual([
      ["starting", 0],
      ["starting", 1_000],
      ["starting", 2_000],
    ]);
  });

  it("what a poll throws is not swallowed", async () => {
    const clock = new FakeClock();
    const poll = () => Promise.reject(new Error("no network"));
    await expect(waitFor({ poll, judge: untilRunning, deadlineMs: nowMs + 60_000, clock })).rejects.toThrow(
      "no network",
    );
    expect(clock.sleeps).toEqual([]);
  });
});
