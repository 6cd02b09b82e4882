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
 * How long an instance takes. Every number is in milliseconds of the world's clock; `null` means never: the instance
 * stays in between until somebody patches it.
 */
export interface Timings {
  /** Pending to Starting. Default 1000. */
  pendingMs: number | null;
  /** Starting to Running. Default 3000. */
  startMs: number | null;
  /** Stopping to Stopped, when stopped gently. Default 3000. */
  stopMs: number | null;
  /** Stopping to Stopped with `ForceStop=true`. Default: as the world's `stopMs`, or 3000 where that is `null`. */
  forceStopMs: number | null;
  /** How long a released instance stays listed before it vanishes for good. Default 1000. */
  releaseMs: number | null;
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
  NetworkInterfaces: { NetworkInterface: Record<string, unknown>[] };
  /** The account that the instance belongs to; other accounts can't see it. */
  accountId: string;
  /** Local disks or persistent memory: such an instance can't be stopped in economical mode. Default false. */
  localDisks: boolean;
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

/** A disk, in ECS's own field names. */
export interface Disk {
  DiskId: string;
  InstanceId?: string;
  RegionId?: string;
  /** Default true for a disk without it: the disk goes with its instance. */
  DeleteWithInstance?: boolean;
  [field: string]: unknown;
}

/** A snapshot, in ECS's own field names. */
export interface Snapshot {
  SnapshotId: string;
  [field: string]: unknown;
}

/** A key pair that the emulator accepts. Invented ones only: ids that look like the vendor's (`LTAI…`) are refused. */
export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  /** With it, only requests that carry this token are accepted (STS). */
  securityToken?: string;
  /** RFC 3339; after it the token is refused with InvalidSecurityToken.Expired. Default: never. */
  securityTokenExpiresAt?: string;
  /** RAM actions refused to this key, e.g. `["ecs:DeleteInstance", "ecs:Describe*"]`. Default none. */
  deny?: string[];
  /** 16 digits. Default `1000000000000001`. */
  accountId?: string;
  /** Makes the key a RAM user's; without it (and without a token) it is the account's own. */
  userName?: string;
  /** `Inactive` is refused with InvalidAccessKeyId.Inactive. Default `Active`. */
  status?: "Active" | "Inactive";
}

export const defaultAccountId = "1000000000000001";
export const defaultRegionId = "cn-hangzhou";

export const defaultCredential: Credential = {
  accessKeyId: "emulator-key",
  accessKeySecret: "emulator-secret",
};
