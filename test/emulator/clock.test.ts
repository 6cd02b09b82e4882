import { expect, test } from "vitest";
import { realClock, virtualClock, World } from "../../emulator/index";
import { askCore, emulatorForTest, now, worldOf } from "./support";

test("a virtual clock stands still until it is moved", () => {
  const clock = virtualClock(1000);
  expect(clock.now()).toBe(1000);
  clock.advance(5);
  expect(clock.now()).toBe(1005);
  clock.reset();
  expect(clock.now()).toBe(1000);
});

test("a real clock is the machine's plus an offset", () => {
  let machineMs = 10;
  const clock = realClock(() => machineMs);
  clock.advance(100);
  machineMs = 11;
  expect(clock.now()).toBe(111);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("no clock moves by %d", (ms) => {
  expect(() => {
    virtualClock(0).advance(ms);
  }).toThrow("only moves forward");
});

test.each([
  ["virtual", () => virtualClock(1_000)],
  ["real", () => realClock(() => 1_000)],
])("a %s clock that would leave what dates can tell stays where it is", (_kind, open) => {
  const clock = open();
  expect(() => {
    clock.advance(1e17);
  }).toThrow("where time ends");
  expect(clock.now()).toBe(1_000);
});

test("a request may cost time", () => {
  const world = worldOf([{ InstanceId: "i-a" }], { tickPerRequestMs: 1000 });
  askCore(world, "StopInstance", { InstanceId: "i-a" });
  askCore(world, "DescribeRegions");
  askCore(world, "DescribeRegions");
  expect(world.find("i-a")?.instance.Status).toBe("Stopping");
  askCore(world, "DescribeRegions");
  expect(world.find("i-a")?.instance.Status).toBe("Stopped");
  expect(world.now()).toBe(Date.parse(now) + 4000);
});

test("Pending, Starting and Running follow each other, also in one jump", () => {
  const world = worldOf([{ InstanceId: "i-a", Status: "Pending" }]);
  world.advance(1000);
  expect(world.find("i-a")?.instance.Status).toBe("Starting");
  world.advance(3000);
  expect(world.find("i-a")?.instance.Status).toBe("Running");

  const jumped = worldOf([{ InstanceId: "i-a", Status: "Pending" }]);
  jumped.advance(4000);
  expect(jumped.find("i-a")?.instance.Status).toBe("Running");
});

test("timings: of the world, of one instance, and null for never", () => {
  const world = worldOf(
    [
      { InstanceId: "i-a" },
      { InstanceId: "i-b", timings: { stopMs: 10 } },
      { InstanceId: "i-stuck", timings: { stopMs: null } },
      { InstanceId: "i-forced", timings: { stopMs: null, forceStopMs: 20 } },
    ],
    { timings: { stopMs: 500 } },
  );
  for (const InstanceId of ["i-a", "i-b", "i-stuck"]) askCore(world, "StopInstance", { InstanceId });
  askCore(world, "StopInstance", { InstanceId: "i-forced", ForceStop: "true" });
  const statuses = () => [...world.compute.all()].map(({ instance }) => instance.Status);
  world.advance(20);
  expect(statuses()).toEqual(["Stopping", "Stopped", "Stopping", "Stopped"]);
  world.advance(480);
  expect(statuses()).toEqual(["Stopped", "Stopped", "Stopping", "Stopped"]);
  world.advance(365 * 24 * 3_600_000);
  expect(statuses()).toEqual(["Stopped", "Stopped", "Stopping", "Stopped"]);
});

test("with a real clock, time does it by itself", () => {
  let machineMs = Date.parse(now);
  const world = new World({ instances: [{ InstanceId: "i-a" }] }, { clock: "real", machineNow: () => machineMs });
  askCore(world, "StopInstance", { InstanceId: "i-a" });
  machineMs += 3000;
  world.settle();
  expect(world.find("i-a")?.instance.Status).toBe("Stopped");
});

test("the Date header is the world's time", async () => {
  const emulator = await emulatorForTest();
  emulator.advance(3_600_000);
  const response = await fetch(emulator.endpoint);
  expect(response.headers.get("date")).toBe("Sun, 01 Mar 2026 09:00:20 GMT");
});

test("a thousand timers arrive in their order", () => {
  const world = worldOf(
    Array.from({ length: 1000 }, (_, index) => ({
      InstanceId: `i-${index}`,
      AutoReleaseTime: new Date(Date.parse("2026-03-01T09:00:00Z") + ((index * 7919) % 1000) * 60_000).toISOString(),
    })),
  );
  world.advance(1001 * 60_000 + 3_600_000);
  const released = world.ledger.entries({ action: "timer:autoRelease" }).map((row) => row.at);
  expect(released).toHaveLength(1000);
  expect(released).toEqual([...released].sort());
});
