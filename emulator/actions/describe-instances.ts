import type { Action } from "../call";
import { readIdList } from "../id-list";
import { type Instance, statuses } from "../model";
import { cutPage, type Page, readPage } from "../paging";
import type { Parameters } from "../parameters";
import { checkPermission, isDenied } from "../permission";
import { readTagFilter } from "../tag-params";
import { dryRunOperation, filterValueNotFound, instanceIdsMalformed, invalidParameter } from "../wire-error";
import { accountOf } from "../world";
import { readCreationFilter } from "./creation-filter";
import { fitsPattern } from "../fits-pattern";
import { type Listed, lookAt, withoutUnseen } from "./look-at";
import { listedInstance } from "./listed-instance";
import { readRegion } from "./read-region";
import { findsNothing, isEqual, isFlag, type Matches, type ReadFilter, readRowFilters } from "./row-filters";

export const describeInstances: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("InstanceIds"), instanceIdsMalformed);
  const page = readPage(params);
  const fits = readFilters(params);
  const dryRun = params.boolean("DryRun", false);

  if (isDenied(call) && world.switches.deniedDescribe === "empty") return answer([], page);
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(call.credential);
  const rows = lookAt(call, ids).filter(
    ({ instance }) => instance.RegionId === regionId && instance.accountId === accountId && fits(instance),
  );
  return answer(withoutUnseen(call, rows), page, ({ held, kind }) => {
    if (kind === "current") world.compute.described(held);
  });
};

function answer(rows: Listed[], page: Page, onShown: (row: Listed) => void = () => undefined): Record<string, unknown> {
  const { shown, about } = cutPage(rows, page);
  const Instance = shown.map((row) => listedInstance(row.instance));
  shown.forEach(onShown);
  return { ...about, Instances: { Instance } };
}

function readFilters(params: Parameters): Matches<Instance> {
  const addresses =
    (of: (instance: Instance) => readonly unknown[]): ReadFilter<Instance> =>
    (value, name) => {
      const wanted = readIdList(value, () => invalidParameter(name)) ?? [];
      return (instance) => of(instance).some((address) => wanted.some((each) => each === address));
    };
  const fits = readRowFilters<Instance>(params, {
    Status: (status) => {
      if (!statuses.some((known) => known === status)) throw filterValueNotFound("Status");
      return (instance) => instance.Status === status;
    },
    InstanceChargeType: (type) => {
      if (type !== "PostPaid" && type !== "PrePaid") throw filterValueNotFound("InstanceChargeType");
      return (instance) => instance.InstanceChargeType === type;
    },
    InstanceNetworkType: (type) => {
      if (type !== "vpc" && type !== "classic") throw filterValueNotFound("NetworkType");
      return (instance) => instance.InstanceNetworkType === type;
    },
    LockReason: (reason) => {
      const wanted = reason.toLowerCase();
      if (!lockReasons.includes(wanted)) throw filterValueNotFound("LockReason");
      return (instance) => instance.OperationLocks.LockReason.some((lock) => lock.LockReason.toLowerCase() === wanted);
    },
    InstanceName: (pattern) => (instance) => fitsPattern(pattern, instance.InstanceName),
    ZoneId: isEqual("ZoneId"),
    ImageId: isEqual("ImageId"),
    InstanceType: isEqual("InstanceType"),
    InstanceTypeFamily: isEqual("InstanceTypeFamily"),
    InternetChargeType: isEqual("InternetChargeType"),
    ResourceGroupId: isEqual("ResourceGroupId"),
    KeyPairName: isEqual("KeyPairName"),
    VpcId: (vpcId) => (instance) => instance.VpcAttributes.VpcId === vpcId,
    VSwitchId: (vSwitchId) => (instance) => instance.VpcAttributes.VSwitchId === vSwitchId,
    SecurityGroupId: (id) => (instance) => instance.SecurityGroupIds.SecurityGroupId.includes(id),
    IoOptimized: isFlag(params, "IoOptimized"),
    DeviceAvailable: isFlag(params, "DeviceAvailable"),
    PrivateIpAddresses: addresses((instance) => instance.VpcAttributes.PrivateIpAddress.IpAddress),
    InnerIpAddresses: addresses((instance) => instance.InnerIpAddress.IpAddress),
    PublicIpAddresses: addresses((instance) => instance.PublicIpAddress.IpAddress),
    EipAddresses: addresses((instance) => [instance.EipAddress["IpAddress"]]),
    // Every instance here has its metadata as the vendor gives it by default, and neither cluster nor RDMA.
    HttpEndpoint: metadata("enabled", "disabled"),
    HttpTokens: metadata("optional", "required"),
    HpcClusterId: findsNothing(),
    RdmaIpAddresses: findsNothing(),
  });
  const hasTags = readTagFilter(params);
  const isInTime = readCreationFilter(params);
  const asksForIpv6 = params.list("Ipv6Address").length > 0;
  return (instance) => !asksForIpv6 && fits(instance) && hasTags(instance.Tags.Tag) && isInTime(instance.CreationTime);
}

function metadata(byDefault: string, otherwise: string): ReadFilter<Instance> {
  return (value, name) => {
    if (value !== byDefault && value !== otherwise) throw invalidParameter(name);
    return () => value === byDefault;
  };
}

const lockReasons = ["financial", "security", "recycling", "dedicatedhostfinancial", "refunded"];
