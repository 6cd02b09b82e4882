import { expect, test } from "vitest";
import { render } from "../../emulator/render";
import { ecsClient, signatures } from "../clients/ecs-sdk";
import { ann, bob, crowdedFile, crowdedWorld } from "../emulator/crowded-world";
import { askCore, type Body, emulatorForTest, idsOf, worldOf } from "../emulator/support";

// What the generated requests found, each once more by itself.

const here = { RegionId: "cn-hangzhou" };
const answerTo = (action: string, params: Record<string, string>, credential = ann) =>
  askCore(crowdedWorld(), action, params, credential);
const rowsOf = (body: Body, list: string, row: string) => (body[list] as Record<string, Body[]>)[row] ?? [];

test("DeleteInstances doesn't tell in which region another account's instance is", () => {
  const params = { RegionId: "cn-beijing", "InstanceId.1": "i-run" };
  expect(answerTo("DeleteInstances", params, bob).code).toBe("InvalidInstanceIds.NotFound");
  expect(answerTo("DeleteInstances", params, ann).code).toBe("InvalidParameter.CrossRegionNotSupport");
});

test("a name with many stars is looked for in no time", () => {
  const startedMs = performance.now();
  const { body } = answerTo("DescribeInstances", { ...here, InstanceName: `${"*a".repeat(40)}*b` });
  expect(idsOf(body)).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

test.each([
  { pattern: "ab", fits: ["ab"], others: ["abc", "xab", "", "AB"] },
  { pattern: "*", fits: ["", "ab"], others: [] },
  { pattern: "a*", fits: ["a", "ab"], others: ["ba", ""] },
  { pattern: "*a*b", fits: ["ab", "xaxxb", "aab", "abab"], others: ["aba", "ba"] },
  { pattern: "a**b", fits: ["ab", "axb"], others: ["a"] },
  { pattern: "a.b", fits: ["a.b"], others: ["axb"] },
])("DescribeInstances: InstanceName=$pattern", ({ pattern, fits, others }) => {
  const names = [...fits, ...others];
  const world = worldOf(names.map((InstanceName, index) => ({ InstanceId: `i-${index}`, InstanceName })));
  const { body } = askCore(world, "DescribeInstances", { ...here, InstanceName: pattern });
  expect(rowsOf(body, "Instances", "Instance").map((row) => row["InstanceName"])).toEqual(fits);
});

test("NextToken goes through all of InstanceIds, in whatever order they are sent", () => {
  const world = worldOf(Array.from({ length: 25 }, (_, index) => ({ InstanceId: `i-${index}` })));
  const InstanceIds = JSON.stringify(Array.from({ length: 25 }, (_, index) => `i-${24 - index}`));
  const seen: unknown[] = [];
  let NextToken = "";
  do {
    const { body } = askCore(world, "DescribeInstances", { ...here, InstanceIds, MaxResults: "10", NextToken });
    seen.push(...idsOf(body));
    NextToken = body["NextToken"] as string;
  } while (NextToken !== "");
  expect(new Set(seen).size).toBe(25);
});

test("DescribeInstanceStatus knows pages by number only", () => {
  const { body } = answerTo("DescribeInstanceStatus", { ...here, MaxResults: "20", NextToken: "x" });
  expect(body).toMatchObject({ PageNumber: 1, PageSize: 10 });
  expect(body).not.toHaveProperty("NextToken");
  expect(rowsOf(body, "InstanceStatuses", "InstanceStatus")).toHaveLength(10);
});

test("DescribeInstanceAttribute shows less of a lock and of an address than DescribeInstances", () => {
  const { body } = answerTo("DescribeInstanceAttribute", { InstanceId: "i-over" });
  expect(body["OperationLocks"]).toEqual({ LockReason: [{ LockReason: "financial" }] });
  expect(body["EipAddress"]).toEqual({ AllocationId: "", IpAddress: "", InternetChargeType: "" });
});

test("DescribeSnapshotGroups: tags are Key and Value, and more than ten groups have a next page without MaxResults", () => {
  const { body } = answerTo("DescribeSnapshotGroups", here);
  const groups = rowsOf(body, "SnapshotGroups", "SnapshotGroup");
  expect(groups).toHaveLength(10);
  expect(groups[0]).toMatchObject({ Tags: { Tag: [{ Key: "env", Value: "prod" }] } });
  expect(groups[0]).toMatchObject({ Snapshots: { Snapshot: [{ Tags: { Tag: [{ Key: "env", Value: "prod" }] } }] } });
  const { body: rest } = answerTo("DescribeSnapshotGroups", { ...here, NextToken: body["NextToken"] as string });
  expect(rowsOf(rest, "SnapshotGroups", "SnapshotGroup")).toHaveLength(3);
  expect(rest["NextToken"]).toBe("");
});

test("CreateSnapshotGroup takes no disk of another instance", () => {
  const disks = { "DiskId.1": "d-run", "DiskId.2": "d-off" };
  expect(answerTo("CreateSnapshotGroup", { ...here, InstanceId: "i-run", ...disks }).code).toBe("InvalidParameter");
});

test.each([
  { action: "DescribeInstances", params: { "Filter.1.Key": "CreationStartTime" }, code: "InvalidParameter" },
  {
    action: "DescribeInstances",
    params: { "Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-01-15T10:30:00Z" },
    code: "InvalidParameter",
  },
  {
    action: "DescribeDisks",
    params: { "Filter.1.Key": "Nothing", "Filter.1.Value": "2026-01-15T10:30Z" },
    code: "InvalidFilterKey.NotFound",
  },
  { action: "DescribeInstances", params: { PrivateIpAddresses: "172.16.0.1" }, code: "InvalidParameter" },
  { action: "ListTagResources", params: { "Tag.1.Value": "prod" }, code: "InvalidParameter.TagValue" },
  { action: "ListTagResources", params: { "Tag.1.Key": "env", "TagFilter.1.TagKey": "e*" }, code: "InvalidParameter" },
  { action: "ListTagResources", params: { "TagFilter.1.TagValues.1": "prod" }, code: "InvalidParameter" },
])("$action with $params is refused with $code", ({ action, params, code }) => {
  expect(answerTo(action, { ...here, ResourceType: "instance", ...(params as Record<string, string>) }).code).toBe(
    code,
  );
});

test.each([
  { params: { PublicIpAddresses: '["203.0.113.200"]' }, ids: ["i-public"] },
  { params: { EipAddresses: '["203.0.113.201"]' }, ids: ["i-public"] },
  { params: { InternetChargeType: "PayByBandwidth" }, ids: ["i-public"] },
  { params: { IoOptimized: "false" }, ids: ["i-classic"] },
  { params: { "Filter.1.Key": "CreationEndTime", "Filter.1.Value": "2026-01-15T10:30Z" }, ids: ["i-public"] },
  { params: { "Filter.2.Key": "CreationEndTime", "Filter.2.Value": "2026-01-15T10:29Z" }, ids: [] },
  { params: { InstanceTypeFamily: "ecs.c7" }, ids: [] },
  { params: { "Ipv6Address.1": "::1" }, ids: [] },
  { params: { HttpTokens: "required" }, ids: [] },
])("DescribeInstances looks at $params", ({ params, ids }) => {
  expect(idsOf(answerTo("DescribeInstances", { ...here, ...(params as Record<string, string>) }).body)).toEqual(ids);
});

test.each([
  { params: { Category: "all", "Tag.1.Key": "env" }, ids: ["d-basic"] },
  { params: { Encrypted: "true" }, ids: ["d-used"] },
  { params: { MultiAttach: "Enabled" }, ids: ["d-shared"] },
  { params: { DeleteWithInstance: "false" }, ids: ["d-off"] },
  { params: { EnableAutoSnapshot: "false" }, ids: ["d-owing"] },
  { params: { LockReason: "financial" }, ids: ["d-owing"] },
  { params: { SnapshotId: "s-1" }, ids: ["d-owing"] },
  { params: { AutoSnapshotPolicyId: "sp-1" }, ids: [] },
])("DescribeDisks looks at $params", ({ params, ids }) => {
  const { body } = answerTo("DescribeDisks", { ...here, ...(params as Record<string, string>) });
  expect(rowsOf(body, "Disks", "Disk").map((row) => row["DiskId"])).toEqual(ids);
});

test.each([
  // What is made of an encrypted disk is encrypted too.
  { params: { Encrypted: "true" }, ids: ["s-running", "s-failed", "s-kept"] },
  { params: { Usage: "disk" }, ids: ["s-failed"] },
  { params: { Category: "flash" }, ids: [] },
  { params: { "Filter.1.Key": "CreationEndTime", "Filter.1.Value": "2026-01-15T10:30Z" }, ids: ["s-auto"] },
  { params: { MaxResults: "2" }, ids: ["s-1", "s-auto"] },
])("DescribeSnapshots looks at $params", ({ params, ids }) => {
  const { body } = answerTo("DescribeSnapshots", { ...here, ...(params as Record<string, string>) });
  expect(rowsOf(body, "Snapshots", "Snapshot").map((row) => row["SnapshotId"])).toEqual(ids);
});

test("ListTagResources looks for keys and values with stars", () => {
  const ask = (params: Record<string, string>) =>
    rowsOf(
      answerTo("ListTagResources", { ...here, ResourceType: "instance", ...params }).body,
      "TagResources",
      "TagResource",
    );
  expect(ask({ "TagFilter.1.TagKey": "e*", "ResourceId.1": "i-run", "ResourceId.2": "i-off" })).toHaveLength(1);
  expect(ask({ "TagFilter.1.TagKey": "env", "TagFilter.1.TagValues.1": "p*d" })).toHaveLength(1);
  expect(ask({ "TagFilter.1.TagKey": "x*", "ResourceId.1": "i-run" })).toEqual([]);
  expect(ask({ ResourceType: "managedinstance", "ResourceId.1": "mi-1" })).toEqual([]);
});

test("lists count from 1: other numbers are names that nobody knows", () => {
  for (const name of ["InstanceId.0", "InstanceId.01", "InstanceId.1x", "InstanceId.-1"]) {
    const { code, body } = answerTo("StartInstances", { ...here, [name]: "i-off" });
    expect({ name, code, text: body["Message"] }).toEqual({
      name,
      code: "InvalidInstanceId.NotFound",
      text: "InstanceId should not be null.",
    });
  }
  const { body } = answerTo("DescribeDisks", { ...here, "Tag.01.Value": "x" });
  expect(body["TotalCount"]).toBeGreaterThan(1);
});

test("DescribeZones with Verbose=false tells the zones and nothing of what is in them", () => {
  const { body } = answerTo("DescribeZones", { ...here, Verbose: "false" });
  expect(rowsOf(body, "Zones", "Zone")[0]).toEqual({
    ZoneId: "cn-hangzhou-h",
    LocalName: "cn-hangzhou-h",
    ZoneType: "AvailabilityZone",
  });
});

test("XML carries no character that XML can't carry", () => {
  const world = crowdedWorld();
  askCore(world, "ModifyInstanceAttribute", { InstanceId: "i-run", Description: "a\u0000b\u001b\ufffe<c>\r" }, ann);
  const { body } = askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-run" }, ann);
  expect(body["Description"]).toBe("a\u0000b\u001b\ufffe<c>\r");
  expect(render(body, "XML", "x").text).toContain("<Description>ab&#60;c&#62;&#13;</Description>");
});

test.each(signatures)("twenty long tags fit into a query ($signature)", async ({ signatureAlgorithm }) => {
  const emulator = await emulatorForTest({ world: crowdedFile });
  const client = ecsClient(emulator, { signatureAlgorithm, credential: ann });
  const tag = Array.from({ length: 20 }, (_, n) => ({ key: `${n}${"汉".repeat(126)}`, value: "字".repeat(128) }));
  const { TagResourcesRequest } = await import("@alicloud/ecs20140526");
  await client.tagResources(
    new TagResourcesRequest({ regionId: "cn-hangzhou", resourceType: "instance", resourceId: ["i-off"], tag }),
  );
  expect(emulator.instance("i-off")?.Tags.Tag.map(({ TagValue }) => TagValue)).toEqual(tag.map(({ value }) => value));
});
