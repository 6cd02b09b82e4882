import { describe, expect, test } from "vitest";
import type { DiskFields, InstanceFields, World, WorldFile } from "../../emulator/index";
import { ask, askCore, type Body, emulatorForTest, now, outcome, worldOf } from "./support";

const here = { RegionId: "cn-hangzhou" };

function snapshotsOf(body: Body): Body[] {
  return (body["Snapshots"] as { Snapshot: Body[] }).Snapshot;
}

function groupsOf(body: Body): Body[] {
  return (body["SnapshotGroups"] as { SnapshotGroup: Body[] }).SnapshotGroup;
}

/** An instance with one disk to snapshot. */
function oneDisk(fields: Partial<InstanceFields> = {}, disk: Partial<DiskFields> = {}, file: WorldFile = {}): World {
  return worldOf([{ InstanceId: "i-a", ...fields }], {
    ...file,
    disks: [{ DiskId: "d-a", InstanceId: "i-a", Type: "system", ...disk }],
  });
}

function states(world: World): string[] {
  return snapshotsOf(askCore(world, "DescribeSnapshots", here).body).map(
    (row) => `${String(row["Status"])} ${String(row["Progress"])}`,
  );
}

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("a snapshot is made, watched and deleted", async () => {
    const emulator = await emulatorForTest({
      world: {
        now,
        instances: [{ InstanceId: "i-a" }],
        disks: [{ DiskId: "d-a", InstanceId: "i-a", Type: "system", Size: 80 }],
      },
    });
    const call = (action: string, params: Body) => ask(emulator, action, params, { method });
    const created = await call("CreateSnapshot", {
      DiskId: "d-a",
      SnapshotName: "before-release",
      RetentionDays: 7,
      Tag: [{ Key: "from", Value: "i-a" }],
    });
    const id = String(created.body["SnapshotId"]);
    expect(id).toMatch(/^s-bp1[0-9a-z]{17}$/);
    emulator.advance(1500);
    const list = await call("DescribeSnapshots", { ...here, SnapshotIds: JSON.stringify([id]) });
    expect(list.body).toMatchObject({ TotalCount: 1, PageNumber: 1, PageSize: 10 });
    expect(snapshotsOf(list.body)).toMatchObject([
      {
        SnapshotId: id,
        SnapshotName: "before-release",
        Status: "progressing",
        Progress: "50%",
        RemainTime: 2,
        Available: true,
        CreationTime: now,
        RetentionDays: 7,
        SnapshotType: "user",
        SourceDiskId: "d-a",
        SourceDiskType: "system",
        SourceDiskSize: "80",
        Tags: { Tag: [{ TagKey: "from", TagValue: "i-a" }] },
      },
    ]);
    for (const own of ["accountId", "instanceId", "isEssd"]) {
      expect(snapshotsOf(list.body)[0]).not.toHaveProperty(own);
    }
    emulator.advance(1500);
    const done = await call("DescribeSnapshots", { ...here, InstanceId: "i-a", Status: "accomplished" });
    expect(snapshotsOf(done.body)).toMatchObject([{ SnapshotId: id, Progress: "100%", RemainTime: 0 }]);
    expect((await call("DeleteSnapshot", { SnapshotId: id })).code).toBeUndefined();
    expect(snapshotsOf((await call("DescribeSnapshots", here)).body)).toEqual([]);
    expect((await call("DeleteSnapshot", { SnapshotId: id })).code).toBeUndefined();
  });

  test("a group of snapshots", async () => {
    const emulator = await emulatorForTest({
      world: {
        now,
        instances: [{ InstanceId: "i-a" }],
        disks: [
          { DiskId: "d-a", InstanceId: "i-a", Type: "system" },
          { DiskId: "d-b", InstanceId: "i-a" },
          { DiskId: "d-c", InstanceId: "i-a" },
        ],
      },
    });
    const call = (action: string, params: Body) => ask(emulator, action, { ...here, ...params }, { method });
    const created = await call("CreateSnapshotGroup", { InstanceId: "i-a", Name: "all", ExcludeDiskId: ["d-c"] });
    const id = String(created.body["SnapshotGroupId"]);
    expect(id).toMatch(/^ssg-bp1/);
    const groups = async (params: Body = {}) => groupsOf((await call("DescribeSnapshotGroups", params)).body);
    expect(await groups({ InstanceId: "i-a" })).toMatchObject([
      {
        SnapshotGroupId: id,
        Name: "all",
        Status: "progressing",
        InstanceId: "i-a",
        CreationTime: now,
        Snapshots: { Snapshot: [{ SourceDiskId: "d-a" }, { SourceDiskId: "d-b" }] },
      },
    ]);
    emulator.advance(3000);
    expect(await groups({ SnapshotGroupId: [id], Status: ["accomplished"] })).toHaveLength(1);
    expect(await groups({ Status: ["progressing", "failed"] })).toEqual([]);
  });
});

describe("how long it takes", () => {
  test.each<{ reason: string; file: WorldFile; after: number; says: string[] }>([
    { reason: "its time", file: { timings: { snapshotMs: 500 } }, after: 500, says: ["accomplished 100%"] },
    { reason: "never", file: { timings: { snapshotMs: null } }, after: 1e9, says: ["progressing 0%"] },
    { reason: "it fails", file: { timings: { snapshotMs: { failsAfterMs: 500 } } }, after: 500, says: ["failed 99%"] },
  ])("$reason", ({ file, after, says }) => {
    const world = oneDisk({}, {}, file);
    askCore(world, "CreateSnapshot", { DiskId: "d-a" });
    world.advance(after);
    expect(states(world)).toEqual(says.map((text) => text.replace("failed 99%", "failed 0%")));
  });

  test("so many looks", () => {
    const world = oneDisk({ timings: { snapshotMs: { describes: 2 } } });
    askCore(world, "CreateSnapshot", { DiskId: "d-a" });
    expect([states(world), states(world), states(world)]).toEqual([
      ["progressing 0%"],
      ["progressing 0%"],
      ["accomplished 100%"],
    ]);
  });

  test("a fault lets one fail", () => {
    const world = oneDisk();
    world.addFault({ action: "CreateSnapshot", then: { snapshot: "fails" } });
    expect(outcome(askCore(world, "CreateSnapshot", { DiskId: "d-a" }))).toBe("ok");
    world.advance(3000);
    expect(states(world)).toEqual(["failed 0%"]);
  });

  test.each(["StopInstance", "RebootInstance"])("%s spoils one that is under way", (action) => {
    const world = oneDisk();
    askCore(world, "CreateSnapshot", { DiskId: "d-a" });
    expect(outcome(askCore(world, action, { InstanceId: "i-a" }))).toBe("ok");
    expect(states(world)).toEqual(["failed 0%"]);
    world.advance(10_000);
    expect(states(world)).toEqual(["failed 0%"]);
  });

  test("after its retention it is gone", () => {
    const world = oneDisk();
    askCore(world, "CreateSnapshot", { DiskId: "d-a", RetentionDays: "1" });
    world.advance(24 * 3_600_000 - 1);
    expect(states(world)).toEqual(["accomplished 100%"]);
    world.advance(1);
    expect(states(world)).toEqual([]);
    expect(world.ledger.entries({ action: "timer:snapshotExpiry" })).toHaveLength(1);
  });

  test("one that isn't finished goes with its disk", () => {
    const world = oneDisk({}, {}, { timings: { snapshotMs: null } });
    askCore(world, "CreateSnapshot", { DiskId: "d-a" });
    askCore(world, "DeleteInstance", { InstanceId: "i-a", Force: "true" });
    expect(states(world)).toEqual([]);
  });
});

test.each<{
  reason: string;
  params?: Record<string, string>;
  given?: Partial<InstanceFields>;
  disk?: Partial<DiskFields>;
  code: string;
  status: number;
}>([
  { reason: "no disk named", params: { DiskId: "" }, code: "MissingDiskId", status: 400 },
  { reason: "an unknown disk", params: { DiskId: "d-none" }, code: "InvalidDiskId.NotFound", status: 404 },
  { reason: "a name of one letter", params: { SnapshotName: "a" }, code: "InvalidSnapshotName.Malformed", status: 400 },
  {
    reason: "a name with a digit first",
    params: { SnapshotName: "1ab" },
    code: "InvalidSnapshotName.Malformed",
    status: 400,
  },
  {
    reason: "a name like an automatic one",
    params: { SnapshotName: "auto-x" },
    code: "InvalidSnapshotName.Malformed",
    status: 400,
  },
  {
    reason: "a name that is a link",
    params: { SnapshotName: "http://x" },
    code: "InvalidSnapshotName.Malformed",
    status: 400,
  },
  {
    reason: "too long a name",
    params: { SnapshotName: "a".repeat(129) },
    code: "InvalidSnapshotName.Malformed",
    status: 400,
  },
  {
    reason: "a description that is a link",
    params: { Description: "https://x" },
    code: "InvalidDescription.Malformed",
    status: 404,
  },
  { reason: "no days", params: { RetentionDays: "0" }, code: "InvalidRetentionDays.Malformed", status: 400 },
  { reason: "too many days", params: { RetentionDays: "65537" }, code: "InvalidRetentionDays.Malformed", status: 400 },
  { reason: "a tag of the vendor's", params: { "Tag.1.Key": "acs:x" }, code: "InvalidTagKey.Malformed", status: 400 },
  { reason: "a tag twice", params: { "Tag.1.Key": "x", "Tag.2.Key": "x" }, code: "Duplicate.TagKey", status: 400 },
  {
    reason: "a long token",
    params: { ClientToken: "x".repeat(65) },
    code: "InvalidClientToken.Malformed",
    status: 403,
  },
  { reason: "an instance on its way", given: { Status: "Starting" }, code: "IncorrectInstanceStatus", status: 400 },
  {
    reason: "a security lock",
    given: { OperationLocks: ["security"] },
    code: "InstanceLockedForSecurity",
    status: 403,
  },
  {
    reason: "a local disk",
    disk: { Category: "local_ssd_pro" },
    code: "DiskCategory.OperationNotSupported",
    status: 400,
  },
  { reason: "a disk on its way", disk: { Status: "Creating" }, code: "IncorrectDiskStatus", status: 403 },
  {
    reason: "a disk that was never used",
    disk: { AttachedTime: "" },
    code: "IncorrectDiskStatus.NeverAttached",
    status: 403,
  },
])("CreateSnapshot refuses $reason: $code", ({ params, given, disk, code, status }) => {
  const world = oneDisk(given, disk);
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, "CreateSnapshot", { DiskId: "d-a", ...params })).toMatchObject({ code, status });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("one at a time of each disk; a financial lock and a stopped instance are no matter", () => {
  const world = oneDisk({ Status: "Stopped", OperationLocks: ["financial"] });
  expect(outcome(askCore(world, "CreateSnapshot", { DiskId: "d-a" }))).toBe("ok");
  expect(outcome(askCore(world, "CreateSnapshot", { DiskId: "d-a" }))).toBe("IncorrectDiskStatus.CreatingSnapshot");
});

test("the same ClientToken makes one snapshot; with other parameters it is a mismatch", () => {
  const world = oneDisk();
  const params = { DiskId: "d-a", SnapshotName: "once", ClientToken: "t-1" };
  const first = askCore(world, "CreateSnapshot", params);
  const again = askCore(world, "CreateSnapshot", params);
  expect(again.body["SnapshotId"]).toBe(first.body["SnapshotId"]);
  expect(again).toMatchObject({ status: 200, effect: "none" });
  expect(askCore(world, "CreateSnapshot", { ...params, SnapshotName: "twice" })).toMatchObject({
    code: "IdempotentParameterMismatch",
    status: 403,
  });
  expect(states(world)).toHaveLength(1);
});

test.each<{ reason: string; params: Record<string, string>; ids: string[] }>([
  { reason: "disk", params: { DiskId: "d-b" }, ids: ["s-2"] },
  { reason: "type", params: { SnapshotType: "auto" }, ids: ["s-1"] },
  { reason: "status", params: { Status: "failed" }, ids: ["s-2"] },
  { reason: "name", params: { SnapshotName: "third" }, ids: ["s-3"] },
  { reason: "tag", params: { "Tag.1.Key": "env" }, ids: ["s-3"] },
  { reason: "ids", params: { SnapshotIds: '["s-3","s-1"]' }, ids: ["s-1", "s-3"] },
  { reason: "no ids", params: { SnapshotIds: "[]" }, ids: [] },
  { reason: "source", params: { SourceDiskType: "System" }, ids: ["s-1"] },
])("DescribeSnapshots by $reason", ({ params, ids }) => {
  const world = oneDisk(
    {},
    {},
    {
      snapshots: [
        { SnapshotId: "s-1", SourceDiskId: "d-a", SnapshotType: "auto" },
        { SnapshotId: "s-2", SourceDiskId: "d-b", Status: "failed" },
        { SnapshotId: "s-3", SnapshotName: "third", Tags: { env: "prod" } },
      ],
    },
  );
  const { body } = askCore(world, "DescribeSnapshots", { ...here, ...params });
  expect(snapshotsOf(body).map((row) => row["SnapshotId"])).toEqual(ids);
});

test.each<{ action: string; params: Record<string, string>; code: string; status: number }>([
  { action: "DescribeSnapshots", params: { RegionId: "" }, code: "MissingRegionId", status: 400 },
  { action: "DescribeSnapshots", params: { SnapshotIds: "s-1" }, code: "InvalidSnapshotIds.Malformed", status: 403 },
  { action: "DescribeSnapshots", params: { Status: "done" }, code: "InvalidStatus.NotFound", status: 404 },
  { action: "DescribeSnapshots", params: { SnapshotType: "x" }, code: "InvalidSnapshotType.NotFound", status: 404 },
  { action: "DescribeSnapshots", params: { SourceDiskType: "x" }, code: "InvalidSourceDiskType", status: 404 },
  { action: "DescribeSnapshots", params: { DryRun: "true" }, code: "DryRunOperation", status: 400 },
  { action: "DescribeSnapshotGroups", params: { "Status.1": "x" }, code: "InvalidParameter", status: 400 },
  { action: "DeleteSnapshot", params: {}, code: "MissingSnapshotId", status: 400 },
  { action: "CreateSnapshotGroup", params: {}, code: "MissingInstanceId", status: 400 },
  { action: "CreateSnapshotGroup", params: { InstanceId: "i-none" }, code: "InvalidInstanceId.NotFound", status: 404 },
  { action: "CreateSnapshotGroup", params: { "DiskId.1": "d-none" }, code: "InvalidDiskId.NotFound", status: 404 },
  {
    action: "CreateSnapshotGroup",
    params: { InstanceId: "i-a", "ExcludeDiskId.1": "d-a" },
    code: "InvalidInstance.NoDisk",
    status: 403,
  },
  {
    action: "CreateSnapshotGroup",
    params: { "DiskId.1": "d-a", "ExcludeDiskId.1": "d-a" },
    code: "InvalidParameter",
    status: 400,
  },
  { action: "CreateSnapshotGroup", params: { InstanceId: "i-a", Name: "1" }, code: "InvalidParameter", status: 400 },
])("$action $params is refused: $code", ({ action, params, code, status }) => {
  expect(askCore(oneDisk(), action, { ...here, ...params })).toMatchObject({ code, status, effect: "none" });
});

test.each<{ reason: string; disk: Partial<DiskFields>; code: string }>([
  { reason: "not ESSD", disk: { Category: "cloud_efficiency" }, code: "DiskCategory.OperationNotSupported" },
  { reason: "shared", disk: { MultiAttach: "Enabled" }, code: "InvalidOperation.MultiAttachDisk" },
  { reason: "too large", disk: { Size: 300_000 }, code: "CapacityExceed.TooManyDisks" },
  { reason: "elsewhere", disk: { ZoneId: "cn-hangzhou-b" }, code: "InvalidDiskIds.NotInSameZone" },
])("no group with a disk that is $reason", ({ disk, code }) => {
  const world = worldOf([{ InstanceId: "i-a" }], { disks: [{ DiskId: "d-b", InstanceId: "i-a", ...disk }] });
  expect(outcome(askCore(world, "CreateSnapshotGroup", { ...here, InstanceId: "i-a" }))).toBe(code);
  expect(world.storage.snapshots.items()).toEqual([]);
});

test("disks, snapshots and groups are read and put back as they were", () => {
  const world = oneDisk();
  askCore(world, "CreateSnapshotGroup", { ...here, InstanceId: "i-a", "Tag.1.Key": "x" });
  world.advance(3000);
  const file = world.toFile();
  world.replaceWith(file);
  expect(world.toFile()).toEqual(file);
});

test("an empty look hides disks, snapshots and groups; nothing is lost", () => {
  const world = oneDisk();
  askCore(world, "CreateSnapshotGroup", { ...here, InstanceId: "i-a" });
  world.addFault({ action: "Describe*", times: 3, then: { stale: "empty" } });
  const seen = () => [
    (askCore(world, "DescribeDisks", here).body["Disks"] as { Disk: Body[] }).Disk.length,
    states(world).length,
    groupsOf(askCore(world, "DescribeSnapshotGroups", here).body).length,
  ];
  expect(seen()).toEqual([0, 0, 0]);
  expect(seen()).toEqual([1, 1, 1]);
});

test("a stop by hand spoils a snapshot like one by a call", () => {
  const world = oneDisk();
  askCore(world, "CreateSnapshot", { DiskId: "d-a" });
  world.putInstance({ InstanceId: "i-a", Status: "Stopped" });
  expect(states(world)).toEqual(["failed 0%"]);
});
