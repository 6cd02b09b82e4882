import { describe, expect, it } from "vitest";
import { instanceId, localDisk, nowMs, present, systemDisk, type Wish } from "../support/builders";
import { type Call, ecsError, lostAnswer } from "../support/fake-ecs";
import { looksBeforeWrites, run, type Scene, scene, unfinished } from "../support/scene";

const never = 999_999_999;
const afterMs = 90_000;
const gentlyThenForce: Wish = { state: "stopped", stop: { forceAfterMs: afterMs } };

function stops({ ecs }: Scene): readonly Call[] {
  return ecs.calls.filter(({ name }) => name === "stop");
}

function isForced(call: Call): boolean {
  return (call.options as { force: boolean }).force;
}

function forced(on: Scene): readonly Call[] {
  return stops(on).filter(isForced);
}

describe("stop.forceAfter", () => {
  it("gently, and by force exactly once when it has not stopped after that long, recorded with its reason", async () => {
    const on = scene(present(), { stopTakesMs: never });
    const reached = await run(on, gentlyThenForce);
    expect(stops(on).map(({ options }) => options)).toEqual([
      { mode: "KeepCharging", force: false, hibernate: false },
      { mode: "KeepCharging", force: true, hibernate: false },
    ]);
    expect(reached.observed).toMatchObject({ status: "stopped" });
    expect(reached.done.map(({ call }) => call)).toEqual(["StopInstance", "StopInstance"]);
    expect(reached.done[1]?.because).toMatch(/forceAfter.*90 s/);
    expect(on.permitted.map(({ kind }) => kind)).toEqual(["stop", "stop"]);
    looksBeforeWrites(on);
  });

  it.each([
    1_000, 5_000, 7_500, 90_000, 300_000,
  ])("never before %d ms are over, and soon after", async (forceAfterMs) => {
    const on = scene(present(), { stopTakesMs: never });
    await run(on, { state: "stopped", stop: { forceAfterMs } });
    const [gentle, force] = stops(on);
    const waitedMs = (force?.atMs ?? 0) - (gentle?.atMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(forceAfterMs);
    expect(waitedMs).toBeLessThanOrEqual(forceAfterMs + 6_000);
  });

  it("stopped in time: never by force", async () => {
    const on = scene(present(), { stopTakesMs: afterMs - 10_000 });
    await run(on, gentlyThenForce);
    expect(stops(on)).toHaveLength(1);
    expect(forced(on)).toEqual([]);
  });

  const found: readonly { readonly reason: string; readonly wish: Wish; readonly end: string }[] = [
    { reason: "to stop it", wish: gentlyThenForce, end: "stopped" },
    { reason: "to release it", wish: { ...gentlyThenForce, state: "released" }, end: "gone" },
  ];

  it.each(found)("found Stopping, $reason: by force once", async ({ wish, end }) => {
    const on = scene(present({ status: "stopping" }));
    const reached = await run(on, wish);
    expect(stops(on)).toHaveLength(1);
    expect(forced(on)).toHaveLength(1);
    expect(reached.observed).toMatchObject(end === "gone" ? { presence: "absent" } : { status: "stopped" });
    looksBeforeWrites(on);
  });

  it("found Stopping, and running is declared: nothing is forced", async () => {
    const on = scene(present({ status: "stopping" }));
    on.ecs.after(200_000, () => on.ecs.change(instanceId, { status: "stopped" }));
    const reached = await run(on, { state: "running", stop: { forceAfterMs: afterMs } });
    expect(reached.observed).toMatchObject({ status: "running" });
    expect(stops(on)).toEqual([]);
  });

  it("refused with IncorrectInstanceStatus while it is stopping: not sent again, and its end is waited for", async () => {
    const on = scene(present(), { stopTakesMs: 200_000, refusesForceWhileStopping: true });
    const reached = await run(on, gentlyThenForce);
    expect(forced(on)).toHaveLength(1);
    expect(on.ecs.effective("stop")).toBe(1);
    expect(reached.observed).toMatchObject({ status: "stopped" });

    const found = scene(present({ status: "stopping" }), { refusesForceWhileStopping: true });
    const error = await unfinished(run(found, gentlyThenForce));
    expect(forced(found)).toHaveLength(1);
    expect(error.message).toMatch(/last seen stopping/);
    expect(found.clock.nowMs() - nowMs).toBeLessThanOrEqual(600_000);
  });

  it("refused for the call limit, it did not run: it is sent again", async () => {
    const on = scene(present(), { stopTakesMs: never });
    on.ecs.fail("stop", "works", ecsError("Throttling.User", "throttled", { retryAfterMs: 5_000 }));
    const reached = await run(on, gentlyThenForce);
    expect(reached.observed).toMatchObject({ status: "stopped" });
    expect(on.ecs.calls.filter((call) => call.name === "stop" && isForced(call) && call.effect)).toHaveLength(1);
    looksBeforeWrites(on);
  });

  it.each([true, false])("its answer got lost, executed %s: it takes effect once", async (executed) => {
    const on = scene(present(), { stopTakesMs: never });
    on.ecs.fail("stop", "works", { error: lostAnswer(), executed });
    const reached = await run(on, gentlyThenForce);
    expect(reached.observed).toMatchObject({ status: "stopped" });
    expect(on.ecs.calls.filter((call) => call.name === "stop" && isForced(call) && call.effect)).toHaveLength(1);
    looksBeforeWrites(on);
  });

  it("a gentle stop that was accepted and never shows: by force all the same, though it seems to run", async () => {
    // The guest ignores the request, and what was on its way to Stopped shows as Running again.
    const on = scene(present(), { stopTakesMs: never });
    const gentle = on.ecs.stop.bind(on.ecs);
    on.ecs.stop = async (id, options, precondition) => {
      const receipt = await gentle(id, options, precondition);
      if (!options.force) on.ecs.change(id, { status: "running" });
      return receipt;
    };
    const reached = await run(on, gentlyThenForce);
    expect(reached.observed).toMatchObject({ status: "stopped" });
    expect(forced(on)).toHaveLength(1);
  });

  it("not even that helps: the one budget of the stop ends it, and says what was last seen", async () => {
    const on = scene(present(), { stopTakesMs: never, forceStopTakesMs: never });
    const error = await unfinished(run(on, { ...gentlyThenForce, timeouts: { stopMs: 200_000 } }));
    expect(error.message).toMatch(/last seen stopping/);
    expect(forced(on)).toHaveLength(1);
    expect(error.reached?.done).toHaveLength(2);
    expect(on.clock.nowMs() - nowMs).toBeLessThanOrEqual(200_000);
  });

  it("permission is asked for the force, too", async () => {
    const on = scene(present(), { stopTakesMs: never });
    on.refuse = (step) => (step.kind === "stop" && step.force ? new Error("the engine is gone") : undefined);
    const error = await unfinished(run(on, gentlyThenForce));
    expect(error.message).toContain("the engine is gone");
    expect(forced(on)).toEqual([]);
    expect(error.reached?.done).toHaveLength(1);
  });

  it("another machine under the same id is not powered off", async () => {
    const on = scene(present(), { stopTakesMs: never });
    on.ecs.after(30_000, () => on.ecs.change(instanceId, { serialNumber: "serial-2" }));
    await unfinished(run(on, gentlyThenForce));
    expect(forced(on)).toEqual([]);
  });

  it("before a release: by force in KeepCharging, and then it goes", async () => {
    const on = scene(present(), { stopTakesMs: never });
    const stop = { forceAfterMs: afterMs, mode: "StopCharging" } as const;
    const reached = await run(on, { state: "released", stop });
    expect(stops(on).map(({ options }) => options)).toEqual([
      { mode: "KeepCharging", force: false, hibernate: false },
      { mode: "KeepCharging", force: true, hibernate: false },
    ]);
    expect(reached.releasedBy).toBe("declaration");
    expect(on.ecs.calls.find(({ name }) => name === "release")?.options).toEqual({ force: false });
  });

  it("to stop it: by force in the declared mode", async () => {
    const on = scene(present(), { stopTakesMs: never, disks: [systemDisk] });
    await run(on, { state: "stopped", stop: { forceAfterMs: afterMs, mode: "StopCharging" } });
    expect(forced(on).map(({ options }) => options)).toEqual([{ mode: "StopCharging", force: true, hibernate: false }]);
  });
});

describe("stop.hibernate", () => {
  it("is sent with the stop, and never with one before a release", async () => {
    const on = scene(present());
    await run(on, { state: "stopped", stop: { hibernate: true } });
    expect(stops(on).map(({ options }) => options)).toEqual([{ mode: "KeepCharging", force: false, hibernate: true }]);
    const released = scene(present());
    await run(released, { state: "released", stop: { hibernate: true } });
    expect(stops(released).map(({ options }) => options)).toEqual([
      { mode: "KeepCharging", force: false, hibernate: false },
    ]);
  });
});

describe("stop.applyModeNow", () => {
  const wish: Wish = { state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } };
  const kept = present({ status: "stopped", stoppedMode: "KeepCharging" });

  it("starts and stops once, and then there is nothing to do", async () => {
    const on = scene(kept, { disks: [systemDisk] });
    const reached = await run(on, wish);
    expect(on.ecs.writes()).toEqual(["start", "stop"]);
    expect(reached.observed).toMatchObject({ status: "stopped", stoppedMode: "StopCharging" });
    looksBeforeWrites(on);
    expect((await run(on, wish)).done).toEqual([]);
    expect(on.ecs.writes()).toEqual(["start", "stop"]);
  });

  it("ends with an error when ECS keeps the other mode, and does not start again", async () => {
    for (const [seen, writes] of [
      [kept, ["start", "stop"]],
      [present(), ["stop"]],
    ] as const) {
      const on = scene(seen, { disks: [systemDisk], keepsMode: "KeepCharging" });
      const error = await unfinished(run(on, wish));
      expect(on.ecs.writes()).toEqual(writes);
      expect(error.message).toMatch(/^stop\.mode: .*StopCharging.*KeepCharging/);
      expect(error.reached?.observed).toMatchObject({ status: "stopped", stoppedMode: "KeepCharging" });
    }
  });

  it("what can't work is refused before it is started", async () => {
    for (const [seen, disks] of [
      [{}, [localDisk]],
      [{ chargeType: "PrePaid" }, [systemDisk]],
      [{ networkType: "classic" }, [systemDisk]],
    ] as const) {
      const on = scene({ ...kept, ...seen }, { disks });
      const error = await unfinished(run(on, wish));
      expect(error.message).toMatch(/^stop\.mode: /);
      expect(on.ecs.writes()).toEqual([]);
    }
  });

  it("no stock for the start: an error, and it stays as it was", async () => {
    const on = scene(kept, { disks: [systemDisk] });
    on.ecs.fail("start", ecsError("OperationDenied.NoStock", "capacity"));
    const error = await unfinished(run(on, wish));
    expect(error.message).toMatch(/NoStock/);
    expect(on.ecs.writes()).toEqual(["start"]);
    expect(on.ecs.get(instanceId)).toMatchObject({ status: "stopped" });
  });

  it("a run that died at any call is finished by the next, each call taking effect once", async () => {
    const clean = scene(kept, { disks: [systemDisk] });
    await run(clean, wish);
    for (let index = 0; index < clean.ecs.calls.length; index += 1) {
      for (const executed of [true, false]) {
        const on = scene(kept, { disks: [systemDisk] });
        const dead = on.ecs.killAt(index, executed);
        void run(on, wish);
        await dead;
        const reached = await run(on, wish);
        expect(reached.observed, `killed at ${index}`).toMatchObject({
          status: "stopped",
          stoppedMode: "StopCharging",
        });
        expect([on.ecs.effective("start"), on.ecs.effective("stop")], `killed at ${index}`).toEqual([1, 1]);
      }
    }
  });
});

describe("StopCharging", () => {
  it("the disks are looked at before it is sent; a local one refuses it", async () => {
    const on = scene(present(), { disks: [systemDisk, localDisk] });
    const error = await unfinished(run(on, { state: "stopped", stop: { mode: "StopCharging" } }));
    expect(error.message).toMatch(/^stop\.mode: .*d-local/);
    expect(on.ecs.writes()).toEqual([]);
    const kept = scene(present(), { disks: [localDisk] });
    await run(kept, { state: "stopped" });
    expect(kept.ecs.names()).not.toContain("inspect");
  });
});
