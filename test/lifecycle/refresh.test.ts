import { describe, expect, it } from "vitest";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { outputs } from "../support/recorded-outputs";
import { stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const seenAt = outputs().lastSeenAt;

describe("what a refresh leaves for the next check to remember", () => {
  it.each([
    ["a declared release time", { autoReleaseAt: day, autoReleaseTime: day }, { declaredAt: day }],
    ["the end of a time to live", { autoReleaseAfter: "1d", autoReleaseFixedAt: day }, { fixedAt: day }],
    ["nothing of a release time that is not declared", {}, {}],
  ])("is %s", async (_, recorded, remembered) => {
    const on = stage([present({ releaseTime: day })]);
    const { inputs } = await on.lifecycle.read(instanceId, outputs({ state: "running", ...recorded }));
    expect(JSON.parse(String(inputs.__recorded))).toEqual({ seenAt: expect.anything() as unknown, ...remembered });
    expect(on.said).toEqual([]);
  });

  it("is how it went, where it is gone", async () => {
    const on = stage([]);
    const { inputs } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(JSON.parse(String(inputs.__recorded))).toEqual({ seenAt, releasedBy: "unknown" });
  });

  it("is no moment where none was recorded", async () => {
    const on = stage();
    on.ecs.blind = true;
    const { inputs } = await on.lifecycle.read(instanceId, outputs({ state: "running", lastSeenAt: undefined }));
    expect(JSON.parse(String(inputs.__recorded))).toEqual({});
  });
});

it.each([
  "declaration",
  "timer",
])("gone for good by %s: a refresh asks for nothing and keeps it", async (releasedBy) => {
  for (const state of ["running", "released"]) {
    const on = stage();
    const recorded = outputs({ state, releasedBy, status: "released" });
    const { props } = await on.lifecycle.read(instanceId, recorded);
    expect(props).toEqual(recorded);
    expect(on.connects).toBe(0);
  }
});

it("recorded by a version with other rules: a refresh asks for nothing and keeps it", async () => {
  const on = stage();
  const recorded = outputs({ state: "paused" });
  expect((await on.lifecycle.read(instanceId, recorded)).props).toEqual(recorded);
  expect(on.connects).toBe(0);
});

it("what is there again is recorded as gone no more", async () => {
  const on = stage();
  const { props } = await on.lifecycle.read(instanceId, outputs({ releasedBy: "unknown", status: "absent" }));
  expect(props).toMatchObject({ status: "running", releasedBy: null, lastRun: outputs().lastRun });
});

it("drift is reported only where that is declared, and none of what is gone", async () => {
  const stopped = () => stage([present({ status: "stopped" })]);
  const correcting = await stopped().lifecycle.read(instanceId, outputs({ state: "running" }));
  expect(correcting.props.observedDrift).toBeNull();
  const reporting = await stopped().lifecycle.read(instanceId, outputs({ state: "running", drift: "report" }));
  expect(reporting.props.observedDrift).not.toBeNull();
  for (const declared of [{ state: "running" }, { state: "stopped" }, { autoReleaseAt: day }]) {
    const on = stage([]);
    const gone = await on.lifecycle.read(instanceId, outputs({ ...declared, drift: "report" }));
    expect(gone.props).toMatchObject({ releasedBy: "unknown", observedDrift: null });
    expect(on.said.join()).not.toMatch(/another machine/);
  }
});
