import { expect, test } from "vitest";
import type { Credential, ThrottleRule, World } from "../../emulator/index";
import { askCore, emulatorForTest, outcome, worldOf } from "./support";

const minuteMs = 60_000;
/** `now` is twenty seconds into a minute; every test begins at a full one. */
const atFullMinute = (throttle: ThrottleRule[]): World => {
  const world = worldOf([{ InstanceId: "i-a" }, { InstanceId: "i-far", RegionId: "cn-beijing" }], {
    throttle,
    credentials: [
      { accessKeyId: "one", accessKeySecret: "s" },
      { accessKeyId: "two", accessKeySecret: "s", userName: "ann" },
      { accessKeyId: "other", accessKeySecret: "s", accountId: "2000000000000002" },
    ],
  });
  world.advance(40_000);
  return world;
};

const key = (accessKeyId: string): Credential => ({
  accessKeyId,
  accessKeySecret: "s",
  ...(accessKeyId === "other" ? { accountId: "2000000000000002" } : {}),
});

/** How many of so many calls are let through. */
function passed(world: World, calls: number, action = "DescribeInstances", by = "one", RegionId = "cn-hangzhou") {
  const outcomes = Array.from({ length: calls }, () => outcome(askCore(world, action, { RegionId }, key(by))));
  expect(outcomes.every((each) => each === "ok" || each === "Throttling.User")).toBe(true);
  return outcomes.filter((each) => each === "ok").length;
}

test("an account's calls in a region are counted together, those of others apart", () => {
  const world = atFullMinute([{ action: "DescribeInstances", perMinute: 5 }]);
  expect(passed(world, 3)).toBe(3);
  // Another key of the same account eats from the same quota.
  expect(passed(world, 3, "DescribeInstances", "two")).toBe(2);
  expect(passed(world, 3)).toBe(0);
  expect(passed(world, 6, "DescribeInstances", "other")).toBe(5);
  expect(passed(world, 6, "DescribeInstances", "one", "cn-beijing")).toBe(5);
  // Other calls have a quota of their own, here none.
  expect(passed(world, 20, "DescribeDisks")).toBe(20);
});

test("each call has its own quota unless a star makes them share one", () => {
  const own = atFullMinute([
    { action: "DescribeInstances", perMinute: 2 },
    { action: "DescribeDisks", perMinute: 2 },
  ]);
  expect([passed(own, 3), passed(own, 3, "DescribeDisks")]).toEqual([2, 2]);
  const shared = atFullMinute([{ action: "Describe*", perMinute: 2 }]);
  expect([passed(shared, 1), passed(shared, 3, "DescribeDisks")]).toEqual([1, 1]);
});

test("others eat from the quota too, evenly over the minute, and the next minute begins anew", () => {
  const world = atFullMinute([{ action: "DescribeInstances", perMinute: 10, foreignPerMinute: 8 }]);
  expect(passed(world, 1)).toBe(1);
  world.advance(minuteMs / 2);
  // Four of theirs by now, one of ours: five are left.
  expect(passed(world, 9)).toBe(5);
  world.advance(minuteMs / 2);
  expect(passed(world, 20)).toBe(10);
});

test("more foreign calls than the quota starve everybody towards the end of the minute", () => {
  const world = atFullMinute([{ action: "DescribeInstances", perMinute: 10, foreignPerMinute: 40 }]);
  world.advance(14_999);
  expect(passed(world, 1)).toBe(1);
  world.advance(1);
  expect(passed(world, 5)).toBe(0);
});

test("a rule with a window: a tenth of the quota for ten minutes", () => {
  const window = { from: "2026-03-01T08:05:00Z", to: "2026-03-01T08:15:00Z" };
  const world = atFullMinute([
    { action: "DescribeInstances", perMinute: 100 },
    { action: "DescribeInstances", perMinute: 10, window },
  ]);
  const perMinute: number[] = [];
  for (let minute = 1; minute <= 16; minute += 1) {
    perMinute.push(passed(world, 120));
    world.advance(minuteMs);
  }
  // The world begins its first minute here at 08:01.
  expect(perMinute).toEqual([100, 100, 100, 100, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 100, 100]);
});

test("by the control port the rules change in the middle of a minute; what was counted stays counted", async () => {
  const emulator = await emulatorForTest({
    world: { now: "2026-03-01T08:00:00Z", throttle: [{ action: "DescribeRegions", perMinute: 100 }] },
  });
  const put = async (path: string, body: unknown) => {
    const response = await fetch(`${emulator.control}${path}`, { method: "PUT", body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const regions = (calls: number) =>
    Array.from({ length: calls }, () => outcome(askCore(emulator.world, "DescribeRegions"))).filter(
      (each) => each === "ok",
    ).length;
  expect(regions(5)).toBe(5);
  const rules = [{ action: "DescribeRegions", perMinute: 10 }];
  expect(await put("/throttle", { throttle: rules })).toEqual({ status: 200, body: { throttle: rules } });
  expect(regions(20)).toBe(5);
  expect(await put("/throttle", { throttle: [] })).toMatchObject({ status: 200 });
  expect(regions(20)).toBe(20);
  expect(await put("/throttle", { throttle: [{ action: "X", perMinute: -1 }] })).toMatchObject({ status: 400 });

  expect(await put("/lag", { lag: 500 })).toEqual({ status: 200, body: { lag: { minMs: 500, maxMs: 500 } } });
  expect(await (await fetch(`${emulator.control}/lag`)).json()).toEqual({ lag: { minMs: 500, maxMs: 500 } });
  expect(await put("/lag", { lag: 0 })).toEqual({ status: 200, body: { lag: 0 } });
  expect(await put("/lag", { lag: -1 })).toMatchObject({ status: 400 });
  expect(emulator.ledger().filter((row) => row.action.startsWith("control:"))).toMatchObject([
    { action: "control:putThrottle" },
    { action: "control:putThrottle" },
    { action: "control:putLag" },
    { action: "control:putLag" },
  ]);
});
