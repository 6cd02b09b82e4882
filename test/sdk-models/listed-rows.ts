import type { Disk, Instance, Snapshot, SnapshotGroup, Tag, World } from "../../emulator/index";

type Params = Readonly<Record<string, string>>;
type Matches<Item> = (item: Item) => boolean;
/** Reads the parameter's value, which isn't empty. */
type Filters<Item> = Readonly<Record<string, (value: string, params: Params) => Matches<Item>>>;

export interface Listing {
  /** Where the rows are in the answer. */
  path: readonly [string, string];
  /** What tells one row from another. */
  id: (row: Readonly<Record<string, unknown>>) => unknown;
  largestPage: number;
  mostResults: number;
  fewestResults: number;
  /** Which ways to page the vendor's model has. */
  styles: readonly ("number" | "token")[];
  /** Parameters that choose rows, without RegionId. */
  filters: readonly string[];
  /** Ids in this account and region that fit the parameters, in the order of the list. */
  expected: (world: World, params: Params, accountId: string) => string[];
}

const isTrue = (value: string) => value.toLowerCase() === "true";
const texts = (value: string) => JSON.parse(value) as string[];
const equal =
  <Item extends object>(name: keyof Item): ((value: string) => Matches<Item>) =>
  (value) =>
  (item) =>
    item[name] === value;
const flag =
  <Item extends object>(name: keyof Item): ((value: string) => Matches<Item>) =>
  (value) =>
  (item) =>
    item[name] === isTrue(value);
const none = () => () => false;

/** A star stands for anything. Written without regular expressions, unlike what it checks. */
function fitsPattern(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? "";
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

const instanceFilters: Filters<Instance> = {
  InstanceIds: (value) => (instance) => texts(value).includes(instance.InstanceId),
  Status: equal("Status"),
  InstanceName: (value) => (instance) => fitsPattern(value, instance.InstanceName),
  InstanceChargeType: equal("InstanceChargeType"),
  InstanceNetworkType: equal("InstanceNetworkType"),
  LockReason: (value) => (instance) =>
    instance.OperationLocks.LockReason.some((lock) => lock.LockReason.toLowerCase() === value.toLowerCase()),
  ZoneId: equal("ZoneId"),
  VpcId: (value) => (instance) => instance.VpcAttributes.VpcId === value,
  VSwitchId: (value) => (instance) => instance.VpcAttributes.VSwitchId === value,
  SecurityGroupId: (value) => (instance) => instance.SecurityGroupIds.SecurityGroupId.includes(value),
  ImageId: equal("ImageId"),
  InstanceType: equal("InstanceType"),
  InstanceTypeFamily: equal("InstanceTypeFamily"),
  InternetChargeType: equal("InternetChargeType"),
  ResourceGroupId: equal("ResourceGroupId"),
  KeyPairName: equal("KeyPairName"),
  IoOptimized: flag("IoOptimized"),
  DeviceAvailable: flag("DeviceAvailable"),
  PrivateIpAddresses: (value) => (instance) =>
    instance.VpcAttributes.PrivateIpAddress.IpAddress.some((address) => texts(value).includes(address)),
  InnerIpAddresses: (value) => (instance) =>
    instance.InnerIpAddress.IpAddress.some((address) => texts(value).includes(address)),
  PublicIpAddresses: (value) => (instance) =>
    instance.PublicIpAddress.IpAddress.some((address) => texts(value).includes(address)),
  EipAddresses: (value) => (instance) => texts(value).includes(String(instance.EipAddress["IpAddress"])),
  // The emulator's instances have none of these.
  HpcClusterId: none,
  RdmaIpAddresses: none,
  HttpEndpoint: (value) => () => value === "enabled",
  HttpTokens: (value) => () => value === "optional",
};

const diskFilters: Filters<Disk> = {
  DiskIds: (value) => (disk) => texts(value).includes(disk.DiskId),
  InstanceId: equal("InstanceId"),
  DiskType: (value) => (disk) => value === "all" || disk.Type === value,
  Status: (value) => (disk) => value === "All" || disk.Status === value,
  Category: (value) => (disk) => value === "all" || disk.Category === value,
  ZoneId: equal("ZoneId"),
  DiskName: equal("DiskName"),
  DiskChargeType: equal("DiskChargeType"),
  ResourceGroupId: equal("ResourceGroupId"),
  SnapshotId: equal("SourceSnapshotId"),
  LockReason: (value) => (disk) => disk.OperationLocks.OperationLock.some((lock) => lock.LockReason === value),
  MultiAttach: equal("MultiAttach"),
  DeleteAutoSnapshot: flag("DeleteAutoSnapshot"),
  DeleteWithInstance: flag("DeleteWithInstance"),
  EnableAutoSnapshot: flag("EnableAutoSnapshot"),
  Portable: flag("Portable"),
  Encrypted: (value) => (disk) => !isTrue(value) || disk.Encrypted,
  EnableAutomatedSnapshotPolicy: (value) => () => !isTrue(value),
  EnableShared: (value) => () => !isTrue(value),
  AutoSnapshotPolicyId: none,
  KMSKeyId: none,
};

const snapshotFilters: Filters<Snapshot> = {
  SnapshotIds: (value) => (snapshot) => texts(value).includes(snapshot.SnapshotId),
  DiskId: equal("SourceDiskId"),
  InstanceId: equal("instanceId"),
  SnapshotName: equal("SnapshotName"),
  Status: (value) => (snapshot) => value === "all" || snapshot.Status === value,
  SnapshotType: (value) => (snapshot) => value === "all" || snapshot.SnapshotType === value,
  SourceDiskType: (value) => (snapshot) => snapshot.SourceDiskType === value.toLowerCase(),
  ResourceGroupId: equal("ResourceGroupId"),
  Category: (value) => (snapshot) => snapshot.Category.toLowerCase() === value.toLowerCase(),
  Usage: equal("Usage"),
  Encrypted: (value) => (snapshot) => !isTrue(value) || snapshot.Encrypted,
  KMSKeyId: none,
  SnapshotLinkId: none,
};

const groupFilters: Filters<SnapshotGroup> = {
  InstanceId: equal("InstanceId"),
  Name: equal("Name"),
  ResourceGroupId: equal("ResourceGroupId"),
};

/** `Name.1`, `Name.2` …: what was sent, by number, empty values left out. */
export function sent(params: Params, name: string): string[] {
  return Object.entries(params)
    .flatMap(([each, value]) => {
      const number = each.startsWith(`${name}.`) ? each.slice(name.length + 1) : "";
      return /^[1-9]\d{0,8}$/.test(number) && value !== "" ? [{ number: Number(number), value }] : [];
    })
    .sort((left, right) => left.number - right.number)
    .map(({ value }) => value);
}

function numbersOf(params: Params, prefix: string): string[] {
  const form = new RegExp(`^${prefix}\\.([1-9]\\d{0,8})(\\.|$)`);
  return [...new Set(Object.keys(params).flatMap((name) => form.exec(name)?.[1] ?? []))];
}

function pairs(params: Params, prefix: string): { key: string; value: string }[] {
  return numbersOf(params, prefix).map((number) => ({
    key: params[`${prefix}.${number}.Key`] ?? "",
    value: params[`${prefix}.${number}.Value`] ?? "",
  }));
}

function hasTags(params: Params, tags: readonly Tag[]): boolean {
  return pairs(params, "Tag").every(({ key, value }) =>
    tags.some((tag) => tag.TagKey === key && (value === "" || tag.TagValue === value)),
  );
}

function inTime(params: Params, creationTime: string): boolean {
  const minute = `${creationTime.slice(0, 16)}Z`;
  return pairs(params, "Filter").every(({ key, value }) =>
    key === "CreationStartTime" ? minute >= value : key === "CreationEndTime" ? minute <= value : false,
  );
}

function fitting<Item>(items: readonly Item[], filters: Filters<Item>, params: Params): Item[] {
  const tests = Object.entries(filters).flatMap(([name, read]) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined || value === "" ? [] : [read(value, params)];
  });
  return items.filter((item) => tests.every((matches) => matches(item)));
}

interface Placed {
  RegionId: string;
  accountId: string;
}
const ofRegion =
  (params: Params, accountId: string) =>
  (item: Placed): boolean =>
    item.RegionId === params["RegionId"] && item.accountId === accountId;

/** What each list of the vendor's answers, worked out a second time from the world itself. */
export const listings: Readonly<Record<string, Listing>> = {
  DescribeInstances: {
    path: ["Instances", "Instance"],
    id: (row) => row["InstanceId"],
    largestPage: 100,
    mostResults: 100,
    fewestResults: 10,
    styles: ["number", "token"],
    filters: [...Object.keys(instanceFilters), "Tag", "Filter", "Ipv6Address"],
    expected: (world, params, accountId) =>
      fitting(instancesOf(world), instanceFilters, params)
        .filter(ofRegion(params, accountId))
        .filter((instance) => hasTags(params, instance.Tags.Tag) && inTime(params, instance.CreationTime))
        .filter(() => sent(params, "Ipv6Address").length === 0)
        .map((instance) => instance.InstanceId),
  },
  DescribeInstanceStatus: {
    path: ["InstanceStatuses", "InstanceStatus"],
    id: (row) => row["InstanceId"],
    largestPage: 50,
    mostResults: 50,
    fewestResults: 10,
    styles: ["number"],
    filters: ["InstanceId", "ZoneId", "ClusterId"],
    expected: (world, params, accountId) => {
      const wanted = sent(params, "InstanceId");
      return fitting(instancesOf(world), { ZoneId: equal("ZoneId"), ClusterId: equal("ClusterId") }, params)
        .filter(ofRegion(params, accountId))
        .map((instance) => instance.InstanceId)
        .filter((id) => wanted.length === 0 || wanted.includes(id));
    },
  },
  DescribeDisks: {
    path: ["Disks", "Disk"],
    id: (row) => row["DiskId"],
    largestPage: 100,
    mostResults: 500,
    fewestResults: 10,
    styles: ["number", "token"],
    filters: [...Object.keys(diskFilters), "Tag", "Filter"],
    expected: (world, params, accountId) =>
      fitting(world.toFile().disks as Disk[], diskFilters, params)
        .filter(ofRegion(params, accountId))
        .filter((disk) => hasTags(params, disk.Tags.Tag) && inTime(params, disk.CreationTime))
        .map((disk) => disk.DiskId),
  },
  DescribeSnapshots: {
    path: ["Snapshots", "Snapshot"],
    id: (row) => row["SnapshotId"],
    largestPage: 100,
    mostResults: 100,
    fewestResults: 1,
    styles: ["number", "token"],
    filters: [...Object.keys(snapshotFilters), "Tag", "Filter"],
    expected: (world, params, accountId) =>
      fitting(world.toFile().snapshots as Snapshot[], snapshotFilters, params)
        .filter(ofRegion(params, accountId))
        .filter((snapshot) => hasTags(params, snapshot.Tags.Tag) && inTime(params, snapshot.CreationTime))
        .map((snapshot) => snapshot.SnapshotId),
  },
  DescribeSnapshotGroups: {
    path: ["SnapshotGroups", "SnapshotGroup"],
    id: (row) => row["SnapshotGroupId"],
    largestPage: 100,
    mostResults: 100,
    fewestResults: 1,
    styles: ["token"],
    filters: [...Object.keys(groupFilters), "Tag", "SnapshotGroupId", "Status"],
    expected: (world, params, accountId) => {
      const ids = sent(params, "SnapshotGroupId");
      const statuses = sent(params, "Status");
      const snapshots = new Map((world.toFile().snapshots as Snapshot[]).map((each) => [each.SnapshotId, each.Status]));
      const statusOf = (group: SnapshotGroup) => {
        const all = group.snapshotIds.map((id) => snapshots.get(id));
        return all.includes("failed") ? "failed" : all.includes("progressing") ? "progressing" : "accomplished";
      };
      return fitting(world.toFile().snapshotGroups, groupFilters, params)
        .filter(ofRegion(params, accountId))
        .filter((group) => hasTags(params, group.Tags.Tag))
        .filter((group) => ids.length === 0 || ids.includes(group.SnapshotGroupId))
        .filter((group) => statuses.length === 0 || statuses.includes(statusOf(group)))
        .map((group) => group.SnapshotGroupId);
    },
  },
  ListTagResources: {
    path: ["TagResources", "TagResource"],
    id: (row) => `${String(row["ResourceId"])} ${String(row["TagKey"])}`,
    largestPage: 50,
    mostResults: 50,
    fewestResults: 50,
    styles: ["token"],
    filters: ["ResourceType", "ResourceId", "Tag", "TagFilter"],
    expected: (world, params, accountId) => {
      const ids = sent(params, "ResourceId");
      return taggedOf(world, params["ResourceType"])
        .filter(ofRegion(params, accountId))
        .filter((thing) => ids.length === 0 || ids.includes(thing.id))
        .filter((thing) => hasTags(params, thing.Tags.Tag) && fitsTagFilters(params, thing.Tags.Tag))
        .flatMap((thing) => thing.Tags.Tag.map((tag) => `${thing.id} ${tag.TagKey}`));
    },
  },
};

interface Tagged extends Placed {
  id: string;
  Tags: { Tag: readonly Tag[] };
}

function taggedOf(world: World, type: string | undefined): Tagged[] {
  const { disks, snapshots } = world.toFile();
  if (type === "instance") return instancesOf(world).map((each) => ({ ...each, id: each.InstanceId }));
  if (type === "disk") return (disks as Disk[]).map((each) => ({ ...each, id: each.DiskId }));
  if (type === "snapshot") return (snapshots as Snapshot[]).map((each) => ({ ...each, id: each.SnapshotId }));
  return [];
}

function fitsTagFilters(params: Params, tags: readonly Tag[]): boolean {
  const numbers = numbersOf(params, "TagFilter");
  return numbers.every((number) => {
    const key = params[`TagFilter.${number}.TagKey`] ?? "";
    const values = sent(params, `TagFilter.${number}.TagValues`);
    return tags.some(
      (tag) =>
        fitsPattern(key, tag.TagKey) &&
        (values.length === 0 || values.some((value) => fitsPattern(value, tag.TagValue))),
    );
  });
}

/** Those that are released and listed still too. */
function instancesOf(world: World): Instance[] {
  return [...world.compute.all()].map((held) => held.instance);
}
