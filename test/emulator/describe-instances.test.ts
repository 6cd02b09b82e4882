import { describe, expect, test } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { askCore, idsOf, outcome, rowsOf, worldOf } from "./support";

const fleet = (count: number): InstanceFields[] =>
  Array.from({ length: count }, (_, index) => ({ InstanceId: `i-${String(index).padStart(3, "0")}` }));

const here = { RegionId: "cn-hangzhou" };

test("no hit is an empty list, not an error", () => {
  const world = worldOf(fleet(1));
  for (const InstanceIds of ["[]", '["i-none"]']) {
    const { status, body } = askCore(world, "DescribeInstances", { ...here, InstanceIds });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      TotalCount: 0,
      PageNumber: 1,
      PageSize: 10,
      NextToken: "",
      Instances: { Instance: [] },
    });
  }
});

test("another region's instances aren't there", () => {
  const world = worldOf([{ InstanceId: "i-a", RegionId: "cn-beijing" }]);
  expect(idsOf(askCore(world, "DescribeInstances", { ...here, InstanceIds: '["i-a"]' }).body)).toEqual([]);
  expect(idsOf(askCore(world, "DescribeInstances", { RegionId: "cn-beijing" }).body)).toEqual(["i-a"]);
});

describe("pages", () => {
  test("the default page is 10 even when more ids are given", () => {
    const world = worldOf(fleet(12));
    const InstanceIds = JSON.stringify(fleet(12).map(({ InstanceId }) => InstanceId));
    const { body } = askCore(world, "DescribeInstances", { ...here, InstanceIds });
    expect(idsOf(body)).toHaveLength(10);
    expect(body["TotalCount"]).toBe(12);
    const second = askCore(world, "DescribeInstances", { ...here, InstanceIds, PageNumber: "2" });
    expect(idsOf(second.body)).toEqual(["i-010", "i-011"]);
    expect(idsOf(askCore(world, "DescribeInstances", { ...here, InstanceIds, PageSize: "100" }).body)).toHaveLength(12);
  });

  test("tokens lead through everything once, also when something is released in between", () => {
    const world = worldOf(fleet(25));
    const seen: unknown[] = [];
    let NextToken = "";
    do {
      const { body } = askCore(world, "DescribeInstances", {
        ...here,
        MaxResults: "10",
        ...(NextToken === "" ? {} : { NextToken }),
      });
      seen.push(...idsOf(body));
      expect(body["TotalCount"]).toBe(0);
      NextToken = String(body["NextToken"]);
      world.releaseInstance(String(seen[0]));
      world.advance(1000);
    } while (NextToken !== "");
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  test.each([
    { reason: "below ten counts as ten", MaxResults: "1", size: 10 },
    { reason: "above a hundred counts as a hundred", MaxResults: "500", size: 100 },
  ])("MaxResults: $reason", ({ MaxResults, size }) => {
    const world = worldOf(fleet(120));
    expect(idsOf(askCore(world, "DescribeInstances", { ...here, MaxResults }).body)).toHaveLength(size);
  });
});

describe("filters", () => {
  const world = worldOf([
    { InstanceId: "i-a", InstanceName: "web-1", Tags: { env: "prod", team: "x" } },
    { InstanceId: "i-b", InstanceName: "web-2", Status: "Stopped", Tags: { env: "test" } },
    { InstanceId: "i-c", InstanceName: "db.1", InstanceChargeType: "PrePaid", OperationLocks: ["Recycling"] },
    { InstanceId: "i-d", InstanceName: "dbx1", ZoneId: "cn-hangzhou-b", InstanceNetworkType: "classic" },
  ]);
  test.each([
    { filter: { Status: "Stopped" }, ids: ["i-b"] },
    { filter: { InstanceName: "web-*" }, ids: ["i-a", "i-b"] },
    { filter: { InstanceName: "db.1" }, ids: ["i-c"] },
    { filter: { InstanceName: "web" }, ids: [] },
    { filter: { InstanceChargeType: "PrePaid" }, ids: ["i-c"] },
    { filter: { "Tag.1.Key": "env" }, ids: ["i-a", "i-b"] },
    { filter: { "Tag.1.Key": "env", "Tag.1.Value": "prod", "Tag.2.Key": "team" }, ids: ["i-a"] },
    { filter: { ZoneId: "cn-hangzhou-b" }, ids: ["i-d"] },
    { filter: { VpcId: "vpc-bp1emulatorvpc0000001", Status: "Running" }, ids: ["i-a", "i-c"] },
    { filter: { LockReason: "recycling" }, ids: ["i-c"] },
    // In the order of the list: NextToken goes by it.
    { filter: { InstanceIds: '["i-d","i-a","i-a"]' }, ids: ["i-a", "i-d"] },
  ])("$filter", ({ filter, ids }) => {
    const params: Record<string, string> = { ...here };
    for (const [name, value] of Object.entries(filter)) params[name] = value;
    expect(idsOf(askCore(world, "DescribeInstances", params).body)).toEqual(ids);
  });
});

test.each([
  { reason: "no region", params: { RegionId: "" }, code: "MissingRegionId" },
  { reason: "an unknown region", params: { RegionId: "cn-nowhere" }, code: "InvalidRegionId.NotFound" },
  { reason: "ids that aren't JSON", params: { InstanceIds: "i-a" }, code: "InvalidInstanceIds.Malformed" },
  { reason: "ids that aren't a list", params: { InstanceIds: '{"a":1}' }, code: "InvalidInstanceIds.Malformed" },
  { reason: "a list of numbers", params: { InstanceIds: "[1]" }, code: "InvalidInstanceIds.Malformed" },
  {
    reason: "more than a hundred",
    params: { InstanceIds: JSON.stringify(fleet(101).map((each) => each.InstanceId)) },
    code: "InvalidInstanceIds.Malformed",
  },
  { reason: "a status that isn't", params: { Status: "Released" }, code: "InvalidStatus.NotFound" },
  {
    reason: "a charge type that isn't",
    params: { InstanceChargeType: "Free" },
    code: "InvalidInstanceChargeType.NotFound",
  },
  { reason: "a lock that isn't", params: { LockReason: "mood" }, code: "InvalidLockReason.NotFound" },
  { reason: "a value without its key", params: { "Tag.1.Value": "x" }, code: "InvalidTag.Mismatch" },
  { reason: "a page of zero", params: { PageSize: "0" }, code: "InvalidParameter" },
  { reason: "a page of more than a hundred", params: { PageSize: "101" }, code: "InvalidParameter" },
  { reason: "a token from elsewhere", params: { NextToken: "abc" }, code: "InvalidParameter" },
  { reason: "a dry run", params: { DryRun: "true" }, code: "DryRunOperation" },
])("refused: $reason", ({ reason, params, code }) => {
  const sent: Record<string, string> = { ...here };
  for (const [name, value] of Object.entries(params)) sent[name] = value;
  expect(outcome(askCore(worldOf(fleet(1)), "DescribeInstances", sent)), reason).toBe(code);
});

test("the form of a row", () => {
  const world = worldOf([
    {
      InstanceId: "i-a",
      CreationTime: "2026-01-01T10:11:12Z",
      AutoReleaseTime: "2026-03-02T00:00Z",
      accountId: "1000000000000001",
    },
    { InstanceId: "i-b", Tags: { env: "prod" }, OperationLocks: ["financial"] },
  ]);
  const [plain, tagged] = rowsOf(askCore(world, "DescribeInstances", here).body);
  expect(plain).toMatchObject({
    CreationTime: "2026-01-01T10:11Z",
    ExpiredTime: "2099-12-31T15:59Z",
    AutoReleaseTime: "2026-03-02T00:00Z",
    StoppedMode: "Not-applicable",
    Description: "",
    OperationLocks: { LockReason: [] },
  });
  // Untagged instances have no Tags at all, and nothing of the emulator's own shows.
  for (const name of ["Tags", "accountId", "localDisks", "timings"]) expect(plain).not.toHaveProperty(name);
  expect(tagged).toMatchObject({
    AutoReleaseTime: "",
    Tags: { Tag: [{ TagKey: "env", TagValue: "prod" }] },
    OperationLocks: { LockReason: [{ LockReason: "financial" }] },
  });
});
