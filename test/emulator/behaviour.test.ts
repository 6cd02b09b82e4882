import { describe, expect, test } from "vitest";
import { parseWorld, World } from "../../emulator/index";
import { ask, askCore, emulatorForTest, now, outcome, rowsOf, worldOf } from "./support";

const here = { RegionId: "cn-hangzhou" };

function seen(world: World): unknown[] {
  return rowsOf(askCore(world, "DescribeInstances", here).body).map((row) => row["Status"]);
}

describe("economical mode", () => {
  const economical = { Status: "Stopped", StoppedMode: "StopCharging" } as const;

  test.each([
    {
      reason: "the instance is sold out",
      instance: { ...economical, noStock: true },
      zones: [],
      code: "OperationDenied.NoStock",
    },
    {
      reason: "its zone is",
      instance: economical,
      zones: [{ ZoneId: "cn-hangzhou-h", noStock: true }],
      code: "OperationDenied.NoStock",
    },
    {
      reason: "it kept its machine",
      instance: { Status: "Stopped", StoppedMode: "KeepCharging", noStock: true } as const,
      zones: [],
      code: "ok",
    },
  ])("a start where $reason: $code", ({ instance, zones, code }) => {
    const world = worldOf([{ InstanceId: "i-a", ...instance }], { zones });
    expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe(code);
  });

  test("the public address is given back, and another one comes", () => {
    const world = worldOf([
      { InstanceId: "i-a", InternetMaxBandwidthOut: 5, PublicIpAddress: { IpAddress: ["198.51.100.7"] } },
    ]);
    const address = () => world.find("i-a")?.instance.PublicIpAddress.IpAddress;
    askCore(world, "StopInstance", { InstanceId: "i-a", StoppedMode: "StopCharging" });
    world.advance(3000);
    expect(address()).toEqual([]);
    askCore(world, "StartInstance", { InstanceId: "i-a" });
    expect(address()).toHaveLength(1);
    expect(address()).not.toEqual(["198.51.100.7"]);
  });
});

test.each([
  { Configured: false, code: "HibernationConfigured.NotEnabled" },
  { Configured: true, code: "ok" },
])("Hibernate where it is $Configured: $code", ({ Configured, code }) => {
  const world = worldOf([{ InstanceId: "i-a", HibernationOptions: { Configured } }]);
  expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a", Hibernate: "true" }))).toBe(code);
});

describe("the interruption of a spot instance", () => {
  const spot = { SpotStrategy: "SpotAsPriceGo", reclaimAt: "2026-03-01T08:10:00Z" };

  test("announced, and five minutes later it is gone", () => {
    const world = worldOf([{ InstanceId: "i-a", ...spot }]);
    world.advance(10 * 60_000);
    expect(rowsOf(askCore(world, "DescribeInstances", here).body)).toMatchObject([
      { Status: "Running", OperationLocks: { LockReason: [{ LockReason: "Recycling" }] } },
    ]);
    world.advance(5 * 60_000);
    expect(seen(world)).toEqual([]);
    expect(world.ledger.entries().map((row) => [row.action, row.effect])).toContainEqual([
      "timer:reclaimed",
      "i-a: Running -> released",
    ]);
  });

  test("or stopped in economical mode", () => {
    const world = worldOf([{ InstanceId: "i-a", ...spot, SpotInterruptionBehavior: "Stop" }]);
    world.advance(15 * 60_000 + 3000);
    expect(world.find("i-a")?.instance).toMatchObject({
      Status: "Stopped",
      StoppedMode: "StopCharging",
      OperationLocks: { LockReason: [] },
    });
    expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe("ok");
  });

  test("by hand, and called off", async () => {
    const emulator = await emulatorForTest({
      world: { now, instances: [{ InstanceId: "i-a", SpotStrategy: "SpotAsPriceGo" }, { InstanceId: "i-b" }] },
    });
    emulator.patchInstance({ InstanceId: "i-a", reclaimAt: "2026-03-01T08:05:00Z" });
    emulator.patchInstance({ InstanceId: "i-a", reclaimAt: "" });
    emulator.advance(3_600_000);
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Running", OperationLocks: { LockReason: [] } });
    expect(() => emulator.patchInstance({ InstanceId: "i-b", reclaimAt: now })).toThrow("only a spot instance");
    expect(await ask(emulator, "DescribeRegions")).not.toHaveProperty("code");
  });
});

describe("how long things take", () => {
  test("so many looks", () => {
    const world = worldOf([{ InstanceId: "i-a", timings: { stopMs: { describes: 2 }, releaseMs: { describes: 1 } } }]);
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.advance(3_600_000);
    expect([seen(world), seen(world), seen(world)]).toEqual([["Stopping"], ["Stopping"], ["Stopped"]]);
    askCore(world, "DeleteInstance", { InstanceId: "i-a" });
    expect([seen(world), seen(world)]).toEqual([["Stopped"], []]);
  });

  test("a look at others doesn't count", () => {
    const world = worldOf([{ InstanceId: "i-a", timings: { stopMs: { describes: 1 } } }, { InstanceId: "i-b" }]);
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    for (let n = 0; n < 5; n += 1) {
      askCore(world, "DescribeInstances", { ...here, InstanceIds: '["i-b"]' });
      askCore(world, "DescribeInstances", { ...here, Status: "Stopped" });
    }
    expect(seen(world)).toEqual(["Stopping", "Running"]);
    expect(seen(world)).toEqual(["Stopped", "Running"]);
  });

  test("drawn from the seed: the same in each run, within its bounds", () => {
    const times = (seed: number) => {
      const world = new World({ now, timings: { stopMs: { minMs: 100, maxMs: 200 } } }, { seed });
      return Array.from({ length: 20 }, (_, n) => {
        world.putInstance({ InstanceId: `i-${n}` });
        askCore(world, "StopInstance", { InstanceId: `i-${n}` });
        return (world.find(`i-${n}`)?.statusDue.atMs ?? 0) - world.now();
      });
    };
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
    for (const ms of times(3)) expect(ms >= 100 && ms <= 200).toBe(true);
  });

  test.each([
    { timings: { stopMs: { describes: 0 } }, says: "stopMs" },
    { timings: { stopMs: { minMs: 2, maxMs: 1 } }, says: "stopMs" },
    { timings: { stopMs: { failsAfterMs: 1 } }, says: "stopMs" },
  ])("$timings is a mistake", ({ timings, says }) => {
    expect(() => parseWorld({ timings })).toThrow(says);
  });
});

describe("throttling", () => {
  test("so many a minute, of each account in each region", async () => {
    const emulator = await emulatorForTest({
      world: { now, throttle: [{ action: "Describe*", perMinute: 2, retryAfter: "37" }] },
    });
    const call = (RegionId: string) => ask(emulator, "DescribeInstances", { RegionId });
    expect((await call("cn-hangzhou")).code).toBeUndefined();
    expect((await call("cn-hangzhou")).code).toBeUndefined();
    expect(await call("cn-hangzhou")).toMatchObject({
      code: "Throttling.User",
      status: 400,
      body: { Message: "Request was denied due to user flow control." },
    });
    expect((await call("cn-beijing")).code).toBeUndefined();
    // 08:00:20, so the next minute is 40 seconds away.
    emulator.advance(39_999);
    expect((await call("cn-hangzhou")).code).toBe("Throttling.User");
    emulator.advance(1);
    expect((await call("cn-hangzhou")).code).toBeUndefined();
  });

  test("other calls aren't counted, and nothing is done", () => {
    const world = worldOf([{ InstanceId: "i-a" }], {
      throttle: [{ action: "StopInstance", perMinute: 0, retryAfter: "9" }],
    });
    expect(seen(world)).toEqual(["Running"]);
    expect(askCore(world, "StopInstance", { InstanceId: "i-a" })).toMatchObject({
      code: "Throttling.User",
      effect: "none",
      retryAfter: "9",
    });
    expect(seen(world)).toEqual(["Running"]);
  });
});

test.each([
  { world: { disks: [{ DiskId: "d-a", InstanceId: "i-none" }] }, says: "disks[0].InstanceId: there is no instance" },
  { world: { disks: [{ DiskId: "d-a" }, { DiskId: "d-a" }] }, says: "disks[1].DiskId: d-a is there twice" },
  {
    world: { disks: [{ DiskId: "d-a", Sizes: 1 }] },
    says: "disks[0].Sizes: there is no such field; did you mean Size?",
  },
  { world: { snapshots: [{ SnapshotId: "x" }] }, says: "snapshots[0].SnapshotId: must be s-" },
  { world: { roles: [{ arn: "ops" }] }, says: "roles[0].arn: must be such as" },
  { world: { throttle: [{ action: "X", perMinutes: 1 }] }, says: "throttle[0].perMinute" },
  { world: { zones: [{ ZoneId: "H" }] }, says: "zones[0].ZoneId: must be a zone" },
  { world: { oidcTokens: [{ tokn: "x" }] }, says: "oidcTokens[0]" },
])("$says", ({ world, says }) => {
  expect(() => parseWorld(world)).toThrow(says);
});

test("a reset repeats a run to the letter", () => {
  const world = new World({
    now,
    instances: [{ InstanceId: "i-a" }],
    timings: { pendingMs: { minMs: 0, maxMs: 9000 } },
  });
  const run = () => {
    const params = { ...here, ImageId: "aliyun_3", InstanceType: "ecs.g7.large", Amount: "3" };
    const { body } = askCore(world, "RunInstances", params);
    world.advance(5000);
    return [body, world.toFile()];
  };
  const first = run();
  world.reset();
  expect(run()).toEqual(first);
});
