import { describe, expect, test } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { ask, askCore, type Body, emulatorForTest, now, outcome, rowsOf, worldOf } from "./support";

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("name, description and protection", async () => {
    const emulator = await emulatorForTest();
    const call = (action: string, params: Body) => ask(emulator, action, params, { method });
    const params = { InstanceId: "i-a", InstanceName: "größe:1", Description: "ein Wort", DeletionProtection: true };
    expect((await call("ModifyInstanceAttribute", params)).code).toBeUndefined();
    const list = await call("DescribeInstances", { RegionId: "cn-hangzhou" });
    expect(rowsOf(list.body)).toMatchObject([
      { InstanceName: "größe:1", Description: "ein Wort", DeletionProtection: true },
    ]);
    expect((await call("DeleteInstance", { InstanceId: "i-a", Force: true })).code).toBe(
      "InvalidOperation.DeletionProtection",
    );
    await call("ModifyInstanceAttribute", { InstanceId: "i-a", DeletionProtection: false });
    expect((await call("DeleteInstance", { InstanceId: "i-a", Force: true })).code).toBeUndefined();
  });

  test("tags", async () => {
    const emulator = await emulatorForTest({
      world: { now, instances: [{ InstanceId: "i-a", Tags: { old: "1" } }] },
    });
    const about = { RegionId: "cn-hangzhou", ResourceType: "instance", ResourceId: ["i-a"] };
    const call = (action: string, params: Body) => ask(emulator, action, { ...about, ...params }, { method });
    expect(
      (
        await call("TagResources", {
          Tag: [
            { Key: "env", Value: "prod" },
            { Key: "old", Value: "2" },
          ],
        })
      ).code,
    ).toBeUndefined();
    const { body } = await call("ListTagResources", {});
    expect(body["NextToken"]).toBe("");
    expect((body["TagResources"] as { TagResource: Body[] }).TagResource).toEqual([
      { ResourceType: "instance", ResourceId: "i-a", TagKey: "env", TagValue: "prod" },
      { ResourceType: "instance", ResourceId: "i-a", TagKey: "old", TagValue: "2" },
    ]);
    expect((await call("UntagResources", { TagKey: ["env"] })).code).toBeUndefined();
    expect(emulator.instance("i-a")?.Tags.Tag).toEqual([{ TagKey: "old", TagValue: "2" }]);
    await call("UntagResources", { All: true });
    expect(emulator.instance("i-a")?.Tags.Tag).toEqual([]);
  });
});

test.each<{
  reason: string;
  params: Record<string, string>;
  given?: Partial<InstanceFields>;
  code: string;
  status: number;
}>([
  { reason: "no id", params: { InstanceId: "" }, code: "MissingInstanceId", status: 400 },
  { reason: "an unknown id", params: { InstanceId: "i-none" }, code: "InvalidInstanceId.NotFound", status: 404 },
  { reason: "a short name", params: { InstanceName: "a" }, code: "InvalidInstanceName.Malformed", status: 400 },
  { reason: "a linked name", params: { InstanceName: "http:x" }, code: "InvalidInstanceName.Malformed", status: 400 },
  { reason: "a short text", params: { Description: "a" }, code: "InvalidDescription.Malformed", status: 400 },
  { reason: "no boolean", params: { DeletionProtection: "1" }, code: "InvalidParameter", status: 400 },
  {
    reason: "a subscription",
    params: { DeletionProtection: "true" },
    given: { InstanceChargeType: "PrePaid" },
    code: "InvalidChargeType.ValueNotSupported",
    status: 403,
  },
  {
    reason: "a spot instance",
    params: { DeletionProtection: "false" },
    given: { SpotStrategy: "SpotAsPriceGo" },
    code: "InvalidChargeType.ValueNotSupported",
    status: 403,
  },
  {
    reason: "a security lock",
    params: { InstanceName: "ab" },
    given: { OperationLocks: ["security"] },
    code: "InstanceLockedForSecurity",
    status: 403,
  },
])("ModifyInstanceAttribute, $reason: $code", ({ params, given, code, status }) => {
  const world = worldOf([{ InstanceId: "i-a", ...given }]);
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, "ModifyInstanceAttribute", { InstanceId: "i-a", ...params })).toMatchObject({ code, status });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("a financial lock is no matter, what is left out stays, and the same again changes nothing", () => {
  const world = worldOf([{ InstanceId: "i-a", OperationLocks: ["financial"], Description: "kept" }]);
  const params = { InstanceId: "i-a", InstanceName: "ab", Description: "" };
  expect(askCore(world, "ModifyInstanceAttribute", params).effect).toBe("i-a: InstanceName -> ab");
  expect(askCore(world, "ModifyInstanceAttribute", params).effect).toBe("none");
  expect(world.find("i-a")?.instance).toMatchObject({ InstanceName: "ab", Description: "kept" });
});

const tag = { RegionId: "cn-hangzhou", ResourceType: "instance", "ResourceId.1": "i-a", "Tag.1.Key": "k" };
const list = (name: string, count: number, end = "") =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}.${n + 1}${end}`, `x${n}`]));

test.each<{ action: string; params: Record<string, string>; code: string; status: number }>([
  { action: "TagResources", params: { RegionId: "" }, code: "MissingParameter.RegionId", status: 404 },
  { action: "TagResources", params: { RegionId: "cn-no" }, code: "InvalidRegionId.NotFound", status: 404 },
  { action: "TagResources", params: { ResourceType: "" }, code: "MissingParameter.ResourceType", status: 404 },
  { action: "TagResources", params: { ResourceType: "cat" }, code: "InvalidResourceType.NotFound", status: 404 },
  { action: "TagResources", params: { ResourceType: "image" }, code: "InvalidResourceId.NotFound", status: 404 },
  { action: "TagResources", params: { "ResourceId.1": "" }, code: "MissingParameter.ResourceIds", status: 404 },
  { action: "TagResources", params: { "ResourceId.1": "i-no" }, code: "InvalidResourceId.NotFound", status: 404 },
  { action: "TagResources", params: list("ResourceId", 51), code: "NumberExceed.ResourceIds", status: 400 },
  { action: "TagResources", params: list("Tag", 21, ".Key"), code: "NumberExceed.Tags", status: 400 },
  { action: "TagResources", params: { "Tag.1.Key": "aliyun-x" }, code: "InvalidTagKey.Malformed", status: 400 },
  { action: "TagResources", params: { "Tag.1.Value": "http://x" }, code: "InvalidTagValue.Malformed", status: 400 },
  { action: "TagResources", params: { "Tag.2.Key": "k" }, code: "Duplicate.TagKey", status: 400 },
  { action: "TagResources", params: list("Tag", 20, ".Key"), code: "OperationDenied.QuotaExceed", status: 400 },
  { action: "UntagResources", params: { "ResourceId.1": "" }, code: "MissingParameter.ResourceIds", status: 404 },
])("$action $params is refused: $code", ({ action, params, code, status }) => {
  const world = worldOf([{ InstanceId: "i-a", Tags: { there: "1" } }]);
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, action, { ...tag, ...params })).toMatchObject({ code, status, effect: "none" });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("ListTagResources needs something to go by", () => {
  const params = { RegionId: "cn-hangzhou", ResourceType: "instance" };
  expect(outcome(askCore(worldOf([]), "ListTagResources", params))).toBe("MissingParameter.ResourceIds");
});

test("disks and snapshots have tags too", () => {
  const world = worldOf([], { disks: [{ DiskId: "d-a" }], snapshots: [{ SnapshotId: "s-a" }] });
  for (const [type, id] of [
    ["disk", "d-a"],
    ["snapshot", "s-a"],
  ] as const) {
    const params = { ...tag, ResourceType: type, "ResourceId.1": id };
    expect(askCore(world, "TagResources", params).effect).toBe(`${id}: Tags -> changed`);
    expect(askCore(world, "TagResources", params).effect).toBe("none");
  }
  expect(world.storage.disks.get("d-a")?.Tags.Tag).toEqual([{ TagKey: "k", TagValue: "" }]);
});

test("ModifyInstanceChargeType is judged and politely refused", () => {
  const world = worldOf([{ InstanceId: "i-a" }]);
  const change = (params: Record<string, string>) =>
    outcome(askCore(world, "ModifyInstanceChargeType", { RegionId: "cn-hangzhou", InstanceIds: '["i-a"]', ...params }));
  expect(change({})).toBe("OperationDenied");
  expect(change({ InstanceIds: '["i-b"]' })).toBe("InvalidInstanceIds.NotFound");
  expect(change({ InstanceIds: "" })).toBe("InvalidInstanceIds.Malformed");
  expect(change({ InstanceChargeType: "Free" })).toBe("InvalidParameter");
});
