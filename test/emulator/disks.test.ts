import { describe, expect, test } from "vitest";
import type { DiskFields, InstanceFields, World } from "../../emulator/index";
import { ask, askCore, type Body, emulatorForTest, now, outcome, worldOf } from "./support";

const here = { RegionId: "cn-hangzhou" };

function disksOf(body: Body): Body[] {
  return (body["Disks"] as { Disk: Body[] }).Disk;
}

function diskIds(world: World): string[] {
  return world.storage.disks.items().map((disk) => disk.DiskId);
}

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("every instance has a system disk, and a data disk can be told to stay", async () => {
    const emulator = await emulatorForTest({
      world: { now, instances: [{ InstanceId: "i-a" }], disks: [{ DiskId: "d-data", InstanceId: "i-a", Size: 100 }] },
    });
    const call = (action: string, params: Body) => ask(emulator, action, { ...here, ...params }, { method });
    const { body } = await call("DescribeDisks", { InstanceId: "i-a" });
    expect(body).toMatchObject({ TotalCount: 2, PageNumber: 1, PageSize: 10 });
    expect(disksOf(body)).toMatchObject([
      { Type: "system", DeleteWithInstance: true, Status: "In_use", InstanceId: "i-a", Device: "/dev/xvda" },
      { DiskId: "d-data", Type: "data", Size: 100, DeleteWithInstance: true, ExpiredTime: "2999-09-08T16:00Z" },
    ]);
    expect(disksOf(body)[0]).not.toHaveProperty("accountId");
    expect((await call("ModifyDiskAttribute", { DiskId: "d-data", DeleteWithInstance: false })).code).toBeUndefined();
    expect((await call("DeleteInstance", { InstanceId: "i-a", Force: true })).code).toBeUndefined();
    expect(disksOf((await call("DescribeDisks", {})).body)).toMatchObject([
      { DiskId: "d-data", Status: "Available", InstanceId: "", Attachments: { Attachment: [] } },
    ]);
  });
});

test("the system disk has the form of an id and is the same in every run", () => {
  const [first] = diskIds(worldOf([{ InstanceId: "i-a" }]));
  expect(first).toMatch(/^d-bp1[0-9a-z]{17}$/);
  expect(diskIds(worldOf([{ InstanceId: "i-a" }]))).toEqual([first]);
});

test("an instance added by hand has one too, and one that is given keeps another away", () => {
  const world = worldOf([{ InstanceId: "i-a" }], { disks: [{ DiskId: "d-own", InstanceId: "i-a", Type: "system" }] });
  world.putInstance({ InstanceId: "i-b" });
  expect(world.storage.disks.items()).toMatchObject([
    { DiskId: "d-own", InstanceId: "i-a" },
    { Type: "system", InstanceId: "i-b" },
  ]);
});

describe("what goes with its instance", () => {
  const disks: DiskFields[] = [
    { DiskId: "d-goes", InstanceId: "i-a" },
    { DiskId: "d-stays", InstanceId: "i-a", DeleteWithInstance: false, DeleteAutoSnapshot: true },
    { DiskId: "d-keeps", InstanceId: "i-a", DeleteAutoSnapshot: false },
  ];
  const snapshots = disks.flatMap(({ DiskId }) => [
    { SnapshotId: `s-${DiskId.slice(2)}1auto`, SourceDiskId: DiskId, SnapshotType: "auto" as const },
    { SnapshotId: `s-${DiskId.slice(2)}2user`, SourceDiskId: DiskId },
  ]);
  const after = (fields: Partial<InstanceFields>, act: (world: World) => void) => {
    const world = worldOf([{ InstanceId: "i-a", Status: "Stopped", ...fields }], { disks, snapshots });
    act(world);
    return { disks: diskIds(world), snapshots: world.storage.snapshots.items().map((each) => each.SnapshotId) };
  };
  const del = (world: World) => {
    expect(outcome(askCore(world, "DeleteInstance", { InstanceId: "i-a" }))).toBe("ok");
  };

  test.each<{ reason: string; fields: Partial<InstanceFields>; act: (world: World) => void; disks: string[] }>([
    { reason: "a call", fields: {}, act: del, disks: ["d-stays"] },
    {
      reason: "the release time",
      fields: { AutoReleaseTime: "2026-03-01T08:10:00Z" },
      act: (world) => world.advance(600_000),
      disks: ["d-stays"],
    },
    { reason: "under a security lock all go", fields: { OperationLocks: ["security"] }, act: del, disks: [] },
  ])("$reason", ({ fields, act, disks: left }) => {
    expect(after(fields, act).disks).toEqual(left);
  });

  test("automatic snapshots follow DeleteAutoSnapshot of their disk, those made by hand stay", () => {
    const own = ["s-goes2user", "s-stays2user", "s-keeps2user"];
    expect(after({}, del).snapshots.sort()).toEqual([...own, "s-keeps1auto", "s-stays1auto"].sort());
    // The disk that had to go takes its automatic ones along.
    const locked = after({ OperationLocks: ["security"] }, del);
    expect(locked.snapshots.sort()).toEqual([...own, "s-keeps1auto"].sort());
  });
});

test.each<{ reason: string; params: Record<string, string>; ids: string[] }>([
  { reason: "ids", params: { DiskIds: '["d-c","d-b"]' }, ids: ["d-b", "d-c"] },
  { reason: "no ids", params: { DiskIds: "[]" }, ids: [] },
  { reason: "an instance", params: { InstanceId: "i-a", DiskType: "data" }, ids: ["d-b"] },
  { reason: "the type", params: { DiskType: "system" }, ids: ["d-a"] },
  { reason: "the status", params: { Status: "Available" }, ids: ["d-c"] },
  { reason: "a tag", params: { "Tag.1.Key": "env", "Tag.1.Value": "prod" }, ids: ["d-b"] },
  { reason: "a page", params: { PageSize: "1", PageNumber: "2" }, ids: ["d-b"] },
  { reason: "another region", params: { RegionId: "cn-beijing" }, ids: [] },
])("DescribeDisks by $reason", ({ params, ids }) => {
  const world = worldOf([{ InstanceId: "i-a" }], {
    disks: [
      { DiskId: "d-a", InstanceId: "i-a", Type: "system" },
      { DiskId: "d-b", InstanceId: "i-a", Tags: { env: "prod" } },
      { DiskId: "d-c" },
    ],
  });
  const { body } = askCore(world, "DescribeDisks", { ...here, ...params });
  expect(disksOf(body).map((disk) => disk["DiskId"])).toEqual(ids);
});

test("pages with tokens, up to 500 rows", () => {
  const world = worldOf([], { disks: Array.from({ length: 510 }, (_, n) => ({ DiskId: `d-${n}` })) });
  const first = askCore(world, "DescribeDisks", { ...here, MaxResults: "1000" }).body;
  expect(disksOf(first)).toHaveLength(500);
  const rest = askCore(world, "DescribeDisks", { ...here, NextToken: String(first["NextToken"]) }).body;
  expect(disksOf(rest)).toHaveLength(10);
  expect(rest["NextToken"]).toBe("");
});

test.each<{ action: string; params: Record<string, string>; disk?: Partial<DiskFields>; code: string; status: number }>(
  [
    { action: "DescribeDisks", params: { RegionId: "" }, code: "MissingRegionId", status: 400 },
    { action: "DescribeDisks", params: { RegionId: "cn-no" }, code: "InvalidRegionId.NotFound", status: 404 },
    { action: "DescribeDisks", params: { DiskIds: "d-a" }, code: "InvalidParameter.DiskIds", status: 400 },
    {
      action: "DescribeDisks",
      params: { DiskIds: JSON.stringify(Array.from({ length: 101 }, (_, n) => `d-${n}`)) },
      code: "InvalidDiskIds.Malformed",
      status: 403,
    },
    { action: "DescribeDisks", params: { DiskType: "tape" }, code: "InvalidDiskType.ValueNotSupported", status: 400 },
    { action: "DescribeDisks", params: { Status: "Lost" }, code: "InvalidStatus.ValueNotSupported", status: 400 },
    { action: "DescribeDisks", params: { DryRun: "true" }, code: "DryRunOperation", status: 400 },
    { action: "ModifyDiskAttribute", params: { DiskName: "ab" }, code: "IncompleteParamter", status: 400 },
    { action: "ModifyDiskAttribute", params: { DiskId: "d-a" }, code: "NoAttributeToModify", status: 400 },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", "DiskIds.1": "d-a", DiskName: "ab" },
      code: "InvalidParameter",
      status: 400,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-none", DiskName: "ab" },
      code: "InvalidDiskId.NotFound",
      status: 404,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", DiskName: "1" },
      code: "InvalidDiskName.Malformed",
      status: 400,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", DeleteWithInstance: "no" },
      code: "InvalidParameter",
      status: 400,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", DeleteWithInstance: "false" },
      disk: { Category: "local_ssd_pro" },
      code: "DiskNotPortable",
      status: 403,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", DeleteWithInstance: "false" },
      disk: { Category: "cloud", Portable: false },
      code: "DiskNotPortable",
      status: 403,
    },
    {
      action: "ModifyDiskAttribute",
      params: { DiskId: "d-a", DiskName: "ab" },
      disk: { Status: "Detaching" },
      code: "IncorrectDiskStatus",
      status: 403,
    },
  ],
)("$action $params is refused: $code", ({ action, params, disk, code, status }) => {
  const world = worldOf([{ InstanceId: "i-a" }], { disks: [{ DiskId: "d-a", InstanceId: "i-a", ...disk }] });
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, action, { ...here, ...params })).toMatchObject({ code, status, effect: "none" });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("several disks at once: all or none", () => {
  const world = worldOf([{ InstanceId: "i-a" }], {
    disks: [{ DiskId: "d-a" }, { DiskId: "d-b", Category: "local_ssd_pro" }, { DiskId: "d-c" }],
  });
  const both = { "DiskIds.1": "d-a", "DiskIds.2": "d-b", DeleteWithInstance: "false" };
  expect(outcome(askCore(world, "ModifyDiskAttribute", both))).toBe("DiskNotPortable");
  expect(world.storage.disks.get("d-a")?.DeleteWithInstance).toBe(true);
  const { effect } = askCore(world, "ModifyDiskAttribute", { ...both, "DiskIds.2": "d-c" });
  expect(effect).toBe("d-a: DeleteWithInstance -> false; d-c: DeleteWithInstance -> false");
});

test("a key without the permission sees none", () => {
  const credential = { accessKeyId: "k", accessKeySecret: "s", deny: ["ecs:DescribeDisks", "ecs:ModifyDiskAttribute"] };
  const world = worldOf([{ InstanceId: "i-a" }], { disks: [{ DiskId: "d-a" }], credentials: [credential] });
  expect(outcome(askCore(world, "DescribeDisks", here, credential))).toBe("Forbidden.RAM");
  const params = { DiskId: "d-a", DiskName: "ab" };
  expect(outcome(askCore(world, "ModifyDiskAttribute", params, credential))).toBe("Forbidden.RAM");
});
