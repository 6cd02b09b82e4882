import fc from "fast-check";
import { crowdedFile } from "../emulator/crowded-world";
import { actionSpecs } from "../emulator/parameter-specs";

export const ids = {
  instance: (crowdedFile.instances ?? []).map((instance) => instance.InstanceId),
  disk: (crowdedFile.disks ?? []).map((disk) => disk.DiskId),
  snapshot: (crowdedFile.snapshots ?? []).map((snapshot) => snapshot.SnapshotId),
  group: (crowdedFile.snapshotGroups ?? []).map((group) => group.SnapshotGroupId),
};

const json = (...lists: string[][]) => lists.map((list) => JSON.stringify(list));
const addresses = json(["203.0.113.200"], ["203.0.113.201"], ["172.16.0.1", "203.0.113.200"], [], ["x"]);

/** Values that mean something, by the last part of the parameter's name. What the tables of test/emulator know comes on top. */
const meaningful: Readonly<Record<string, readonly string[]>> = {
  RegionId: ["cn-hangzhou", "cn-hangzhou", "cn-hangzhou", "cn-hangzhou", "cn-beijing", "cn-nowhere"],
  InstanceId: [...ids.instance, "i-none"],
  DiskId: [...ids.disk, "d-none"],
  DiskIds: ids.disk,
  ExcludeDiskId: ids.disk,
  SnapshotId: [...ids.snapshot, "s-none"],
  SnapshotGroupId: [...ids.group, "ssg-none"],
  ResourceId: [...ids.instance, ...ids.disk, ...ids.snapshot, "i-none"],
  InstanceIds: json(ids.instance, ids.instance.slice(0, 3), ["i-run", "i-run"], ["i-many3", "i-run", "i-none"], []),
  SnapshotIds: json(ids.snapshot, ["s-1", "s-none"]),
  InstanceChargeType: ["PostPaid", "PrePaid"],
  Key: ["env", "n1", "CreationStartTime", "CreationEndTime", "ExpiredStartTime", "acs:rm:rgId"],
  Value: ["prod", "test", "1", "2026-01-15T10:30Z", "2026-01-15T10:31Z", "2026-03-01T08:00Z", "2026-01-15"],
  TagKey: ["env", "n1", "n*", "*v", "none"],
  TagValues: ["prod", "te*", "*o*", "1"],
  PrivateIpAddresses: addresses,
  PublicIpAddresses: addresses,
  InnerIpAddresses: addresses,
  EipAddresses: addresses,
  Category: ["all", "cloud", "cloud_essd", "local_ssd_pro", "Standard", "standard", "flash"],
  MultiAttach: ["Disabled", "Enabled", "LegacyShared"],
  LockReason: ["financial", "security", "Recycling", "recycling"],
  Usage: ["none", "disk", "image", "image_disk"],
  HttpEndpoint: ["enabled", "disabled"],
  HttpTokens: ["optional", "required"],
  InstanceName: ["*", "web*", "*1", "i-many*", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a".repeat(128)],
  InternetChargeType: ["PayByTraffic", "PayByBandwidth"],
  InstanceTypeFamily: ["ecs.g7", "ecs.c7"],
  ResourceGroupId: ["rg-1", "rg-2"],
  KeyPairName: ["pair"],
  AutoReleaseTime: ["2026-03-01T08:30:20Z", "2026-03-01T08:30:19Z", "2029-03-01T08:00:20Z", "2029-03-01T08:00:21Z"],
  ResourceType: ["instance", "disk", "snapshot", "image", "managedinstance"],
  Status: ["Running", "Stopped", "Pending", "All", "all", "accomplished", "progressing", "failed", "In_use"],
  ClientToken: ["t", "x".repeat(64)],
  RoleArn: ["acs:ram::1000000000000001:role/ops"],
  ZoneId: ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-sold"],
  Name: ["ssg-1", "ab"],
  SnapshotName: ["ab"],
  Policy: ['{"Version":"1","Statement":[]}'],
  SecurityGroupId: ["sg-bp1emulatorsg00000001"],
  VpcId: ["vpc-bp1emulatorvpc0000001"],
  VSwitchId: ["vsw-bp1emulatorvsw0000001"],
};

const known = new Map(actionSpecs.map((spec) => [spec.action, spec]));

/** Values of this parameter that may well be taken; booleans and numbers have their own when there is nothing to know. */
export function sensible(action: string, path: string): readonly string[] {
  const spec = known.get(action)?.params[path];
  const last =
    path
      .split(".")
      .filter((part) => !/^\d*$/.test(part))
      .at(-1) ?? path;
  const best = spec?.valid ?? [];
  const others = meaningful[last] ?? [];
  if (best.length === 0) return others;
  // The tables know best what this very call takes: two values of three are theirs.
  const times = Math.ceil((2 * others.length) / best.length) || 1;
  return [...Array.from({ length: times }, () => best).flat(), ...others];
}

export const booleans = ["true", "false", "True", "FALSE"];

/** Around every limit that the documents name: pages, lists, tags, disks, days, lengths. */
const limits = [1, 5, 10, 16, 20, 50, 64, 100, 128, 500, 2048, 65_535, 65_536];
export const numbers = ["0", "-1", "999999999", "1000000000", "007"].concat(
  limits.flatMap((limit) => [String(limit), String(limit + 1)]),
);
export const sizes = [1, 2, 3, 5, 10, 11, 16, 17, 20, 21, 50, 51, 100, 101, 128, 129];

/** What nobody should send, and somebody does. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      ...["", " ", "\t\n", "\u0000", "a\u0000b", "__proto__", "constructor", "toString", "null", "undefined", "NaN"],
      ...["-1", "1.5", "1e3", "0x10", "+1", " 1", "１", "1,2", "yes", "tRuE ", "größe", "漢字🙂", "\u202e", "\ufeff"],
      ...["[]", "{}", "[1]", "[null]", '["i-run"', '{"__proto__":1}', '[["i-run"]]', '"i-run"', "[".repeat(2000)],
      ...["2026-02-30T10:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T10:00:00+08:00", "9999-12-31T23:59:59Z"],
      ...["0000-00-00T00:00:00Z", "2026-03-01T23:59:60Z", "2026-03-01t10:00:00z", "-271821-04-20T00:00:00Z"],
      ...["<a>&'\"", "${x}", "../..", "i-run\r\nX: 1", "%", "%zz", "&a=b", "x".repeat(300), "ü".repeat(129), "*"],
    ),
    weight: 6,
  },
  { arbitrary: fc.string({ unit: "binary", maxLength: 12 }), weight: 2 },
  { arbitrary: fc.constant("x".repeat(20_000)), weight: 1 },
);
