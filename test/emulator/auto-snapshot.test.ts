import { expect, test } from "vitest";
import type { DiskFields, InstanceFields, World, WorldFile } from "../../emulator/index";
import { autoSnapshotName, nextRunMs } from "../../emulator/auto-snapshot-policy";
import { askCore, emulatorForTest, now, outcome, worldOf } from "./support";

const dayMs = 24 * 3_600_000;

/** `now` is 08:00:20. */
function policyWorld(disk: Partial<DiskFields> = {}, given: Partial<InstanceFields> = {}, file: WorldFile = {}): World {
  return worldOf([{ InstanceId: "i-a", ...given }], {
    autoSnapshotPolicies: [{ AutoSnapshotPolicyId: "sp-a", hours: [1, 9], retentionDays: 2 }],
    disks: [{ DiskId: "d-a", InstanceId: "i-a", AutoSnapshotPolicyId: "sp-a", ...disk }],
    ...file,
  });
}

function listed(world: World): Record<string, unknown>[] {
  const { body } = askCore(world, "DescribeSnapshots", { RegionId: "cn-hangzhou" });
  return (body["Snapshots"] as { Snapshot: Record<string, unknown>[] }).Snapshot;
}

test.each([
  { hours: [1], after: "2026-03-01T00:59:59.999Z", next: "2026-03-01T01:00:00Z" },
  { hours: [1], after: "2026-03-01T01:00:00Z", next: "2026-03-02T01:00:00Z" },
  { hours: [23, 1], after: "2026-03-01T08:00:20Z", next: "2026-03-01T23:00:00Z" },
  { hours: [0], after: "2026-12-31T23:30:00Z", next: "2027-01-01T00:00:00Z" },
])("after $after the hours $hours come at $next", ({ hours, after, next }) => {
  expect(nextRunMs({ hours }, Date.parse(after))).toBe(Date.parse(next));
});

test("no hours, no snapshots", () => {
  expect(nextRunMs({ hours: [] }, 0)).toBeUndefined();
});

test("at its hours a disk is snapshotted, and the snapshots go when their days are over", () => {
  const world = policyWorld();
  world.advance(3_600_000 - 20_000 - 1);
  expect(listed(world)).toEqual([]);
  world.advance(1);
  expect(listed(world)).toMatchObject([
    {
      SnapshotName: "auto2.0_20260301_sp-a",
      SnapshotType: "timer",
      Status: "progressing",
      SourceDiskId: "d-a",
      CreationTime: "2026-03-01T09:00:00Z",
      RetentionDays: 2,
    },
  ]);
  world.advance(dayMs);
  expect(listed(world)).toMatchObject([
    { CreationTime: "2026-03-01T09:00:00Z", Status: "accomplished" },
    { CreationTime: "2026-03-02T01:00:00Z", Status: "accomplished" },
    { CreationTime: "2026-03-02T09:00:00Z", Status: "progressing" },
  ]);
  const rows = world.ledger.entries({ action: "timer:autoSnapshot" });
  expect(rows.map(({ at, params }) => [at, params["DiskId"]])).toEqual([
    ["2026-03-01T09:00:00.000Z", "d-a"],
    ["2026-03-02T01:00:00.000Z", "d-a"],
    ["2026-03-02T09:00:00.000Z", "d-a"],
  ]);
  expect(rows.every(({ effect }) => /^s-[a-z0-9]+: absent -> progressing$/.test(effect))).toBe(true);
});

test("after a month that nobody looked at there are those of the last two days", () => {
  const world = policyWorld();
  world.advance(30 * dayMs);
  expect(listed(world).map(({ CreationTime }) => CreationTime)).toEqual([
    "2026-03-29T09:00:00Z",
    "2026-03-30T01:00:00Z",
    "2026-03-30T09:00:00Z",
    "2026-03-31T01:00:00Z",
  ]);
});

test.each<{ reason: string; disk?: Partial<DiskFields>; given?: Partial<InstanceFields> }>([
  { reason: "switched off at the disk", disk: { EnableAutoSnapshot: false } },
  { reason: "no policy named", disk: { AutoSnapshotPolicyId: "" } },
  { reason: "a local disk", disk: { Category: "local_ssd_pro" } },
  { reason: "an instance that is on its way", given: { Status: "Stopping", timings: { stopMs: null } } },
])("left out: $reason", ({ disk, given }) => {
  const world = policyWorld(disk, given);
  world.advance(dayMs);
  expect(listed(world)).toEqual([]);
});

test("switched off by a call, and on again", () => {
  const world = policyWorld();
  const enable = (EnableAutoSnapshot: string) =>
    outcome(askCore(world, "ModifyDiskAttribute", { DiskId: "d-a", EnableAutoSnapshot }));
  expect(enable("false")).toBe("ok");
  world.advance(dayMs);
  expect(listed(world)).toEqual([]);
  expect(enable("true")).toBe("ok");
  world.advance(dayMs);
  expect(listed(world)).toHaveLength(2);
});

test.each([
  { DeleteAutoSnapshot: true, left: 1 },
  { DeleteAutoSnapshot: false, left: 3 },
])("when the disk goes with its instance, DeleteAutoSnapshot $DeleteAutoSnapshot decides", ({ left, ...disk }) => {
  const world = policyWorld(disk, { Status: "Stopped" });
  world.advance(dayMs);
  expect(outcome(askCore(world, "CreateSnapshot", { DiskId: "d-a" }))).toBe("ok");
  world.advance(10_000);
  expect(listed(world)).toHaveLength(3);
  expect(outcome(askCore(world, "DeleteInstance", { InstanceId: "i-a" }))).toBe("ok");
  // What was made by hand stays in any case.
  expect(listed(world)).toHaveLength(left);
});

test("a snapshot of the world has what is due", () => {
  const world = policyWorld();
  world.advance(dayMs);
  const snapshot = world.snapshot();
  const run = () => {
    world.advance(5 * dayMs);
    return world.ledger.entries();
  };
  const first = run();
  world.replaceWith({ instances: [] });
  world.restore(snapshot);
  expect(run()).toEqual(first);
  expect(first.length).toBeGreaterThan(10);
});

test("the name is a name of the vendor's for automatic ones", () => {
  expect(autoSnapshotName("sp-x1", Date.parse("2026-03-01T23:59:59Z"))).toBe("auto2.0_20260301_sp-x1");
});

test("mistakes in the world file", async () => {
  const disks = [{ DiskId: "d-a", AutoSnapshotPolicyId: "sp-none" }];
  await expect(emulatorForTest({ world: { now, disks } })).rejects.toThrow("there is no policy sp-none");
  const autoSnapshotPolicies = [{ AutoSnapshotPolicyId: "sp-a", hours: [24] }];
  await expect(emulatorForTest({ world: { now, autoSnapshotPolicies } })).rejects.toThrow("from 0 to 23");
});
