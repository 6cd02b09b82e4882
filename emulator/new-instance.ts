import { createHash } from "node:crypto";
import { defaultAccountId, defaultRegionId, type Instance, type InstanceFields } from "./model";
import { tagList } from "./tag-list";
import { cutToMinute, withSeconds } from "./time-format";

/** An instance that can be stopped in economical mode: in a VPC, pay-as-you-go, no local disks. */
export function canStopCharging(instance: Instance): boolean {
  return instance.InstanceNetworkType === "vpc" && instance.InstanceChargeType === "PostPaid" && !instance.localDisks;
}

/** Fills in what was left out. Pure. */
export function newInstance(fields: InstanceFields, nowMs: number): Instance {
  const chargeType = fields.InstanceChargeType ?? "PostPaid";
  const networkType = fields.InstanceNetworkType ?? "vpc";
  const regionId = fields.RegionId ?? defaultRegionId;
  const created = fields.CreationTime ?? withSeconds(cutToMinute(nowMs) - 24 * 3_600_000);
  const digest = createHash("sha1").update(fields.InstanceId).digest();
  const hex = digest.toString("hex");
  const privateAddress = `172.16.${digest[0] ?? 0}.${1 + ((digest[1] ?? 0) % 250)}`;
  const inVpc = networkType === "vpc";
  const blank: Instance = {
    InstanceId: fields.InstanceId,
    RegionId: regionId,
    ZoneId: `${regionId}-h`,
    InstanceName: fields.InstanceId,
    HostName: fields.InstanceId,
    Description: "",
    Status: "Running",
    StoppedMode: "Not-applicable",
    InstanceChargeType: chargeType,
    SpotStrategy: "NoSpot",
    SpotPriceLimit: 0,
    SpotDuration: 0,
    SpotInterruptionBehavior: "",
    AutoReleaseTime: "",
    DeletionProtection: false,
    Recyclable: false,
    DeviceAvailable: true,
    IoOptimized: true,
    CreationTime: created,
    StartTime: created,
    ExpiredTime:
      chargeType === "PostPaid" ? "2099-12-31T15:59:00Z" : withSeconds(cutToMinute(nowMs) + 30 * 24 * 3_600_000),
    SerialNumber: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`,
    ImageId: "aliyun_3_x64_20G_alibase_20240528.vhd",
    OSName: "Alibaba Cloud Linux  3.2104 LTS 64位",
    OSNameEn: "Alibaba Cloud Linux  3.2104 LTS 64 bit",
    OSType: "linux",
    InstanceType: "ecs.g7.large",
    InstanceTypeFamily: "ecs.g7",
    Cpu: 2,
    Memory: 8192,
    GPUAmount: 0,
    InternetMaxBandwidthIn: 0,
    InternetMaxBandwidthOut: 0,
    InternetChargeType: "PayByTraffic",
    InstanceNetworkType: networkType,
    KeyPairName: "",
    ResourceGroupId: "",
    VlanId: "",
    ClusterId: "",
    DeploymentSetId: "",
    CreditSpecification: "",
    Tags: { Tag: [] },
    OperationLocks: { LockReason: [] },
    VpcAttributes: {
      VpcId: inVpc ? "vpc-bp1emulatorvpc0000001" : "",
      VSwitchId: inVpc ? "vsw-bp1emulatorvsw0000001" : "",
      NatIpAddress: "",
      PrivateIpAddress: { IpAddress: inVpc ? [privateAddress] : [] },
    },
    PublicIpAddress: { IpAddress: [] },
    InnerIpAddress: { IpAddress: inVpc ? [] : [privateAddress] },
    SecurityGroupIds: { SecurityGroupId: ["sg-bp1emulatorsg00000001"] },
    EipAddress: { AllocationId: "", IpAddress: "", InternetChargeType: "", IsSupportUnassociate: false },
    HibernationOptions: { Configured: false },
    NetworkInterfaces: { NetworkInterface: [] },
    accountId: defaultAccountId,
    localDisks: false,
    noStock: false,
    reclaimAt: "",
    overdueAt: "",
    timings: {},
  };
  return mergeFields(blank, fields);
}

/** The instance with these fields written over it; what follows from the status follows. Pure. */
export function mergeFields(instance: Instance, fields: Partial<InstanceFields>): Instance {
  const { Tags, OperationLocks, ...plain } = fields;
  const merged: Instance = { ...instance, ...plain };
  if (Tags !== undefined) merged.Tags = { Tag: tagList(Tags) };
  if (OperationLocks !== undefined) {
    merged.OperationLocks = {
      LockReason: Array.isArray(OperationLocks)
        ? OperationLocks.map((reason) => ({ LockReason: reason }))
        : OperationLocks.LockReason,
    };
  }
  if (merged.AutoReleaseTime !== "") {
    merged.AutoReleaseTime = withSeconds(cutToMinute(Date.parse(merged.AutoReleaseTime)));
  }
  if (merged.Status !== "Stopped" || !canStopCharging(merged)) {
    merged.StoppedMode = "Not-applicable";
  } else if (merged.StoppedMode === "Not-applicable") {
    // A shutdown from inside the guest, or by hand, never is economical.
    merged.StoppedMode = "KeepCharging";
  }
  return merged;
}
