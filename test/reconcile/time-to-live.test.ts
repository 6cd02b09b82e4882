import { describe, expect, it } from "vitest";
import { instanceId, minutesFromNow, nowMs, present, recorded, regionId, type Wish } from "../support/builders";
import { ecsError, lostAnswer } from "../support/fake-ecs";
import { looksBeforeWrites, run, type Scene, scene, unfinished } from "../support/scene";

const eight = minutesFromNow(8 * 60);
const wish: Wish = { releaseTime: { kind: "after", afterMs: 8 * 3_600_000, renew: undefined } };

function setTo({ ecs }: Scene): readonly string[] {
  return ecs.calls.filter(({ name }) => name === "setReleaseTime").map(({ options }) => (options as { at: string }).at);
}

describe("a time to live", () => {
  it("is counted from the first look, set, and told", async () => {
    const on = scene(present());
    const reached = await run(on, wish, "firstUp");
    expect(setTo(on)).toEqual([eight]);
    expect(reached).toMatchObject({ fixedReleaseTime: eight, observed: { releaseTime: eight } });
    looksBeforeWrites(on);
  });

  it.each([
    [
      "throttled for minutes",
      Array.from({ length: 8 }, () => ecsError("Throttling", "throttled", { retryAfterMs: 14_000 })),
    ],
    ["in between for a while", Array.from({ length: 30 }, () => ecsError("OperationConflict", "wait"))],
    ["two lost answers", [lostAnswer(), lostAnswer()]],
  ])("does not move while it is tried again: %s", async (_reason, faults) => {
    const on = scene(present());
    on.ecs.fail("setReleaseTime", ...faults);
    const reached = await run(on, wish, "firstUp");
    expect(setTo(on).length).toBeGreaterThan(1);
    expect(new Set(setTo(on))).toEqual(new Set([eight]));
    expect(reached.fixedReleaseTime).toBe(eight);
  });

  it("does not move while the machine stops", async () => {
    const on = scene(present(), { stopTakesMs: 300_000 });
    await run(on, { ...wish, state: "stopped" }, "firstUp");
    expect(on.ecs.writes()).toEqual(["stop", "setReleaseTime"]);
    expect(setTo(on)).toEqual([eight]);
  });

  it("an earlier time that the first look was too old to show is kept all the same", async () => {
    const earlier = minutesFromNow(4 * 60);
    const on = scene(present());
    on.ecs.after(3_000, () => on.ecs.change(instanceId, { releaseTime: earlier }));
    const reached = await run(on, { ...wish, state: "stopped" }, "firstUp");
    expect(on.ecs.writes()).toEqual(["stop"]);
    expect(reached.fixedReleaseTime).toBe(earlier);
  });

  it("what was fixed before is kept; a second run has nothing to do", async () => {
    const fixed = minutesFromNow(5 * 60);
    const before = recorded({
      declared: { instanceId, regionId, autoReleaseAfter: "8h" },
      declaredReleaseTime: fixed,
      fixedReleaseTime: fixed,
    });
    const on = scene(present({ releaseTime: fixed }));
    const reached = await run(on, wish, before);
    expect(reached.done).toEqual([]);
    expect(reached.fixedReleaseTime).toBe(fixed);
    const moved = scene(present({ releaseTime: minutesFromNow(60) }));
    await run(moved, wish, before);
    expect(setTo(moved)).toEqual([fixed]);
  });

  it("an earlier time that is found on adoption is kept and counts as fixed", async () => {
    const on = scene(present({ releaseTime: minutesFromNow(60) }));
    const reached = await run(on, wish, "firstUp");
    expect(on.ecs.writes()).toEqual([]);
    expect(reached.fixedReleaseTime).toBe(minutesFromNow(60));
  });

  it("a first run that died after it was set: the next one does not postpone it", async () => {
    const clean = scene(present());
    await run(clean, wish, "firstUp");
    for (let index = 0; index < clean.ecs.calls.length; index += 1) {
      const on = scene(present());
      const dead = on.ecs.killAt(index, true);
      void run(on, wish, "firstUp");
      await dead;
      const set = setTo(on)[0];
      on.clock.advance(600_000);
      const reached = await run(on, wish, "firstUp");
      expect(on.ecs.effective("setReleaseTime")).toBe(1);
      if (set !== undefined) expect(reached.fixedReleaseTime).toBe(set);
    }
  });

  it("half-way: the end that was fixed is told, so that the next run keeps it", async () => {
    const on = scene(present());
    on.ecs.fail("setReleaseTime", ecsError("Forbidden.RAM", "auth"));
    const error = await unfinished(run(on, { ...wish, state: "stopped" }, "firstUp"));
    expect(error.reached).toMatchObject({ fixedReleaseTime: eight, observed: { status: "stopped" } });
  });

  it("the step and every refusal name the argument that was written", async () => {
    const on = scene(present());
    const reached = await run(on, wish, "firstUp");
    expect(reached.done[0]?.because).toMatch(/autoReleaseAfter/);
    const refused = scene(present({ deletionProtection: true }));
    expect((await unfinished(run(refused, wish, "firstUp"))).message).toMatch(/^autoReleaseAfter: /);
    expect(refused.ecs.writes()).toEqual([]);
  });

  it("too short a rest to reach ECS in time is refused, never sent late or moved", async () => {
    const fixed = minutesFromNow(20);
    const before = recorded({
      declared: { instanceId, regionId, autoReleaseAfter: "8h" },
      declaredReleaseTime: fixed,
      fixedReleaseTime: fixed,
    });
    const on = scene(present());
    await unfinished(run(on, wish, before));
    expect(setTo(on)).toEqual([]);
    expect(on.clock.nowMs()).toBe(nowMs);
  });
});
