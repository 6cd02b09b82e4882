import { describe, expect, test } from "vitest";
import type { WorldFile } from "../../emulator/index";
import { ask, askCore, type Body, emulatorForTest, now, outcome, rowsOf, worldOf } from "./support";

const order = { RegionId: "cn-hangzhou", ImageId: "aliyun_3_x64", InstanceType: "ecs.c7.xlarge" };

function idSet(body: Body): string[] {
  return (body["InstanceIdSets"] as { InstanceIdSet: string[] }).InstanceIdSet;
}

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("two instances come to life", async () => {
    const emulator = await emulatorForTest({ world: { now } });
    const call = (action: string, params: Body) => ask(emulator, action, params, { method });
    const { body, code } = await call("RunInstances", {
      ...order,
      Amount: 2,
      InstanceName: "worker",
      UniqueSuffix: true,
      VSwitchId: "vsw-bp1x",
      SecurityGroupId: "sg-bp1x",
      InternetMaxBandwidthOut: 5,
      AutoReleaseTime: "2026-03-01T10:00:00Z",
      DeletionProtection: true,
      "SystemDisk.Category": "cloud_essd",
      "SystemDisk.Size": 60,
      DataDisk: [{ Category: "cloud_essd", Size: 200, DeleteWithInstance: false }],
      Tag: [{ Key: "env", Value: "prod" }],
    });
    expect(code).toBeUndefined();
    const ids = idSet(body);
    expect(ids).toHaveLength(2);
    for (const id of ids) expect(id).toMatch(/^i-bp1[0-9a-z]{17}$/);
    const list = async () => rowsOf((await call("DescribeInstances", { RegionId: "cn-hangzhou" })).body);
    expect(await list()).toMatchObject([
      {
        InstanceId: ids[0],
        Status: "Pending",
        InstanceName: "worker001",
        InstanceType: "ecs.c7.xlarge",
        VpcAttributes: { VSwitchId: "vsw-bp1x" },
        SecurityGroupIds: { SecurityGroupId: ["sg-bp1x"] },
        AutoReleaseTime: "2026-03-01T10:00Z",
        DeletionProtection: true,
        Tags: { Tag: [{ TagKey: "env", TagValue: "prod" }] },
      },
      { InstanceId: ids[1], InstanceName: "worker002" },
    ]);
    expect((await list())[0]?.["PublicIpAddress"]).not.toEqual({ IpAddress: [] });
    const disks = await call("DescribeDisks", { RegionId: "cn-hangzhou", InstanceId: ids[0] });
    expect(disks.body["Disks"]).toMatchObject({
      Disk: [
        { Type: "system", Size: 60, DeleteWithInstance: true },
        { Type: "data", Size: 200, DeleteWithInstance: false },
      ],
    });
    emulator.advance(4000);
    expect(await list()).toMatchObject([{ Status: "Running" }, { Status: "Running" }]);
    const zones = await call("DescribeZones", { RegionId: "cn-hangzhou" });
    expect(zones.body["Zones"]).toMatchObject({ Zone: [{ ZoneId: "cn-hangzhou-h" }, { ZoneId: "cn-hangzhou-i" }] });
  });
});

test.each<{ reason: string; params: Record<string, string>; file?: WorldFile; code: string; status: number }>([
  { reason: "no image", params: { ImageId: "" }, code: "MissingImageId", status: 400 },
  { reason: "no image's form", params: { ImageId: "a b" }, code: "InvalidImageId.NotFound", status: 404 },
  { reason: "no type", params: { InstanceType: "" }, code: "MissingInstanceType", status: 400 },
  {
    reason: "no type's form",
    params: { InstanceType: "t2.micro" },
    code: "InvalidInstanceType.ValueNotSupported",
    status: 400,
  },
  { reason: "none", params: { Amount: "0" }, code: "InvalidParameter", status: 400 },
  { reason: "too many", params: { Amount: "101" }, code: "InvalidParameter", status: 400 },
  { reason: "no switch", params: { VSwitchId: "x" }, code: "InvalidVSwitchId.NotFound", status: 404 },
  { reason: "no group", params: { "SecurityGroupIds.1": "x" }, code: "InvalidSecurityGroupId.NotFound", status: 404 },
  { reason: "no zone", params: { ZoneId: "cn-hangzhou-z" }, code: "InvalidZoneId.NotFound", status: 404 },
  {
    reason: "no such charge",
    params: { InstanceChargeType: "Free" },
    code: "InvalidInstanceChargeType.NotFound",
    status: 404,
  },
  { reason: "no period", params: { InstanceChargeType: "PrePaid" }, code: "MissingParamter", status: 400 },
  {
    reason: "an odd period",
    params: { InstanceChargeType: "PrePaid", Period: "11" },
    code: "InvalidPeriod",
    status: 400,
  },
  {
    reason: "spot and subscription",
    params: { InstanceChargeType: "PrePaid", SpotStrategy: "SpotAsPriceGo" },
    code: "InvalidSpotPrepaid",
    status: 400,
  },
  { reason: "no such strategy", params: { SpotStrategy: "Cheap" }, code: "InvalidSpotStrategy", status: 400 },
  { reason: "no price", params: { SpotPriceLimit: "low" }, code: "InvalidSpotPriceLimit", status: 400 },
  { reason: "two hours", params: { SpotDuration: "2" }, code: "InvalidSpotDuration", status: 400 },
  {
    reason: "no such end",
    params: { SpotInterruptionBehavior: "Sleep" },
    code: "InvalidSpotInterruptionBehavior",
    status: 400,
  },
  {
    reason: "protected spot",
    params: { SpotStrategy: "SpotAsPriceGo", DeletionProtection: "true" },
    code: "InvalidChargeType.ValueNotSupported",
    status: 403,
  },
  {
    reason: "a release too soon",
    params: { AutoReleaseTime: "2026-03-01T08:10:00Z" },
    code: "InvalidAutoReleaseTime.Malformed",
    status: 400,
  },
  {
    reason: "a released subscription",
    params: { AutoReleaseTime: "2026-03-01T10:00:00Z", InstanceChargeType: "PrePaid", Period: "1" },
    code: "ChargeTypeViolation",
    status: 403,
  },
  {
    reason: "no such disk",
    params: { "SystemDisk.Category": "tape" },
    code: "InvalidSystemDiskCategory.ValueNotSupported",
    status: 400,
  },
  {
    reason: "too small a disk",
    params: { "SystemDisk.Size": "19" },
    code: "InvalidSystemDiskSize.ValueNotSupported",
    status: 400,
  },
  {
    reason: "too large a disk",
    params: { "DataDisk.1.Size": "65537" },
    code: "InvalidDataDiskSize.ValueNotSupported",
    status: 400,
  },
  {
    reason: "too many disks",
    params: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`DataDisk.${n + 1}.Size`, "20"])),
    code: "InstanceDiskNumber.LimitExceed",
    status: 400,
  },
  {
    reason: "too much bandwidth",
    params: { InternetMaxBandwidthOut: "101" },
    code: "InvalidInternetMaxBandwidthOut.ValueNotSupported",
    status: 400,
  },
  { reason: "a short name", params: { InstanceName: "a" }, code: "InvalidInstanceName.Malformed", status: 400 },
  {
    reason: "a sold-out zone",
    params: { ZoneId: "cn-hangzhou-b" },
    file: { zones: [{ ZoneId: "cn-hangzhou-b", noStock: true }] },
    code: "OperationDenied.NoStock",
    status: 403,
  },
  { reason: "a dry run", params: { DryRun: "true" }, code: "DryRunOperation", status: 400 },
])("RunInstances, $reason: $code", ({ params, file, code, status }) => {
  const world = worldOf([], file);
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, "RunInstances", { ...order, ...params })).toMatchObject({ code, status, effect: "none" });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("the same ClientToken makes them once", () => {
  const world = worldOf([]);
  const params = { ...order, ClientToken: "t" };
  const first = askCore(world, "RunInstances", params);
  expect(idSet(askCore(world, "RunInstances", params).body)).toEqual(idSet(first.body));
  expect([...world.compute.all()]).toHaveLength(1);
  expect(askCore(world, "RunInstances", { ...params, Amount: "2" })).toMatchObject({
    code: "IdempotentParameterMismatch",
    status: 400,
  });
});

test("a spot instance and a subscription", () => {
  const world = worldOf([]);
  const spot = idSet(
    askCore(world, "RunInstances", { ...order, SpotStrategy: "SpotWithPriceLimit", SpotPriceLimit: "0.97" }).body,
  );
  expect(world.find(spot[0] ?? "")?.instance).toMatchObject({
    SpotPriceLimit: 0.97,
    SpotDuration: 1,
    SpotInterruptionBehavior: "Terminate",
  });
  const { body } = askCore(world, "RunInstances", { ...order, InstanceChargeType: "PrePaid", Period: "1" });
  expect(body["OrderId"]).toEqual(expect.any(String));
  expect(world.find(idSet(body)[0] ?? "")?.instance).toMatchObject({
    InstanceChargeType: "PrePaid",
    ExpiredTime: "2026-03-31T08:00:20Z",
  });
});

test("a new instance can stay out of sight for a while", () => {
  const world = worldOf([], { timings: { appearMs: 5000 } });
  const [id = ""] = idSet(askCore(world, "RunInstances", order).body);
  const seen = () => rowsOf(askCore(world, "DescribeInstances", { RegionId: "cn-hangzhou" }).body).length;
  expect(seen()).toBe(0);
  expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: id }))).toBe("InvalidInstanceId.NotFound");
  // Writes know it.
  expect(outcome(askCore(world, "DeleteInstance", { InstanceId: id }))).toBe("IncorrectInstanceStatus");
  world.advance(5000);
  expect(seen()).toBe(1);
  expect(world.find(id)?.instance.Status).toBe("Running");
});

test("ids never repeat, not even after a reset of the world's file", () => {
  const world = worldOf([]);
  const ids = Array.from({ length: 50 }, () => idSet(askCore(world, "RunInstances", order).body)[0]);
  world.replaceWith({});
  ids.push(idSet(askCore(world, "RunInstances", order).body)[0]);
  expect(new Set(ids).size).toBe(51);
});
