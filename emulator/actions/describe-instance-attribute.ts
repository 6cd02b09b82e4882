import type { Action } from "../call";
import type { Instance } from "../model";
import { instanceNotFound } from "../wire-error";
import { accountOf } from "../world";
import { findInstance } from "./find-instance";

export const describeInstanceAttribute: Action = (call) => {
  const { world, params, stale } = call;
  const instanceId = params.required("InstanceId");
  if (stale === "empty") throw instanceNotFound();
  if (stale === "previous") {
    const gone = world.findVanished(instanceId);
    if (gone !== undefined && gone.accountId === accountOf(call.credential)) return attributes(gone);
  }
  const held = findInstance(call, instanceId);
  if (stale === undefined && !world.isVisible(held)) {
    world.missed(held);
    throw instanceNotFound();
  }
  if (stale === undefined) {
    const answer = attributes(held.instance);
    world.described(held);
    return answer;
  }
  if (held.previous === undefined) throw instanceNotFound();
  return attributes(held.previous);
};

/** Unlike the list: times with seconds, and neither AutoReleaseTime nor DeletionProtection. */
function attributes(instance: Instance): Record<string, unknown> {
  return {
    InstanceId: instance.InstanceId,
    InstanceName: instance.InstanceName,
    HostName: instance.HostName,
    Description: instance.Description,
    RegionId: instance.RegionId,
    ZoneId: instance.ZoneId,
    ClusterId: instance.ClusterId,
    SerialNumber: instance.SerialNumber,
    Status: instance.Status,
    StoppedMode: instance.StoppedMode,
    OperationLocks: instance.OperationLocks,
    InstanceChargeType: instance.InstanceChargeType,
    CreationTime: instance.CreationTime,
    ExpiredTime: instance.ExpiredTime,
    ImageId: instance.ImageId,
    InstanceType: instance.InstanceType,
    InstanceNetworkType: instance.InstanceNetworkType,
    InternetChargeType: instance.InternetChargeType,
    InternetMaxBandwidthIn: instance.InternetMaxBandwidthIn,
    InternetMaxBandwidthOut: instance.InternetMaxBandwidthOut,
    IoOptimized: instance.IoOptimized ? "optimized" : "none",
    Cpu: instance.Cpu,
    Memory: instance.Memory,
    VlanId: instance.VlanId,
    CreditSpecification: instance.CreditSpecification,
    VpcAttributes: instance.VpcAttributes,
    PublicIpAddress: instance.PublicIpAddress,
    InnerIpAddress: instance.InnerIpAddress,
    SecurityGroupIds: instance.SecurityGroupIds,
    EipAddress: instance.EipAddress,
  };
}
