import { describe, expect, test } from "vitest";
import { askCore, outcome, rowsOf, worldOf } from "./support";

const set = (text: string, switches = {}) => {
  const world = worldOf([{ InstanceId: "i-a" }], { switches });
  const execution = askCore(world, "ModifyInstanceAutoReleaseTime", { InstanceId: "i-a", AutoReleaseTime: text });
  return { code: outcome(execution), body: execution.body, kept: world.find("i-a")?.instance.AutoReleaseTime };
};

// The world's time is 2026-03-01T08:00:20Z.
describe("the window from 30 minutes to 3 years", () => {
  test.each([
    { reason: "half an hour ahead after cutting", text: "2026-03-01T08:31:00Z", kept: "2026-03-01T08:31:00Z" },
    { reason: "seconds are cut, not rounded", text: "2026-03-01T08:31:59Z", kept: "2026-03-01T08:31:00Z" },
    { reason: "three years to the day", text: "2029-03-01T08:00:20Z", kept: "2029-03-01T08:00:00Z" },
    { reason: "cut below half an hour", text: "2026-03-01T08:30:30Z", kept: "" },
    { reason: "29 minutes", text: "2026-03-01T08:29:30Z", kept: "" },
    { reason: "the past", text: "2020-01-01T00:00:00Z", kept: "" },
    { reason: "a minute more than three years", text: "2029-03-01T08:01:00Z", kept: "" },
    { reason: "no seconds", text: "2026-03-01T09:00Z", kept: "" },
    { reason: "an offset", text: "2026-03-01T17:00:00+08:00", kept: "" },
    { reason: "a day that isn't", text: "2026-06-31T09:00:00Z", kept: "" },
    { reason: "empty", text: "", kept: "" },
    { reason: "what a careless client makes of nothing", text: "undefined", kept: "" },
  ])("$reason", ({ reason, text, kept }) => {
    const result = set(text);
    expect(result.kept, reason).toBe(kept);
    expect(result.code, reason).toBe(kept === "" ? "InvalidAutoReleaseTime.Malformed" : "ok");
    if (kept === "") expect(result.body["Message"]).toBe("The specified paramter autoReleaseTime is not valid.");
  });

  test("a refusal leaves the earlier time in force", () => {
    const world = worldOf([{ InstanceId: "i-a", AutoReleaseTime: "2026-03-01T12:00:00Z" }]);
    askCore(world, "ModifyInstanceAutoReleaseTime", { InstanceId: "i-a", AutoReleaseTime: "2026-03-01T08:10:00Z" });
    expect(world.find("i-a")?.instance.AutoReleaseTime).toBe("2026-03-01T12:00:00Z");
  });
});

describe("when the minute comes", () => {
  test.each(["Running", "Stopped", "Stopping", "Starting"] as const)("%s and protected, it is released", (Status) => {
    const world = worldOf([
      {
        InstanceId: "i-a",
        Status,
        DeletionProtection: true,
        AutoReleaseTime: "2026-03-01T09:00:00Z",
        timings: { startMs: null, stopMs: null },
      },
    ]);
    world.advance(59 * 60_000 + 39_999);
    expect(world.find("i-a")?.released).toBe(false);
    world.advance(1);
    expect(world.find("i-a")?.released).toBe(true);
    world.advance(1000);
    expect(world.find("i-a")).toBeUndefined();
    expect(world.ledger.entries({ action: "timer:autoRelease" })).toMatchObject([
      { at: "2026-03-01T09:00:00.000Z", effect: `i-a: ${Status} -> released` },
    ]);
  });

  test("a long jump of the clock brings everything in its order", () => {
    const world = worldOf([{ InstanceId: "i-a", AutoReleaseTime: "2026-03-01T09:00:00Z" }]);
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.advance(24 * 3_600_000);
    expect(world.find("i-a")).toBeUndefined();
    expect(world.ledger.entries({ action: "timer:autoRelease" })).toMatchObject([
      { effect: "i-a: Stopped -> released" },
    ]);
  });

  test("cancelled or postponed, the old minute passes without effect", () => {
    const world = worldOf([
      { InstanceId: "i-a", AutoReleaseTime: "2026-03-01T09:00:00Z" },
      { InstanceId: "i-b", AutoReleaseTime: "2026-03-01T09:00:00Z" },
    ]);
    askCore(world, "ModifyInstanceAutoReleaseTime", { InstanceId: "i-a" });
    askCore(world, "ModifyInstanceAutoReleaseTime", { InstanceId: "i-b", AutoReleaseTime: "2026-03-01T10:00:00Z" });
    world.advance(90 * 60_000);
    const { body } = askCore(world, "DescribeInstances", { RegionId: "cn-hangzhou" });
    expect(rowsOf(body)).toMatchObject([
      { InstanceId: "i-a", AutoReleaseTime: "" },
      { InstanceId: "i-b", AutoReleaseTime: "2026-03-01T10:00Z" },
    ]);
    world.advance(3_600_000);
    expect(world.find("i-a")).toBeDefined();
    expect(world.find("i-b")).toBeUndefined();
  });

  test("it outlives a stop and a start", () => {
    const world = worldOf([{ InstanceId: "i-a", AutoReleaseTime: "2026-03-01T09:00:00Z" }]);
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.advance(3000);
    askCore(world, "StartInstance", { InstanceId: "i-a" });
    world.advance(3000);
    expect(world.find("i-a")?.instance).toMatchObject({ Status: "Running", AutoReleaseTime: "2026-03-01T09:00:00Z" });
  });
});
