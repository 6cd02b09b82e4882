import { describe, expect, test } from "vitest";
import type { InstanceFields, Lag, StaleLook, World, WorldFile } from "../../emulator/index";
import { askCore, emulatorForTest, idsOf, now, outcome, rowsOf, worldOf } from "./support";

const list = { RegionId: "cn-hangzhou" };

function statuses(world: World, params: Record<string, string> = {}): unknown[] {
  return rowsOf(askCore(world, "DescribeInstances", { ...list, ...params }).body).map(({ Status }) => Status);
}

/** By each of the three calls that show a status; undefined where it isn't there. */
function seenBy(world: World): unknown[] {
  const [listed] = statuses(world, { InstanceIds: '["i-a"]' });
  const attribute = askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" });
  const status = askCore(world, "DescribeInstanceStatus", { ...list, "InstanceId.1": "i-a" });
  const { InstanceStatus } = status.body["InstanceStatuses"] as { InstanceStatus: { Status: string }[] };
  return [listed, attribute.body["Status"], InstanceStatus[0]?.Status];
}

/** Stopped at 0 s, Stopping until 3 s; the reads come at these seconds. */
function seenAt(file: WorldFile, seconds: readonly number[], given: Partial<InstanceFields> = {}): unknown[] {
  const world = worldOf([{ InstanceId: "i-a", ...given }], file);
  expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a" }))).toBe("ok");
  const startMs = world.now();
  return seconds.map((second) => {
    world.advance(startMs + second * 1000 - world.now());
    return statuses(world)[0];
  });
}

describe("a world whose reads lag behind", () => {
  test("by so many milliseconds, all three calls alike", () => {
    const world = worldOf([{ InstanceId: "i-a" }], { lag: 2000 });
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    expect(seenBy(world)).toEqual(["Running", "Running", "Running"]);
    world.advance(1999);
    expect(seenBy(world)).toEqual(["Running", "Running", "Running"]);
    world.advance(1);
    expect(seenBy(world)).toEqual(["Stopping", "Stopping", "Stopping"]);
    world.advance(2999);
    expect(seenBy(world)).toEqual(["Stopping", "Stopping", "Stopping"]);
    world.advance(1);
    expect(seenBy(world)).toEqual(["Stopped", "Stopped", "Stopped"]);
  });

  test("writes are judged by the world as it is", () => {
    const world = worldOf([{ InstanceId: "i-a" }], { lag: 60_000 });
    expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a" }))).toBe("ok");
    expect(statuses(world)).toEqual(["Running"]);
    expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a" }))).toBe("IncorrectInstanceStatus");
  });

  test("the moment counts at which time moved a status, not at which somebody looked", () => {
    expect(seenAt({ lag: 2000 }, [10])).toEqual(["Stopped"]);
    expect(seenAt({ lag: 8000 }, [10])).toEqual(["Stopping"]);
  });

  test("what is new isn't there yet, what has gone still is", () => {
    const world = worldOf([{ InstanceId: "i-a", Status: "Stopped" }], { lag: 5000 });
    world.putInstance({ InstanceId: "i-new" });
    askCore(world, "DeleteInstance", { InstanceId: "i-a" });
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual(["i-a"]);
    world.advance(5000);
    // Vanished since a second after it was deleted: four seconds ago.
    expect(world.find("i-a")).toBeUndefined();
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual(["i-a", "i-new"]);
    expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }))).toBe("ok");
    world.advance(1000);
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual(["i-new"]);
    expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }))).toBe(
      "InvalidInstanceId.NotFound",
    );
  });

  test("drawn from the seed, reads may go back; a monotonic lag never does", () => {
    const order = ["Running", "Stopping", "Stopped"];
    const goesBack = (seen: readonly unknown[]) =>
      seen.some((status, index) => index > 0 && order.indexOf(String(status)) < order.indexOf(String(seen[index - 1])));
    const seconds = Array.from({ length: 60 }, (_, index) => index / 10);
    const lag: Lag = { minMs: 0, maxMs: 4000 };
    const any = seenAt({ lag }, seconds);
    expect(goesBack(any)).toBe(true);
    expect(seenAt({ lag }, seconds)).toEqual(any);
    const monotonic = seenAt({ lag: { ...lag, order: "monotonic" } }, seconds);
    expect(goesBack(monotonic)).toBe(false);
    expect(new Set(monotonic)).toEqual(new Set(order));
  });

  test("of one read all instances are as old, or each as old as its replica", () => {
    const mixes = (each: "read" | "instance"): boolean => {
      const many = Array.from({ length: 10 }, (_, index) => ({ InstanceId: `i-${index}` }));
      const world = worldOf(many, { lag: { minMs: 0, maxMs: 2000, each }, timings: { stopMs: null } });
      const ids = Object.fromEntries(many.map(({ InstanceId }, index) => [`InstanceId.${index + 1}`, InstanceId]));
      expect(outcome(askCore(world, "StopInstances", { ...list, ...ids }))).toBe("ok");
      world.advance(1000);
      return Array.from({ length: 20 }, () => new Set(statuses(world)).size).some((kinds) => kinds > 1);
    };
    expect(mixes("read")).toBe(false);
    expect(mixes("instance")).toBe(true);
  });

  test("a snapshot has it, with what was seen", () => {
    const world = worldOf([{ InstanceId: "i-a" }], { lag: { minMs: 0, maxMs: 9000, order: "monotonic" } });
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    const read = () => {
      world.advance(500);
      return statuses(world)[0];
    };
    for (let step = 0; step < 5; step += 1) read();
    const snapshot = world.snapshot();
    const first = Array.from({ length: 20 }, read);
    world.restore(snapshot);
    expect(Array.from({ length: 20 }, read)).toEqual(first);
  });
});

describe("an old look by a fault", () => {
  const changed = (then: StaleLook, times: number | "always" = "always") => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    world.addFault({ action: "Describe*", times, then });
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.advance(3000);
    askCore(world, "StartInstance", { InstanceId: "i-a" });
    return world;
  };

  test("one of the last three versions, never an older one", () => {
    const world = changed({ stale: { versions: 3 } });
    const seen = Array.from({ length: 100 }, () => statuses(world)[0]);
    expect(new Set(seen)).toEqual(new Set(["Starting", "Stopped", "Stopping"]));
  });

  test("of an instance that never changed there is one version", () => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    world.addFault({ action: "Describe*", times: "always", then: { stale: { versions: 3 } } });
    expect(new Set(Array.from({ length: 50 }, () => statuses(world)[0]))).toEqual(new Set(["Running"]));
  });

  test("one of the last versions of what has vanished: there, or not", () => {
    const world = worldOf([{ InstanceId: "i-a", Status: "Stopped" }]);
    world.addFault({ action: "Describe*", times: "always", then: { stale: { versions: 2 } } });
    world.releaseInstance("i-a");
    world.advance(1000);
    expect(new Set(Array.from({ length: 50 }, () => statuses(world).length))).toEqual(new Set([0, 1]));
  });

  test("as it was a while ago", () => {
    const world = changed({ stale: { minMs: 1000, maxMs: 1000 } });
    expect(seenBy(world)).toEqual(["Stopping", "Stopping", "Stopping"]);
  });

  test("a single read says not found while the list is right", () => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    world.addFault({ action: "DescribeInstanceAttribute", then: { stale: "empty" } });
    expect(seenBy(world)).toEqual(["Running", undefined, "Running"]);
    expect(world.ledger.entries({ action: "DescribeInstanceAttribute" })).toMatchObject([
      { status: 404, code: "InvalidInstanceId.NotFound", fault: "stale:empty" },
    ]);
  });

  test("only of some instances, the others are seen as they are", () => {
    const world = worldOf([{ InstanceId: "i-a" }, { InstanceId: "i-b" }]);
    world.addFault({ action: "DescribeInstances", then: { stale: "empty", ids: ["i-b"] } });
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual(["i-a"]);
  });

  test("of each by chance", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ InstanceId: `i-${index}` }));
    const world = worldOf(many);
    world.addFault({ action: "DescribeInstances", then: { stale: "empty", share: 0.5 } });
    const left = idsOf(askCore(world, "DescribeInstances", { ...list, PageSize: "100" }).body).length;
    expect(left).toBeGreaterThan(5);
    expect(left).toBeLessThan(45);
  });
});

test("the world file's lag is read, checked, and told again", async () => {
  const lag: Lag = { minMs: 0, maxMs: 500, order: "monotonic", each: "instance" };
  const emulator = await emulatorForTest({ world: { now, instances: [], lag } });
  expect(emulator.world.toFile().lag).toEqual(lag);
  await expect(emulatorForTest({ world: { now, lag: { minMs: 5, maxMs: 1 } } })).rejects.toThrow(
    "lag: minMs must not be above maxMs",
  );
});
