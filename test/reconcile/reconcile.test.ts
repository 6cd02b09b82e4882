import { describe, expect, it } from "vitest";
import type { Present } from "../../provider/core/model";
import { Unfinished } from "../../provider/reconcile/reconciled";
import { absent, instanceId, minutesFromNow, nowMs, present, recorded, type Wish } from "../support/builders";
import { type CallName, ecsError, lostAnswer } from "../support/fake-ecs";
import { looksBeforeWrites, run, scene, unfinished } from "../support/scene";

const day = minutesFromNow(24 * 60);

describe("every cell, end to end", () => {
  const cells: readonly (readonly [Wish, string, readonly CallName[], string])[] = [
    [{ state: "running" }, "running", [], "running"],
    [{ state: "running" }, "stopped", ["start"], "running"],
    [{ state: "running" }, "starting", [], "running"],
    [{ state: "running" }, "pending", [], "running"],
    [{ state: "running" }, "stopping", ["start"], "running"],
    [{ state: "stopped" }, "running", ["stop"], "stopped"],
    [{ state: "stopped" }, "stopped", [], "stopped"],
    [{ state: "stopped" }, "starting", ["stop"], "stopped"],
    [{ state: "stopped" }, "pending", ["stop"], "stopped"],
    [{ state: "stopped" }, "stopping", [], "stopped"],
    [{ state: "released" }, "running", ["stop", "release"], "gone"],
    [{ state: "released" }, "stopped", ["release"], "gone"],
    [{ state: "released" }, "starting", ["stop", "release"], "gone"],
    [{ state: "released" }, "pending", ["stop", "release"], "gone"],
    [{ state: "released" }, "stopping", ["release"], "gone"],
    [{ state: "released", release: { force: true } }, "running", ["release"], "gone"],
    [{ state: "released", release: { force: true } }, "stopped", ["release"], "gone"],
    [{ state: "released", release: { force: true } }, "starting", ["release"], "gone"],
    [{ state: "released", release: { force: true } }, "stopping", ["release"], "gone"],
    [{}, "running", [], "running"],
    [{}, "Quarantined", [], "Quarantined"],
    [{ releaseTime: { kind: "at", at: day } }, "Quarantined", ["setReleaseTime"], "Quarantined"],
    [{ state: "stopped", releaseTime: { kind: "at", at: day } }, "running", ["stop", "setReleaseTime"], "stopped"],
  ];

  it.each(cells)("%j, observed %s: %j, in the end %s", async (wish, status, writes, end) => {
    const on = scene(present({ status }), { releaseTakesMs: 7_000 });
    if (status === "starting" || status === "pending")
      on.ecs.after(8_000, () => on.ecs.change(instanceId, { status: "running" }));
    if (status === "stopping") on.ecs.after(8_000, () => on.ecs.change(instanceId, { status: "stopped" }));
    const reached = await run(on, wish);
    expect(on.ecs.writes()).toEqual(writes);
    looksBeforeWrites(on);
    if (end === "gone") {
      expect(reached).toMatchObject({ observed: absent, releasedBy: "declaration" });
    } else {
      expect(reached.observed).toMatchObject({ status: end });
      expect(reached.releasedBy).toBeUndefined();
    }
    expect(reached.done.map(({ call }) => call)).toHaveLength(writes.length);
    for (const step of reached.done) {
      expect(step.because).not.toBe("");
      expect(step.requestId).toMatch(/^REQUEST-/);
    }
  });

  it.each([
    "running",
    "stopped",
    "released",
  ] as const)("declared %s, a status that is not known: no write, named", async (state) => {
    const on = scene(present({ status: "Quarantined" }));
    const error = await unfinished(run(on, { state }));
    expect(error.message).toContain('"Quarantined"');
    expect(on.ecs.writes()).toEqual([]);
  });

  it.each([
    {
      reason: "cancel, then stop",
      wish: { state: "stopped", releaseTime: { kind: "never" } },
      writes: ["cancelReleaseTime", "stop"],
    },
    {
      reason: "postpone, then stop",
      wish: { state: "stopped", releaseTime: { kind: "at", at: minutesFromNow(48 * 60) } },
      writes: ["setReleaseTime", "stop"],
    },
    {
      reason: "stop, then an earlier time",
      wish: { state: "stopped", releaseTime: { kind: "at", at: minutesFromNow(60) } },
      writes: ["stop", "setReleaseTime"],
    },
  ] as const)("order: $reason", async ({ wish, writes }) => {
    const on = scene(present({ releaseTime: day }));
    await run(on, wish);
    expect(on.ecs.writes()).toEqual(writes);
    looksBeforeWrites(on);
  });

  it("a second run has nothing to do", async () => {
    const on = scene(present());
    await run(on, { state: "stopped", releaseTime: { kind: "at", at: day } });
    const before = on.ecs.calls.length;
    const again = await run(on, { state: "stopped", releaseTime: { kind: "at", at: day } });
    expect(again.done).toEqual([]);
    expect(on.ecs.names().slice(before)).toEqual(["observe"]);
  });

  it("sends the declared mode and force, and Force only where it is declared", async () => {
    const stopped = scene(present());
    await run(stopped, { state: "stopped", stop: { mode: "StopCharging", force: true } });
    expect(stopped.ecs.calls.find(({ name }) => name === "stop")?.options).toEqual({
      mode: "StopCharging",
      force: true,
      hibernate: false,
    });
    const released = scene(present());
    await run(released, { state: "released", stop: { mode: "StopCharging", force: false } });
    expect(released.ecs.calls.find(({ name }) => name === "stop")?.options).toEqual({
      mode: "KeepCharging",
      force: false,
      hibernate: false,
    });
    expect(released.ecs.calls.find(({ name }) => name === "release")?.options).toEqual({ force: false });
  });
});

describe("refusals", () => {
  it("protective steps are done, then the refusal ends it, and what was done is told", async () => {
    const on = scene(present({ releaseTime: day, deletionProtection: true, tags: { "ack.aliyun.com": "c1" } }));
    const error = await unfinished(run(on, { state: "stopped", releaseTime: { kind: "never" } }));
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(error.message).toContain("c1");
    expect(error.reached?.done).toHaveLength(1);
    expect(error.reached?.observed).toMatchObject({ status: "running", releaseTime: undefined });
  });

  it.each([
    { reason: "protection", seen: { deletionProtection: true } },
    { reason: "subscription", seen: { chargeType: "PrePaid" } },
    { reason: "security lock", seen: { locks: ["security"] } },
    { reason: "expectation", seen: { instanceName: "db" } },
    { reason: "owner", seen: { tags: { "acs:autoscaling:scalingGroupId": "asg-1" } } },
  ])("$reason: not even the stop before the release is sent", async ({ seen }) => {
    for (const force of [false, true]) {
      const on = scene(present(seen));
      await unfinished(run(on, { state: "released", release: { force } }));
      expect(on.ecs.names()).toEqual(["observe"]);
    }
  });

  it("what the program holds back is not done, but for what protects", async () => {
    const on = scene(present({ releaseTime: day }));
    on.held = ["state: too many releases"];
    const error = await unfinished(run(on, { state: "stopped", releaseTime: { kind: "never" } }));
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(error.message).toContain("too many releases");
    // Nothing to do is nothing to hold back.
    const idle = scene(present());
    idle.held = ["state: too many releases"];
    expect((await run(idle, { state: "running" })).done).toEqual([]);
  });

  it("protection that is switched on while it stops is seen before the release", async () => {
    const on = scene(present(), { stopTakesMs: 10_000 });
    on.ecs.after(5_000, () => on.ecs.change(instanceId, { deletionProtection: true }));
    const error = await unfinished(run(on, { state: "released" }));
    expect(on.ecs.writes()).toEqual(["stop"]);
    expect(error.message).toMatch(/protection/);
    expect(error.reached?.observed).toMatchObject({ status: "stopped" });
  });

  it("a first up that does not name the machine releases nothing", async () => {
    const on = scene(present());
    const error = await unfinished(run(on, { state: "released", expect: {} }, "firstUp"));
    expect(error.message).toMatch(/^expect: /);
    expect(on.ecs.names()).toEqual(["observe"]);
  });
});

const five: readonly { readonly write: CallName; readonly wish: Wish; readonly seen: Partial<Present> }[] = [
  { write: "start", wish: { state: "running" }, seen: { status: "stopped" } },
  { write: "stop", wish: { state: "stopped" }, seen: {} },
  { write: "release", wish: { state: "released" }, seen: { status: "stopped" } },
  { write: "setReleaseTime", wish: { releaseTime: { kind: "at", at: day } }, seen: {} },
  { write: "cancelReleaseTime", wish: { releaseTime: { kind: "never" } }, seen: { releaseTime: day } },
];

describe("a lost answer", () => {
  const rows = five.flatMap((row) =>
    [true, false].flatMap((executed) => [undefined, 5_000].map((staleMs) => ({ ...row, executed, staleMs }))),
  );

  it.each(rows)("$write, executed $executed, stale for $staleMs ms: the end is the same", async ({
    write,
    wish,
    seen,
    executed,
    staleMs,
  }) => {
    const on = scene(present(seen), { releaseTakesMs: 3_000, ...(staleMs === undefined ? {} : { staleMs }) });
    on.ecs.fail(write, { error: lostAnswer(), executed });
    const reached = await run(on, wish);
    looksBeforeWrites(on);
    expect(on.ecs.effective(write)).toBe(1);
    expect(on.ecs.count(write)).toBe(executed ? 1 : 2);
    if (write === "release") expect(reached).toMatchObject({ observed: absent, releasedBy: "declaration" });
    else expect(on.ecs.get(instanceId)).toEqual(reached.observed);
  });

  it.each(five)("$write: every answer lost, nothing executed: ends in an error after 3 rounds", async ({
    write,
    wish,
    seen,
  }) => {
    const on = scene(present(seen));
    on.ecs.fail(write, ...Array.from({ length: 20 }, lostAnswer));
    const error = await unfinished(run(on, wish));
    expect(on.ecs.count(write)).toBeLessThanOrEqual(3);
    expect(error.message).toContain(instanceId);
    expect(error.reached?.observed).toMatchObject({ status: seen.status ?? "running" });
    looksBeforeWrites(on);
  });

  it("a release whose answers are all lost although it ran takes effect once", async () => {
    const on = scene(present({ status: "stopped" }), { releaseTakesMs: 45_000 });
    on.ecs.fail("release", { error: lostAnswer(), executed: true }, lostAnswer(), lostAnswer());
    await run(on, { state: "released" }).catch((error: unknown) => expect(error).toBeInstanceOf(Unfinished));
    expect(on.ecs.effective("release")).toBe(1);
    looksBeforeWrites(on);
  });

  it("an answer that no code explains (5xx) is a lost answer", async () => {
    const on = scene(present());
    on.ecs.fail("stop", { error: ecsError("InternalError", "unknownOutcome"), executed: true });
    await run(on, { state: "stopped" });
    expect(on.ecs.count("stop")).toBe(1);
  });
});

describe("throttled", () => {
  it.each(five)("$write: waits as long as it was told, and looks again", async ({ write, wish, seen }) => {
    const on = scene(present(seen));
    on.ecs.fail(write, ecsError("Throttling.User", "throttled", { retryAfterMs: 7_000 }));
    await run(on, wish);
    expect(on.ecs.effective(write)).toBe(1);
    const [first, second] = on.ecs.calls.filter(({ name }) => name === write);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(7_000);
    looksBeforeWrites(on);
  });

  it("without a hint: backs off further each time, up to 20 s, and has not failed while budget remains", async () => {
    const on = scene(present());
    on.ecs.fail("stop", ...Array.from({ length: 10 }, () => ecsError("Throttling.User", "throttled")));
    const reached = await run(on, { state: "stopped" });
    expect(reached.observed).toMatchObject({ status: "stopped" });
    const times = on.ecs.calls.filter(({ name }) => name === "stop").map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps).toHaveLength(10);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThanOrEqual(20_000);
    }
    expect(Math.max(...gaps)).toBeGreaterThan(5_000);
    looksBeforeWrites(on);
  });

  it("for ever: ends with the vendor's code when nothing has got through for 15 minutes", async () => {
    const on = scene(present());
    on.ecs.fail("stop", ...Array.from({ length: 500 }, () => ecsError("Throttling.User", "throttled")));
    const error = await unfinished(run(on, { state: "stopped" }));
    expect(error.message).toContain("Throttling.User");
    expect(on.clock.nowMs() - nowMs).toBeLessThanOrEqual(900_000);
    expect(on.clock.nowMs() - nowMs).toBeGreaterThan(850_000);
    expect(on.ecs.effective("stop")).toBe(0);
  });

  it("a hint of more than 15 minutes ends it at once", async () => {
    const on = scene(present());
    on.ecs.fail("stop", ecsError("Throttling", "throttled", { retryAfterMs: 3_600_000 }));
    await unfinished(run(on, { state: "stopped" }));
    expect(on.clock.nowMs() - nowMs).toBeLessThan(1_000);
  });

  it("a release that was throttled and then vanished by another hand was not our declaration's", async () => {
    const on = scene(present({ status: "stopped" }));
    on.ecs.fail("release", ecsError("Throttling", "throttled", { retryAfterMs: 5_000 }));
    on.ecs.after(2_000, () => on.ecs.vanish(instanceId));
    const reached = await run(on, { state: "released" });
    expect(reached).toMatchObject({ observed: absent, releasedBy: "unknown", done: [] });
  });
});

describe("in between", () => {
  it.each(five)("$write: IncorrectInstanceStatus is waited out, with a look before it goes again", async ({
    write,
    wish,
    seen,
  }) => {
    const on = scene(present(seen));
    on.ecs.fail(write, ecsError("IncorrectInstanceStatus", "wait"), ecsError("IncorrectInstanceStatus", "wait"));
    await run(on, wish);
    expect(on.ecs.count(write)).toBe(3);
    expect(on.ecs.effective(write)).toBe(1);
    looksBeforeWrites(on);
  });

  it("for ever: ends within its budget and says which code", async () => {
    const on = scene(present({ status: "stopped" }));
    on.ecs.fail("release", ...Array.from({ length: 1_000 }, () => ecsError("IncorrectInstanceStatus", "wait")));
    const error = await unfinished(run(on, { state: "released" }));
    expect(error.message).toContain("IncorrectInstanceStatus");
    expect(on.clock.nowMs() - nowMs).toBeLessThanOrEqual(600_000);
  });

  it("a stop that meets a machine that somebody has just stopped is not repeated", async () => {
    const on = scene(present());
    on.ecs.fail("stop", ecsError("IncorrectInstanceStatus", "wait"));
    on.ecs.after(1_000, () => on.ecs.change(instanceId, { status: "stopped" }));
    await run(on, { state: "stopped" });
    expect(on.ecs.count("stop")).toBe(1);
  });
});

describe("final errors", () => {
  const rows = [
    { errorClass: "guard", code: "InvalidOperation.DeletionProtection", advice: "switch it off first" },
    { errorClass: "auth", code: "Forbidden.RAM", advice: "grant the right" },
    { errorClass: "input", code: "InvalidAutoReleaseTime.Malformed", advice: "30 minutes ahead" },
    { errorClass: "capacity", code: "OperationDenied.NoStock", advice: "try later" },
  ] as const;

  it.each(
    five.flatMap((row) => rows.map((error) => ({ ...row, ...error }))),
  )("$write, $code: sent once, ends with plain text", async ({ write, wish, seen, errorClass, code, advice }) => {
    const on = scene(present(seen));
    on.ecs.fail(write, ecsError(code, errorClass, { advice }));
    const error = await unfinished(run(on, wish));
    expect(on.ecs.writes()).toEqual([write]);
    expect(error.message).toContain(code);
    expect(error.message).toContain(advice);
    expect(error.message).toContain(instanceId);
    expect(error.message).not.toMatch(/\n\s+at /);
    expect(error.stack).not.toMatch(/\n\s+at /);
    expect(error.reached?.done).toEqual([]);
  });

  it("a look that fails ends it before anything is sent", async () => {
    const on = scene(present());
    on.ecs.fail("observe", ecsError("Forbidden.RAM", "auth"));
    const error = await unfinished(run(on, { state: "stopped" }));
    expect(on.ecs.names()).toEqual(["observe"]);
    expect(error.reached).toBeUndefined();
  });

  it("what was reached before is told", async () => {
    const on = scene(present());
    on.ecs.fail("release", ecsError("InvalidOperation.DeletionProtection", "guard"));
    const error = await unfinished(run(on, { state: "released" }));
    expect(error.reached?.observed).toMatchObject({ status: "stopped" });
    expect(error.reached?.done.map(({ call }) => call)).toEqual(["StopInstance"]);
    expect(error.reached?.releasedBy).toBeUndefined();
  });
});

describe("identity", () => {
  it.each([
    { createdAt: "2026-05-01T00:00Z" },
    { serialNumber: "serial-2" },
  ])("another machine under the same id is refused: %j", async (different) => {
    const on = scene(present({ ...different, status: "stopped" }));
    const error = await unfinished(run(on, { state: "released" }));
    expect(on.ecs.writes()).toEqual([]);
    expect(error.message).toMatch(/^instanceId: .*another machine/);
  });

  it("also if it changes between the stop and the release", async () => {
    const on = scene(present());
    on.ecs.after(2_000, () => on.ecs.change(instanceId, { serialNumber: "serial-2" }));
    await unfinished(run(on, { state: "released" }));
    expect(on.ecs.writes()).toEqual(["stop"]);
  });

  it("also at a first up, which has nothing recorded", async () => {
    const on = scene(present());
    on.ecs.after(2_000, () => on.ecs.change(instanceId, { createdAt: "2026-06-01T12:00Z" }));
    await unfinished(run(on, { state: "released" }, "firstUp"));
    expect(on.ecs.writes()).toEqual(["stop"]);
  });
});

describe("absence", () => {
  it("is proven by two looks at least 5 s apart, the second by DescribeInstanceAttribute, and by the right to see", async () => {
    const on = scene(undefined);
    const reached = await run(on, { state: "released" });
    expect(reached).toMatchObject({ observed: absent, releasedBy: "unknown", done: [] });
    expect(on.ecs.names().slice(0, 3)).toEqual(["observe", "confirm", "mayObserve"]);
    const [look, confirmation] = on.ecs.calls;
    expect((confirmation?.atMs ?? 0) - (look?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  it("after a release of ours it is proven all the same", async () => {
    const on = scene(present({ status: "stopped" }));
    await run(on, { state: "released" });
    const names = on.ecs.names();
    expect(names.lastIndexOf("confirm")).toBeGreaterThan(names.indexOf("release"));
    expect(names.lastIndexOf("mayObserve")).toBeGreaterThan(names.indexOf("release"));
  });

  it("who is not allowed to see proves nothing", async () => {
    const on = scene(present());
    on.ecs.blind = true;
    for (const wish of [{ state: "released" }, { state: "running" }, {}] as const) {
      const error = await unfinished(run(on, wish));
      expect(error.message).toMatch(/DescribeInstances/);
      expect(error.reached?.releasedBy).toBeUndefined();
    }
    expect(on.ecs.writes()).toEqual([]);
  });

  it("a confirmation that fails proves nothing", async () => {
    const on = scene(undefined);
    on.ecs.fail("confirm", ecsError("Forbidden.RAM", "auth"));
    const error = await unfinished(run(on, { state: "released" }));
    expect(error.reached?.releasedBy).toBeUndefined();
  });

  it("an empty look is only a stale copy: it goes on", async () => {
    const on = scene(present());
    on.ecs.blind = true;
    on.ecs.after(4_000, () => {
      on.ecs.blind = false;
    });
    const reached = await run(on, { state: "stopped" });
    expect(reached.observed).toMatchObject({ status: "stopped" });
    expect(on.ecs.writes()).toEqual(["stop"]);
    looksBeforeWrites(on);
  });

  it.each([
    { reason: "running, unexplained: refused", wish: { state: "running" }, before: recorded(), refused: true },
    { reason: "stopped, unexplained: refused", wish: { state: "stopped" }, before: recorded(), refused: true },
    { reason: "nothing managed: recorded", wish: {}, before: recorded(), releasedBy: "unknown" },
    {
      reason: "a declared time has passed",
      wish: { state: "running" },
      before: recorded({ declaredReleaseTime: minutesFromNow(-10) }),
      releasedBy: "timer",
    },
    {
      reason: "released, a declared time has passed",
      wish: { state: "released" },
      before: recorded({ declaredReleaseTime: minutesFromNow(-10) }),
      releasedBy: "timer",
    },
    {
      reason: "released, a declared time is to come",
      wish: { state: "released" },
      before: recorded({ declaredReleaseTime: minutesFromNow(10) }),
      releasedBy: "unknown",
    },
    {
      reason: "an accepted release of the last run",
      wish: { state: "released" },
      before: recorded({ releaseAccepted: true }),
      releasedBy: "declaration",
    },
  ] as const)("$reason", async (row) => {
    const on = scene(undefined);
    if ("refused" in row) {
      const error = await unfinished(run(on, row.wish, row.before));
      expect(error.message).toMatch(/last seen on 2026-05-31/);
    } else {
      expect(await run(on, row.wish, row.before)).toMatchObject({ observed: absent, releasedBy: row.releasedBy });
    }
    expect(on.ecs.writes()).toEqual([]);
  });

  it.each([
    0, 20_000,
  ])("DeleteInstance answers NotFound, listed for %d ms more: somebody else released it", async (staleMs) => {
    const on = scene(present({ status: "stopped" }));
    // Between the look and the call.
    on.refuse = () => {
      if (on.ecs.get(instanceId) !== undefined) on.ecs.showStale(staleMs);
      on.ecs.vanish(instanceId);
      return undefined;
    };
    const reached = await run(on, { state: "released" });
    expect(reached).toMatchObject({ observed: absent, releasedBy: "unknown", done: [] });
    expect(on.ecs.effective("release")).toBe(0);
  });

  it("vanished by another hand while it stopped: no release was sent, and none is claimed", async () => {
    const on = scene(present(), { stopTakesMs: 20_000 });
    on.ecs.after(6_000, () => on.ecs.vanish(instanceId));
    const reached = await run(on, { state: "released" });
    expect(reached).toMatchObject({ observed: absent, releasedBy: "unknown" });
    expect(on.ecs.writes()).toEqual(["stop"]);
  });
});

describe("never seen before", () => {
  it("looks for 60 s, then not found, and nothing is recorded as released", async () => {
    for (const state of ["running", "stopped", "released", undefined] as const) {
      const on = scene(undefined);
      const error = await unfinished(run(on, { state }, "firstUp"));
      expect(error.message).toMatch(/not found in region cn-hangzhou/);
      expect(error.reached?.releasedBy).toBeUndefined();
      const waitedMs = on.clock.nowMs() - nowMs;
      expect(waitedMs).toBeLessThanOrEqual(60_000);
      expect(waitedMs).toBeGreaterThan(50_000);
      expect(on.ecs.writes()).toEqual([]);
    }
  });

  it("one that turns up after 30 s is taken on", async () => {
    const on = scene(undefined);
    on.ecs.after(30_000, () => on.ecs.add(present()));
    const reached = await run(on, { state: "stopped" }, "firstUp");
    expect(reached.observed).toMatchObject({ status: "stopped" });
    looksBeforeWrites(on);
  });
});

describe("stale reads after an accepted write", () => {
  it.each(
    five.flatMap((row) => [3_000, 15_000, 45_000].map((staleMs) => ({ ...row, staleMs }))),
  )("$write, stale for $staleMs ms: sent once", async ({ write, wish, seen, staleMs }) => {
    const on = scene(present(seen), { staleMs });
    await run(on, wish);
    expect(on.ecs.count(write)).toBe(1);
    looksBeforeWrites(on);
  });

  it("a released instance that stays listed for minutes is never released twice, nor touched otherwise", async () => {
    const on = scene(present({ status: "stopped" }), { releaseTakesMs: 5 * 60_000 });
    await run(on, { state: "released" });
    expect(on.ecs.writes()).toEqual(["release"]);
  });
});

describe("flapping by others", () => {
  it.each([
    { write: "stop", wish: { state: "stopped" }, seen: {}, undo: { status: "running" } },
    { write: "start", wish: { state: "running" }, seen: { status: "stopped" }, undo: { status: "stopped" } },
  ] as const)("$write undone each time: ends in an error after 3 rounds", async ({ write, wish, seen, undo }) => {
    const on = scene(present(seen), { startTakesMs: 61_000, stopTakesMs: 61_000 });
    for (let ms = 3_500; ms < 20 * 60_000; ms += 1_000) on.ecs.after(ms, () => on.ecs.change(instanceId, undo));
    const error = await unfinished(run(on, wish));
    expect(on.ecs.count(write)).toBeLessThanOrEqual(3);
    expect(on.ecs.count(write)).toBeGreaterThan(0);
    expect(error.message).toContain(instanceId);
    looksBeforeWrites(on);
  });

  it("a release time that others keep moving", async () => {
    const on = scene(present({ releaseTime: minutesFromNow(60) }));
    const undoing = () => {
      on.ecs.change(instanceId, { releaseTime: minutesFromNow(60) });
      if (on.clock.nowMs() - nowMs < 500_000) on.ecs.after(500, undoing);
    };
    on.ecs.after(0, undoing);
    const set = on.ecs.setReleaseTime.bind(on.ecs);
    on.ecs.setReleaseTime = async (id, at) => {
      const receipt = await set(id, at);
      undoing();
      return receipt;
    };
    const error = await unfinished(run(on, { releaseTime: { kind: "at", at: day } }));
    expect(on.ecs.count("setReleaseTime")).toBeLessThanOrEqual(3);
    expect(error.message).toContain(instanceId);
  });
});

describe("time-outs", () => {
  it.each([
    {
      reason: "stuck stopping after our stop",
      wish: { state: "stopped" },
      seen: {},
      options: { stopTakesMs: 99_999_999 },
      last: "stopping",
    },
    {
      reason: "stuck starting after our start",
      wish: { state: "running" },
      seen: { status: "stopped" },
      options: { startTakesMs: 99_999_999 },
      last: "starting",
    },
    {
      reason: "stuck stopping before anything is sent",
      wish: { state: "running" },
      seen: { status: "stopping" },
      options: {},
      last: "stopping",
    },
    {
      reason: "stuck pending before a stop",
      wish: { state: "stopped" },
      seen: { status: "pending" },
      options: {},
      last: "pending",
    },
    {
      reason: "listed for ever after an accepted release",
      wish: { state: "released" },
      seen: { status: "stopped" },
      options: { releaseTakesMs: 99_999_999 },
      last: "stopped",
    },
  ] as const)("$reason: says what was last seen", async ({ wish, seen, options, last }) => {
    const on = scene(present(seen), options);
    const timeouts = { startMs: 120_000, stopMs: 120_000, releaseMs: 120_000 };
    const error = await unfinished(run(on, { ...wish, timeouts }));
    expect(error.message).toMatch(new RegExp(`last seen ${last}`));
    expect(error.reached?.observed).toMatchObject({ status: last });
    expect(error.reached?.releasedBy).toBeUndefined();
    expect(on.clock.nowMs() - nowMs).toBeLessThanOrEqual(120_000);
    expect(on.clock.nowMs() - nowMs).toBeGreaterThan(110_000);
  });

  it("each step has its own budget", async () => {
    const on = scene(present(), { stopTakesMs: 100_000, releaseTakesMs: 100_000 });
    const timeouts = { startMs: 1_000, stopMs: 120_000, releaseMs: 120_000 };
    expect(await run(on, { state: "released", timeouts })).toMatchObject({ releasedBy: "declaration" });
  });

  it("fails at once at a status from which it can't come by itself", async () => {
    const on = scene(present({ status: "stopped" }), { startTakesMs: 3_000_000 });
    on.ecs.after(3_000, () => on.ecs.change(instanceId, { status: "Quarantined" }));
    const error = await unfinished(run(on, { state: "running" }));
    expect(error.message).toContain("Quarantined");
    expect(on.clock.nowMs() - nowMs).toBeLessThan(20_000);
  });
});

describe("permission", () => {
  it.each(five)("$write: asked right before it, and its refusal stops everything", async ({ write, wish, seen }) => {
    const allowed = scene(present(seen));
    await run(allowed, wish);
    expect(allowed.permitted.map(({ kind }) => kind)).toEqual([write]);

    const refused = scene(present(seen));
    refused.refuse = () => new Error("the engine is gone");
    const error = await unfinished(run(refused, wish));
    expect(refused.ecs.names()).toEqual(["observe"]);
    expect(error.message).toBe("the engine is gone");
    expect(error.reached?.done).toEqual([]);
  });

  it("is asked again for each send", async () => {
    const on = scene(present({ status: "stopped" }));
    on.ecs.fail("release", ecsError("Throttling", "throttled", { retryAfterMs: 1_000 }), lostAnswer());
    await run(on, { state: "released" });
    expect(on.permitted.map(({ kind }) => kind)).toEqual(["release", "release", "release"]);
  });

  it("refused for the release, after the stop: what was reached is told", async () => {
    const on = scene(present());
    on.refuse = (step) => (step.kind === "release" ? new Error("used up") : undefined);
    const error = await unfinished(run(on, { state: "released" }));
    expect(on.ecs.writes()).toEqual(["stop"]);
    expect(error.reached?.observed).toMatchObject({ status: "stopped" });
    expect(error.reached?.done).toHaveLength(1);
  });
});
