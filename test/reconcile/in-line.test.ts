import { describe, expect, it } from "vitest";
import { instanceId, minutesFromNow, present, recorded, type Wish } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { looksBeforeWrites, run, scene, unfinished } from "../support/scene";

const day = minutesFromNow(24 * 60);
const minuteMs = 60_000;

const refused = (minutes: number) => ecsError("Throttling.User", "throttled", { retryAfterMs: minutes * minuteMs });

describe("standing in line for the call limit", () => {
  it("counts against no budget: that begins when the first call is let through", async () => {
    const on = scene(present(), { stopTakesMs: 8 * minuteMs });
    on.ecs.fail("stop", refused(5), refused(5));
    const reached = await run(on, { state: "stopped" });
    expect(reached.observed).toMatchObject({ status: "stopped" });
    looksBeforeWrites(on);
  });

  it("nor does a wait whose looks are held back", async () => {
    const on = scene(present(), { stopTakesMs: 12 * minuteMs });
    const observe = on.ecs.observe.bind(on.ecs);
    on.ecs.observe = async (ids) => {
      const queuedMs = on.ecs.count("stop") === 0 ? 0 : 30_000;
      on.clock.advance(queuedMs);
      return { ...(await observe(ids)), queuedMs };
    };
    expect((await run(on, { state: "stopped" })).observed).toMatchObject({ status: "stopped" });
  });

  it("what has changed in the meantime is seen, and nothing is sent on what was there before", async () => {
    const on = scene(present());
    on.ecs.fail("stop", refused(5));
    on.ecs.after(2 * minuteMs, () => on.ecs.change(instanceId, { status: "stopped", stoppedMode: "KeepCharging" }));
    await run(on, { state: "stopped" });
    expect(on.ecs.effective("stop")).toBe(0);
    expect(on.ecs.count("stop")).toBe(1);
  });

  it("nothing was sent the first time, and somebody else was quicker: that was no stop of ours", async () => {
    const on = scene(present());
    const send = on.ecs.stop.bind(on.ecs);
    on.ecs.stop = async (id, options, precondition) => {
      on.ecs.stop = send;
      expect(await precondition()).toBe(true);
      on.ecs.change(instanceId, { status: "stopped", stoppedMode: "KeepCharging" });
      return await send(id, options, precondition);
    };
    const stop = {
      mode: "StopCharging",
      force: false,
      forceAfterMs: undefined,
      hibernate: false,
      applyModeNow: true,
    } as const;
    const { observed } = await run(on, { state: "stopped", stop });
    expect(observed).toMatchObject({ status: "stopped", stoppedMode: "StopCharging" });
    expect(on.ecs.writes()).toEqual(["start", "stop"]);
  });

  it("a permission that takes long to be had: what it was asked for is looked at again", async () => {
    const on = scene(present());
    on.refuse = () => {
      on.clock.advance(6_000);
      on.ecs.change(instanceId, { status: "stopped", stoppedMode: "KeepCharging" });
      return undefined;
    };
    await run(on, { state: "stopped" });
    expect(on.ecs.names()).toEqual(["observe", "observe"]);
  });

  it("a release time that has come too near in the meantime is refused, not sent", async () => {
    const on = scene(present());
    const soon: Wish = { releaseTime: { kind: "at", at: minutesFromNow(33) } };
    on.ecs.fail("setReleaseTime", refused(5));
    const error = await unfinished(run(on, soon));
    expect(error.message).toMatch(/less than 30 minutes ahead/);
    expect(on.ecs.count("setReleaseTime")).toBe(1);
  });
});

describe("a release time of ours that is to go and is not there", () => {
  const withdrawn: Wish = { releaseTime: { kind: "withdrawn" } };
  const ours = recorded({ declaredReleaseTime: day, ownReleaseTime: day });

  it("a look that was older than that time: it is found by the next one, and cancelled", async () => {
    const on = scene(present());
    on.ecs.after(4_000, () => on.ecs.change(instanceId, { releaseTime: day }));
    await run(on, withdrawn, ours);
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
  });

  it("really gone: one more look, no write", async () => {
    const on = scene(present());
    await run(on, withdrawn, ours);
    expect(on.ecs.names()).toEqual(["observe", "observe"]);
  });

  it("cancelled by us: no further look than the one that shows it", async () => {
    const on = scene(present({ releaseTime: day }));
    await run(on, withdrawn, ours);
    expect(on.ecs.names()).toEqual(["observe", "cancelReleaseTime", "observe"]);
  });
});
