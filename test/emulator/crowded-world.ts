import { type Credential, World, type WorldFile } from "../../emulator/index";
import { now } from "./support";

/** A RAM user of the account that has nearly everything. */
export const ann: Credential = { accessKeyId: "ann", accessKeySecret: "a", userName: "ann" };
/** Of another account: nothing of ann's is his. */
export const bob: Credential = {
  accessKeyId: "bob",
  accessKeySecret: "b",
  userName: "bob",
  accountId: "2000000000000002",
};
/** Of ann's account, and may look at nothing and delete nothing. */
export const eve: Credential = {
  accessKeyId: "eve",
  accessKeySecret: "e",
  userName: "eve",
  deny: ["ecs:Describe*", "ecs:Delete*"],
};

const theirs = { accountId: "2000000000000002" };

/** One thing of each kind that is treated differently; what is the other account's comes last, so that it can be left out. */
export const crowdedFile: WorldFile = {
  now,
  credentials: [ann, bob, eve],
  roles: [{ arn: "acs:ram::1000000000000001:role/ops" }],
  oidcTokens: ["a.b.c"],
  zones: [{ ZoneId: "cn-hangzhou-sold", noStock: true }],
  instances: [
    { InstanceId: "i-run", Tags: { env: "prod" } },
    { InstanceId: "i-off", Status: "Stopped", StoppedMode: "StopCharging" },
    { InstanceId: "i-safe", DeletionProtection: true },
    { InstanceId: "i-paid", InstanceChargeType: "PrePaid", Status: "Stopped" },
    { InstanceId: "i-locked", OperationLocks: ["security"], Status: "Stopped" },
    { InstanceId: "i-owing", OperationLocks: ["financial"], Status: "Stopped" },
    { InstanceId: "i-spot", SpotStrategy: "SpotAsPriceGo", InstanceName: "web-1" },
    { InstanceId: "i-moving", Status: "Stopping" },
    { InstanceId: "i-gone", timings: { releaseMs: null } },
    { InstanceId: "i-new", Status: "Pending" },
    { InstanceId: "i-starting", Status: "Starting" },
    {
      InstanceId: "i-over",
      InstanceChargeType: "PrePaid",
      Status: "Stopped",
      ExpiredTime: "2026-02-01T00:00:00Z",
      OperationLocks: { LockReason: [{ LockReason: "financial", LockMsg: "expired" }] },
    },
    { InstanceId: "i-going", SpotStrategy: "SpotAsPriceGo", OperationLocks: ["Recycling"] },
    { InstanceId: "i-classic", InstanceNetworkType: "classic", localDisks: true, IoOptimized: false },
    {
      InstanceId: "i-public",
      InstanceName: "a".repeat(128),
      InternetMaxBandwidthOut: 5,
      InternetChargeType: "PayByBandwidth",
      PublicIpAddress: { IpAddress: ["203.0.113.200"] },
      EipAddress: { AllocationId: "eip-1", IpAddress: "203.0.113.201", InternetChargeType: "", Bandwidth: 5 },
      CreationTime: "2026-01-15T10:30:45Z",
      HibernationOptions: { Configured: true },
      ResourceGroupId: "rg-1",
      KeyPairName: "pair",
    },
    { InstanceId: "i-timed", AutoReleaseTime: "2026-03-02T00:00:00Z", ZoneId: "cn-hangzhou-sold" },
    ...Array.from({ length: 12 }, (_, index) => ({
      InstanceId: `i-many${index}`,
      Status: index % 2 === 0 ? ("Running" as const) : ("Stopped" as const),
      Tags: { env: "test", [`n${index % 3}`]: "1" },
    })),
    { InstanceId: "i-far", RegionId: "cn-beijing" },
    { InstanceId: "i-foreign", ...theirs, Tags: { env: "prod" } },
    { InstanceId: "i-foreignoff", ...theirs, Status: "Stopped" },
    { InstanceId: "i-foreignfar", ...theirs, RegionId: "cn-beijing" },
  ],
  disks: [
    { DiskId: "d-run", InstanceId: "i-run", Type: "system" },
    { DiskId: "d-off", InstanceId: "i-off", DeleteWithInstance: false },
    { DiskId: "d-local", InstanceId: "i-run", Category: "local_ssd_pro" },
    { DiskId: "d-free" },
    { DiskId: "d-basic", InstanceId: "i-safe", Category: "cloud", Portable: false, Tags: { env: "prod" } },
    { DiskId: "d-shared", InstanceId: "i-safe", MultiAttach: "Enabled" },
    { DiskId: "d-attaching", InstanceId: "i-many11", Status: "Attaching" },
    { DiskId: "d-used", AttachedTime: "2026-01-01T00:00:00Z", Encrypted: true, ResourceGroupId: "rg-1" },
    {
      DiskId: "d-owing",
      AttachedTime: "2026-01-01T00:00:00Z",
      OperationLocks: { OperationLock: [{ LockReason: "financial" }] },
      SourceSnapshotId: "s-1",
      EnableAutoSnapshot: false,
      DeleteAutoSnapshot: false,
    },
    { DiskId: "d-far", InstanceId: "i-far" },
    { DiskId: "d-foreign", InstanceId: "i-foreign", Type: "system", ...theirs },
    { DiskId: "d-foreignoff", InstanceId: "i-foreignoff", Type: "system", ...theirs },
    { DiskId: "d-foreignfar", InstanceId: "i-foreignfar", Type: "system", ...theirs },
  ],
  snapshots: [
    { SnapshotId: "s-1", SourceDiskId: "d-run", Tags: { env: "prod" } },
    { SnapshotId: "s-auto", SourceDiskId: "d-off", SnapshotType: "auto", CreationTime: "2026-01-15T10:30:45Z" },
    { SnapshotId: "s-running", SourceDiskId: "d-off", Status: "progressing", Encrypted: true },
    { SnapshotId: "s-failed", SourceDiskId: "d-used", Status: "failed", Usage: "disk" },
    { SnapshotId: "s-kept", SourceDiskId: "d-used", RetentionDays: 30, ResourceGroupId: "rg-1" },
    { SnapshotId: "s-far", SourceDiskId: "d-far" },
    { SnapshotId: "s-foreign", SourceDiskId: "d-foreign", ...theirs },
  ],
  snapshotGroups: [
    groupOf("ssg-1", ["s-1"]),
    groupOf("ssg-2", ["s-running", "s-kept"]),
    ...Array.from({ length: 11 }, (_, index) => groupOf(`ssg-many${index}`, ["s-failed"])),
    { ...groupOf("ssg-foreign", ["s-foreign"]), ...theirs },
  ],
};

function groupOf(SnapshotGroupId: string, snapshotIds: string[]) {
  return {
    SnapshotGroupId,
    snapshotIds,
    Name: SnapshotGroupId,
    Description: "",
    InstanceId: "i-run",
    RegionId: "cn-hangzhou",
    CreationTime: "2026-02-01T00:00:00Z",
    ResourceGroupId: SnapshotGroupId === "ssg-2" ? "rg-1" : "",
    Tags: { Tag: [{ TagKey: "env", TagValue: SnapshotGroupId === "ssg-1" ? "prod" : "test" }] },
    accountId: "1000000000000001",
  };
}

/** The crowd, with one instance that is released and only listed still. */
export function crowdedWorld(file: WorldFile = crowdedFile): World {
  const world = new World(file);
  world.releaseInstance("i-gone");
  return world;
}

/** The same crowd where nothing of this account was ever there. */
export function crowdWithout(accountId: string): WorldFile {
  const isOthers = (thing: { accountId?: string }) => (thing.accountId ?? "1000000000000001") !== accountId;
  return {
    ...crowdedFile,
    instances: (crowdedFile.instances ?? []).filter(isOthers),
    disks: (crowdedFile.disks ?? []).filter(isOthers),
    snapshots: (crowdedFile.snapshots ?? []).filter(isOthers),
    snapshotGroups: (crowdedFile.snapshotGroups ?? []).filter(isOthers),
  };
}
