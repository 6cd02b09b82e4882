import type { InstanceFields } from "../../emulator/index";
import { inCommon } from "../../provider/fleet-run";
import { readRunInfo, type RunInfo } from "../../provider/run-info";
import { providerText } from "../../provider/shell";
import type { Cloud } from "./cloud";
import type { Json } from "./sdk";

/** Pulumi's marker for a value that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs as they reach the host: the arguments with the serialized provider. */
export function inputs(args: Json): Json {
  return { regionId: "cn-hangzhou", ...args, __provider: providerText };
}

/** What the program's side would hand over for this instance, as it is now. */
export function runText(cloud: Cloud, instanceId: string, more: Json = {}): string {
  const instance = cloud.emulator.instance(instanceId);
  const seen =
    instance === undefined
      ? { presence: "absent" }
      : {
          presence: "present",
          instanceId,
          regionId: instance.RegionId,
          status: instance.Status.toLowerCase(),
          stoppedMode: instance.StoppedMode,
          chargeType: instance.InstanceChargeType,
          instanceName: instance.InstanceName,
          instanceType: instance.InstanceType,
          networkType: instance.InstanceNetworkType,
          ...(instance.AutoReleaseTime === "" ? {} : { releaseTime: instance.AutoReleaseTime }),
          deletionProtection: instance.DeletionProtection,
          locks: [],
          tags: Object.fromEntries(instance.Tags.Tag.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
          createdAt: instance.CreationTime,
          serialNumber: instance.SerialNumber,
          startedAt: instance.StartTime,
          publicIps: instance.PublicIpAddress.IpAddress,
        };
  return JSON.stringify({
    urn: `urn:pulumi:dev::host::pulumi-nodejs:dynamic/alicloud:InstanceLifecycle::${instanceId}`,
    dryRun: true,
    regionId: "cn-hangzhou",
    instanceId,
    atMs: Date.now(),
    seen,
    refused: [],
    ...more,
  });
}

/** What the program's side would hand over for a fleet of these. */
export function fleetRunText(cloud: Cloud, instanceIds: readonly string[], more: Json = {}): string {
  const infos = instanceIds.map((id): [string, RunInfo] => [id, readRunInfo(runText(cloud, id)) as RunInfo]);
  const run = { by: "ids", regionId: "cn-hangzhou", instanceIds, refused: [], ...inCommon(new Map(infos)) };
  return JSON.stringify({ ...run, ...more });
}

/** Instances that differ by their ids alone. */
export function many(prefix: string, count: number, fields: Partial<InstanceFields> = {}): InstanceFields[] {
  return Array.from({ length: count }, (_, index) => ({ InstanceId: `i-${prefix}${index + 1}`, ...fields }));
}
