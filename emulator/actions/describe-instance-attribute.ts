import type { Action } from "../call";
import type { Instance } from "../model";
import { checkPermission } from "../permission";
import { instanceNotFound } from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { findInstance } from "./find-instance";

export const describeInstanceAttribute: Action = (call) => {
  const { world, params, view } = call;
  const instanceId = params.required("InstanceId");
  const gone = world.compute.findGone(instanceId);
  const before = gone === undefined ? undefined : view.ofGone(gone);
  if (before?.instance.accountId === accountOf(call.credential)) {
    checkPermission(call, { instanceId, tags: before.instance.Tags.Tag });
    return attributes(before.instance);
  }
  const held = findInstance(call, instanceId);
  const look = view.of(held);
  if (look?.kind === "unseen") world.compute.missed(held);
  if (look === undefined || look.kind === "unseen") throw instanceNotFound();
  if (look.kind === "current") world.compute.described(held);
  return attributes(look.instance);
};

/** Unlike the list: times with seconds, neither AutoReleaseTime nor DeletionProtection, no words beside a lock. */
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
    OperationLocks: { LockReason: instance.OperationLocks.LockReason.map(({ LockReason }) => ({ LockReason })) },
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
    EipAddress: without(instance.EipAddress, "IsSupportUnassociate"),
  };
}
