import { describe, expect, test } from "vitest";
import { type InstanceFields, type World, type WorldFile } from "../../emulator/index";
import { askCore, outcome, worldOf } from "./support";

const dayMs = 24 * 3_600_000;
const overdueAt = "2026-03-02T00:00:00Z";
const overdue: InstanceFields = { InstanceId: "i-a", overdueAt };

function until(world: World, time: string): void {
  world.advance(Date.parse(time) - world.now());
}

function look(world: World): string {
  const instance = world.find("i-a")?.instance;
  if (instance === undefined) return "-";
  const locks = instance.OperationLocks.LockReason.map((lock) => lock.LockReason).join(",");
  return `${instance.Status} ${instance.StoppedMode} [${locks}]`;
}

function timers(world: World): string[] {
  return world.ledger
    .entries()
    .flatMap(({ at, action, effect }) => (action.startsWith("timer:") ? [`${at} ${action} ${effect}`] : []));
}

describe("a pay-as-you-go instance that isn't paid for", () => {
  test("is locked, after fifteen days stopped, after thirty released; each has its row", () => {
    const world = worldOf([{ ...overdue, DeletionProtection: true }]);
    until(world, "2026-03-01T23:59:59Z");
    expect(look(world)).toBe("Running Not-applicable []");
    until(world, overdueAt);
    expect(look(world)).toBe("Running Not-applicable [financial]");
    expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a" }))).toBe("InstanceExpiredOrInArrears");
    until(world, "2026-03-16T23:59:59Z");
    expect(look(world)).toBe("Running Not-applicable [financial]");
    until(world, "2026-03-17T00:00:03Z");
    expect(look(world)).toBe("Stopped KeepCharging [financial]");
    expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe("InstanceExpired");
    until(world, "2026-03-31T23:59:59Z");
    expect(look(world)).toBe("Stopped KeepCharging [financial]");
    until(world, "2026-04-01T00:00:01Z");
    expect(look(world)).toBe("-");
    expect(timers(world)).toEqual([
      "2026-03-02T00:00:00.000Z timer:overdue i-a: locked (financial)",
      "2026-03-17T00:00:00.000Z timer:overdueStop i-a: locked (financial); i-a: Running -> Stopping",
      "2026-04-01T00:00:00.000Z timer:overdueRelease i-a: Stopped -> released",
    ]);
  });

  test("all of it at once, when nobody looked for a month", () => {
    const world = worldOf([overdue]);
    world.advance(60 * dayMs);
    expect(look(world)).toBe("-");
    expect(timers(world)).toHaveLength(3);
  });

  test("paid before it is stopped: it runs on", () => {
    const world = worldOf([overdue]);
    world.advance(5 * dayMs);
    world.putInstance({ InstanceId: "i-a", overdueAt: "" });
    expect(look(world)).toBe("Running Not-applicable []");
    world.advance(60 * dayMs);
    expect(look(world)).toBe("Running Not-applicable []");
  });

  test("paid after it was stopped: unlocked, and somebody has to start it", () => {
    const world = worldOf([overdue]);
    world.advance(20 * dayMs);
    world.putInstance({ InstanceId: "i-a", overdueAt: "" });
    expect(look(world)).toBe("Stopped KeepCharging []");
    world.advance(60 * dayMs);
    expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe("ok");
  });

  test("other locks stay when it is paid", () => {
    const world = worldOf([{ ...overdue, OperationLocks: ["security"] }]);
    until(world, overdueAt);
    expect(look(world)).toContain("[security,financial]");
    world.putInstance({ InstanceId: "i-a", overdueAt: "" });
    expect(look(world)).toContain("[security]");
  });

  test("a time in the past counts from there", () => {
    const world = worldOf([{ InstanceId: "i-a", overdueAt: "2026-02-10T08:00:00Z" }]);
    world.advance(3000);
    expect(look(world)).toBe("Stopped KeepCharging [financial]");
    until(world, "2026-03-12T08:00:01Z");
    expect(look(world)).toBe("-");
  });

  test("of a whole account, unless the instance says otherwise, and never a subscription", () => {
    const accounts = [{ accountId: "1000000000000001", overdueAt }];
    const instances: InstanceFields[] = [
      { InstanceId: "i-a" },
      { InstanceId: "i-paid", overdueAt: "" },
      { InstanceId: "i-pre", InstanceChargeType: "PrePaid", ExpiredTime: "2027-01-01T00:00:00Z" },
      { InstanceId: "i-theirs", accountId: "2000000000000002" },
    ];
    const world = worldOf(instances, { accounts });
    world.advance(3 * dayMs);
    const locked = [...world.compute.all()].filter(({ instance }) => instance.OperationLocks.LockReason.length > 0);
    expect(locked.map(({ instance }) => instance.InstanceId)).toEqual(["i-a"]);
  });

  test.each<{ file: WorldFile; locked: string; stopped: string }>([
    {
      file: { switches: { overdueLock: "when-stopped" } },
      locked: "Running Not-applicable []",
      stopped: "Stopped KeepCharging [financial]",
    },
    {
      file: { switches: { stoppedModeByDefault: "StopCharging" } },
      locked: "Running Not-applicable [financial]",
      stopped: "Stopped StopCharging [financial]",
    },
  ])("switches $file.switches", ({ file, locked, stopped }) => {
    const world = worldOf([overdue], file);
    until(world, overdueAt);
    expect(look(world)).toBe(locked);
    world.advance(15 * dayMs + 3000);
    expect(look(world)).toBe(stopped);
  });
});

describe("a subscription", () => {
  const expiring: InstanceFields = {
    InstanceId: "i-a",
    InstanceChargeType: "PrePaid",
    ExpiredTime: "2026-03-05T16:00:00Z",
  };

  test("stops the day after it expires and is released fifteen days after", () => {
    const world = worldOf([expiring]);
    until(world, "2026-03-06T15:59:59Z");
    expect(look(world)).toBe("Running Not-applicable []");
    until(world, "2026-03-06T16:00:03Z");
    expect(look(world)).toBe("Stopped Not-applicable [financial]");
    expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe("InstanceExpired");
    until(world, "2026-03-20T16:00:01Z");
    expect(look(world)).toBe("-");
    expect(timers(world)).toEqual([
      "2026-03-06T16:00:00.000Z timer:expiryStop i-a: locked (financial); i-a: Running -> Stopping",
      "2026-03-20T16:00:00.000Z timer:expiryRelease i-a: Stopped -> released",
    ]);
  });

  test("renewed, it is unlocked and goes on to the new time", () => {
    const world = worldOf([expiring]);
    world.advance(10 * dayMs);
    world.putInstance({ InstanceId: "i-a", ExpiredTime: "2026-04-05T16:00:00Z" });
    expect(look(world)).toBe("Stopped Not-applicable []");
    until(world, "2026-04-06T15:59:59Z");
    expect(look(world)).toBe("Stopped Not-applicable []");
    until(world, "2026-04-06T16:00:00Z");
    expect(look(world)).toBe("Stopped Not-applicable [financial]");
  });

  test("what expired before the world began is as it is written; what is still to come comes", () => {
    const world = worldOf([{ ...expiring, ExpiredTime: "2026-02-20T00:00:00Z" }]);
    world.advance(dayMs);
    expect(look(world)).toBe("Running Not-applicable []");
    until(world, "2026-03-07T00:00:01Z");
    expect(look(world)).toBe("-");
  });
});

test("a snapshot of the world has what is due", () => {
  const world = worldOf([overdue]);
  world.advance(10 * dayMs);
  const snapshot = world.snapshot();
  world.putInstance({ InstanceId: "i-a", overdueAt: "" });
  world.advance(60 * dayMs);
  expect(look(world)).toBe("Running Not-applicable []");
  world.restore(snapshot);
  world.advance(60 * dayMs);
  expect(look(world)).toBe("-");
});
