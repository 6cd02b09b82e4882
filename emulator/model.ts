import type { Duration } from "./duration";
import type { Statement } from "./statement";
import type { Window } from "./window";

/** The five statuses that the ECS API lists. A released instance has none: it is simply not listed any more. */
export type Status = "Pending" | "Starting" | "Running" | "Stopping" | "Stopped";

export const statuses: readonly Status[] = ["Pending", "Starting", "Running", "Stopping", "Stopped"];

export type StoppedMode = "KeepCharging" | "StopCharging" | "Not-applicable";

export interface Tag {
  TagKey: string;
  TagValue: string;
}

export interface LockReason {
  /** `financial`, `security`, `Recycling`, `dedicatedhostfinancial` or `refunded`; compared without regard to case. */
  LockReason: string;
  LockMsg?: string;
}

/**
 * How long things take. A number is milliseconds of the world's clock; `null` means never: it stays in between until
 * somebody patches it; `{ describes: 3 }` means three Describe answers more; `{ minMs, maxMs }` is drawn from the seed.
 */
export interface Timings {
  /** Pending to Starting. Default 1000. */
  pendingMs: Duration;
  /** Starting to Running. Default 3000. */
  startMs: Duration;
  /** Stopping to Stopped, when stopped gently. Default 3000. */
  stopMs: Duration;
  /** Stopping to Stopped with `ForceStop=true`. Default: as the world's `stopMs`, or 3000 where that is `null`. */
  forceStopMs: Duration;
  /** How long a released instance stays listed before it vanishes for good. Default 1000. */
  releaseMs: Duration;
  /** How long a new instance is missing from Describe answers. Default 0. */
  appearMs: Duration;
  /** How long a snapshot takes; `{ failsAfterMs }` and it fails. Default 3000. */
  snapshotMs: Duration | { failsAfterMs: number };
}

/**
 * One instance, in ECS's own field names. Times are RFC 3339 UTC with seconds; the answers cut them as the vendor does.
 * Lower-case fields are the emulator's own and never go over the wire.
 */
export interface Instance {
  InstanceId: string;
  RegionId: string;
  ZoneId: string;
  InstanceName: string;
  HostName: string;
  Description: string;
  Status: Status;
  StoppedMode: StoppedMode;
  /** `PostPaid` (pay-as-you-go, spot too) or `PrePaid` (subscription). */
  InstanceChargeType: "PostPaid" | "PrePaid";
  SpotStrategy: string;
  SpotPriceLimit: number;
  SpotDuration: number;
  SpotInterruptionBehavior: string;
  /** Empty when unset; otherwise a full minute. */
  AutoReleaseTime: string;
  DeletionProtection: boolean;
  Recyclable: boolean;
  DeviceAvailable: boolean;
  IoOptimized: boolean;
  CreationTime: string;
  StartTime: string;
  ExpiredTime: string;
  SerialNumber: string;
  ImageId: string;
  OSName: string;
  OSNameEn: string;
  OSType: string;
  InstanceType: string;
  InstanceTypeFamily: string;
  Cpu: number;
  Memory: number;
  GPUAmount: number;
  InternetMaxBandwidthIn: number;
  InternetMaxBandwidthOut: number;
  InternetChargeType: string;
  InstanceNetworkType: "vpc" | "classic";
  KeyPairName: string;
  ResourceGroupId: string;
  VlanId: string;
  ClusterId: string;
  DeploymentSetId: string;
  CreditSpecification: string;
  Tags: { Tag: Tag[] };
  OperationLocks: { LockReason: LockReason[] };
  VpcAttributes: {
    VpcId: string;
    VSwitchId: string;
    NatIpAddress: string;
    PrivateIpAddress: { IpAddress: string[] };
  };
  PublicIpAddress: { IpAddress: string[] };
  InnerIpAddress: { IpAddress: string[] };
  SecurityGroupIds: { SecurityGroupId: string[] };
  EipAddress: Record<string, unknown>;
  /** Only where `Configured` is true StopInstance takes `Hibernate=true`. */
  HibernationOptions: { Configured: boolean };
  NetworkInterfaces: { NetworkInterface: Record<string, unknown>[] };
  /** The account that the instance belongs to; other accounts can't see it. */
  accountId: string;
  /** Local disks or persistent memory: such an instance can't be stopped in economical mode. Default false. */
  localDisks: boolean;
  /** Nobody can start it from economical mode: OperationDenied.NoStock. Default false. */
  noStock: boolean;
  /** When a spot instance is interrupted: locked (Recycling), and five minutes later released or stopped. Empty: never. */
  reclaimAt: string;
  /** Since when a pay-as-you-go instance isn't paid for: locked, after 15 days stopped, after 30 released. Empty: it is paid for. */
  overdueAt: string;
  /** Overrides of the world's timings for this instance. */
  timings: Partial<Timings>;
}

/** What a person may write of an instance: everything but the id is optional, and two lists have a short form. */
export type InstanceFields = Partial<Omit<Instance, "InstanceId" | "Tags" | "OperationLocks">> & {
  InstanceId: string;
  /** ECS's form, or simply `{ "key": "value" }`. */
  Tags?: { Tag: Tag[] } | Record<string, string>;
  /** ECS's form, or simply `["financial"]`. */
  OperationLocks?: { LockReason: LockReason[] } | string[];
};

export type DiskStatus = "In_use" | "Available" | "Attaching" | "Detaching" | "Creating" | "ReIniting";

export const diskStatuses: readonly DiskStatus[] = [
  "In_use",
  "Available",
  "Attaching",
  "Detaching",
  "Creating",
  "ReIniting",
];

/** A disk, in ECS's own field names. Times are RFC 3339 UTC with seconds. */
export interface Disk {
  DiskId: string;
  DiskName: string;
  Description: string;
  /** The instance that it is attached to; empty when there is none. */
  InstanceId: string;
  RegionId: string;
  ZoneId: string;
  Type: "system" | "data";
  /** `cloud_essd`, `cloud_efficiency`, `cloud`, `local_ssd_pro` and so on. */
  Category: string;
  PerformanceLevel: string;
  /** GiB. */
  Size: number;
  Status: DiskStatus;
  DiskChargeType: "PostPaid" | "PrePaid";
  /** The disk goes with its instance. */
  DeleteWithInstance: boolean;
  /** Its automatic snapshots go with the disk. */
  DeleteAutoSnapshot: boolean;
  EnableAutoSnapshot: boolean;
  /** The policy by which it is snapshotted; empty: none. */
  AutoSnapshotPolicyId: string;
  Portable: boolean;
  Device: string;
  Encrypted: boolean;
  MultiAttach: "Disabled" | "Enabled";
  ImageId: string;
  SourceSnapshotId: string;
  ResourceGroupId: string;
  CreationTime: string;
  /** Empty when it was never attached. */
  AttachedTime: string;
  DetachedTime: string;
  ExpiredTime: string;
  OperationLocks: { OperationLock: LockReason[] };
  Tags: { Tag: Tag[] };
  accountId: string;
}

/** What a person may write of a disk: everything but the id is optional; `Tags` may be `{ "key": "value" }`. */
export type DiskFields = Partial<Omit<Disk, "DiskId" | "Tags">> & {
  DiskId: string;
  Tags?: { Tag: Tag[] } | Record<string, string>;
};

export type SnapshotStatus = "progressing" | "accomplished" | "failed";

/** A snapshot, in ECS's own field names. */
export interface Snapshot {
  SnapshotId: string;
  SnapshotName: string;
  Description: string;
  Status: SnapshotStatus;
  /** `user` is made by hand, `auto` and `timer` by a policy. */
  SnapshotType: "user" | "auto" | "timer";
  RegionId: string;
  SourceDiskId: string;
  SourceDiskType: "system" | "data";
  /** GiB, as text. */
  SourceDiskSize: string;
  Category: string;
  Encrypted: boolean;
  Usage: string;
  CreationTime: string;
  LastModifiedTime: string;
  /** 0 keeps it for ever. */
  RetentionDays: number;
  ResourceGroupId: string;
  Tags: { Tag: Tag[] };
  /** The instance that the disk was attached to. */
  instanceId: string;
  /** Whether the disk was of the ESSD series: such a snapshot is usable before it is finished. */
  isEssd: boolean;
  accountId: string;
}

/** What a person may write of a snapshot: everything but the id is optional; `Tags` may be `{ "key": "value" }`. */
export type SnapshotFields = Partial<Omit<Snapshot, "SnapshotId" | "Tags">> & {
  SnapshotId: string;
  Tags?: { Tag: Tag[] } | Record<string, string>;
};

/** Snapshots of several disks at one moment, in ECS's own field names. Its status follows from its snapshots. */
export interface SnapshotGroup {
  SnapshotGroupId: string;
  Name: string;
  Description: string;
  InstanceId: string;
  RegionId: string;
  CreationTime: string;
  ResourceGroupId: string;
  Tags: { Tag: Tag[] };
  snapshotIds: string[];
  accountId: string;
}

/** A key pair that the emulator accepts. Invented ones only: ids that look like the vendor's (`LTAI…`) are refused. */
export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  /** With it, only requests that carry this token are accepted (STS). */
  securityToken?: string;
  /** RFC 3339; after it the token is refused with InvalidSecurityToken.Expired. Default: never. */
  securityTokenExpiresAt?: string;
  /** What is refused to this key, e.g. `["ecs:DeleteInstance", { action: "ecs:*", tags: { env: "prod" } }]`. Default none. */
  deny?: Statement[];
  /** With it, only this is allowed; lists need a statement without limits. Default: everything. */
  allow?: Statement[];
  /** 16 digits. Default `1000000000000001`. */
  accountId?: string;
  /** Makes the key a RAM user's; without it (and without a token) it is the account's own. */
  userName?: string;
  /** `Inactive` is refused with InvalidAccessKeyId.Inactive. Default `Active`. */
  status?: "Active" | "Inactive";
  /** Of which role the token is; AssumeRole fills it in. */
  roleArn?: string;
  /** The name that the token was asked for with; AssumeRole fills it in. */
  roleSessionName?: string;
}

/** A role that can be assumed. */
export interface Role {
  /** `acs:ram::1000000000000001:role/name`. */
  arn: string;
  /** With it, AssumeRole must send the same ExternalId. */
  externalId?: string;
  /** What is refused to whoever has assumed it. Default none. */
  deny?: Statement[];
  /** With it, whoever has assumed it may do only this. Default: everything. */
  allow?: Statement[];
  /** The longest DurationSeconds. Default 3600. */
  maxSessionSeconds?: number;
}

/** A token of an identity provider that AssumeRoleWithOIDC takes. */
export interface OidcToken {
  token: string;
  /** RFC 3339. Default: never. */
  expiresAt?: string;
  /** Only with this provider. Default: any. */
  providerArn?: string;
}

/** What a world says of an account. */
export interface Account {
  /** 16 digits. */
  accountId: string;
  /** For all its pay-as-you-go instances that say nothing themselves. */
  overdueAt?: string;
}

export interface Zone {
  ZoneId: string;
  /** Sold out: no new instances, and none comes back from economical mode. Default false. */
  noStock?: boolean;
}

/** So many calls of an account in a region within one minute of the world's clock; more are Throttling.User. */
export interface ThrottleRule {
  /** The call, e.g. `StartInstance`; `Describe*` with a star at the end, which all these share. */
  action: string;
  perMinute: number;
  /** So many calls of others (console, other programs of the account) eat from the same quota, evenly over the minute. Default 0. */
  foreignPerMinute?: number;
  /** Only then. Default: always. */
  window?: Window;
  /** Sent as x-acs-retry-after. Default: none. */
  retryAfter?: string;
}

export const defaultAccountId = "1000000000000001";
export const defaultRegionId = "cn-hangzhou";

/** Who sends an unsigned call. */
export const nobody: Credential = { accessKeyId: "", accessKeySecret: "" };

export const defaultCredential: Credential = {
  accessKeyId: "emulator-key",
  accessKeySecret: "emulator-secret",
};
