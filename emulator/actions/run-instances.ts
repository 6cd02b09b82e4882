import type { Action, Call } from "../call";
import { readClientToken } from "../client-token";
import { defaultRegionId, type DiskFields, type InstanceFields } from "../model";
import { isDescription, isName } from "../names";
import { newId } from "../new-id";
import type { Parameters } from "../parameters";
import { checkPermission } from "../permission";
import { readNewTags } from "../tag-params";
import { withSeconds } from "../time-format";
import {
  chargeTypeNotFound,
  chargeTypeViolation,
  diskCategoryNotSupported,
  diskSizeNotSupported,
  dryRunOperation,
  imageNotFound,
  instanceDescriptionMalformed,
  instanceTypeNotSupported,
  invalidBandwidth,
  invalidParameter,
  invalidPeriod,
  invalidSpotBehavior,
  invalidSpotDuration,
  invalidSpotPriceLimit,
  invalidSpotStrategy,
  nameMalformed,
  noStock,
  periodMissing,
  protectionNotSupported,
  securityGroupNotFound,
  spotPrepaid,
  tooManyDataDisks,
  vSwitchNotFound,
  zoneNotFound,
} from "../wire-error";
import { accountOf } from "../world";
import { canBeProtected } from "./modify-instance-attribute";
import { readReleaseTime } from "./modify-instance-auto-release-time";
import { readRegion } from "./read-region";

/** Images, types, switches and groups aren't kept: whatever has the right form exists. */
export const runInstances: Action = (call) => {
  const { world, params } = call;
  const RegionId = readRegion(call);
  const amount = readNumber(params, "Amount", 1, 100) ?? 1;
  const dryRun = params.boolean("DryRun", false);
  const uniqueSuffix = params.boolean("UniqueSuffix", false);
  const charge = readCharge(call);
  const fields = {
    ...charge,
    RegionId,
    ...readPlace(call, RegionId),
    ...readLook(params),
    DeletionProtection: params.boolean("DeletionProtection", false),
    AutoReleaseTime: readAutoRelease(call, charge.InstanceChargeType),
    InternetMaxBandwidthOut: readBandwidth(params),
    Tags: { Tag: readNewTags(params) },
    accountId: accountOf(call.credential),
    CreationTime: withSeconds(world.now()),
    StartTime: withSeconds(world.now()),
  };
  if (fields.DeletionProtection && !canBeProtected(fields)) throw protectionNotSupported();
  const vSwitchId = readVSwitch(params);
  const disks = { system: readSystemDisk(params), data: readDataDisks(params) };
  const token = readClientToken(call, 400);
  if (token.earlier !== undefined) return token.earlier;

  checkPermission(call);
  if (world.places.isSoldOut(fields.ZoneId)) throw noStock();
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);
  const ids: string[] = [];
  for (let index = 1; index <= amount; index += 1) {
    const suffix = uniqueSuffix && amount > 1 ? String(index).padStart(3, "0") : "";
    const named = fields.InstanceName === undefined ? {} : { InstanceName: `${fields.InstanceName}${suffix}` };
    const { InstanceId } = world.compute.create({ ...fields, ...named }, { vSwitchId, ...disks });
    call.effects.push(`${InstanceId}: absent -> Pending`);
    ids.push(InstanceId);
  }
  const order = charge.InstanceChargeType === "PrePaid" ? { OrderId: newId("i", RegionId, ids.join()).slice(4) } : {};
  return token.keep({ InstanceIdSets: { InstanceIdSet: ids }, ...order });
};

function readCharge({ world, params }: Call) {
  const type = params.text("InstanceChargeType") || "PostPaid";
  if (type !== "PostPaid" && type !== "PrePaid") throw chargeTypeNotFound();
  const SpotStrategy = params.text("SpotStrategy") || "NoSpot";
  if (!["NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"].includes(SpotStrategy)) throw invalidSpotStrategy();
  const isSpot = SpotStrategy !== "NoSpot";
  if (isSpot && type === "PrePaid") throw spotPrepaid();
  const limit = params.text("SpotPriceLimit") ?? "";
  if (limit !== "" && !/^\d+(\.\d{1,3})?$/.test(limit)) throw invalidSpotPriceLimit();
  const duration = params.text("SpotDuration") ?? "";
  if (!["", "0", "1"].includes(duration)) throw invalidSpotDuration();
  const behavior = params.text("SpotInterruptionBehavior") || "Terminate";
  if (behavior !== "Terminate" && behavior !== "Stop") throw invalidSpotBehavior();
  const months = type === "PrePaid" ? readPeriod(params) : 0;
  return {
    InstanceChargeType: type,
    SpotStrategy,
    SpotPriceLimit: isSpot && limit !== "" ? Number(limit) : 0,
    SpotDuration: isSpot ? Number(duration === "" ? "1" : duration) : 0,
    SpotInterruptionBehavior: isSpot ? behavior : "",
    ...(months === 0 ? {} : { ExpiredTime: withSeconds(world.now() + months * 30 * 24 * 3_600_000) }),
  } satisfies Partial<InstanceFields>;
}

/** In months; weeks count as a quarter. */
function readPeriod(params: Parameters): number {
  const text = params.text("Period") ?? "";
  if (text === "") throw periodMissing();
  const period = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  const isWeek = params.oneOf("PeriodUnit", ["Week", "Month"]) === "Week";
  const known = isWeek ? [1, 2, 3, 4] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36, 48, 60];
  if (!known.includes(period)) throw invalidPeriod();
  return isWeek ? period / 4 : period;
}

function readVSwitch(params: Parameters): string {
  const vSwitchId = params.text("VSwitchId") ?? "";
  if (vSwitchId !== "" && !/^vsw-[a-z0-9]+$/.test(vSwitchId)) throw vSwitchNotFound();
  return vSwitchId;
}

function readPlace({ world, params }: Call, regionId: string) {
  const groups = [params.text("SecurityGroupId") ?? "", ...params.list("SecurityGroupIds")].filter((id) => id !== "");
  if (groups.some((id) => !/^sg-[a-z0-9]+$/.test(id))) throw securityGroupNotFound();
  const zoneId = params.text("ZoneId") ?? "";
  if (zoneId !== "" && !world.zones(regionId).some((zone) => zone.ZoneId === zoneId)) throw zoneNotFound();
  return {
    ZoneId: zoneId === "" ? `${regionId === "" ? defaultRegionId : regionId}-h` : zoneId,
    ...(groups.length === 0 ? {} : { SecurityGroupIds: { SecurityGroupId: groups } }),
  };
}

function readLook(params: Parameters) {
  const ImageId = params.required("ImageId");
  if (!/^[\w.-]{2,255}$/.test(ImageId)) throw imageNotFound();
  const InstanceType = params.required("InstanceType");
  if (!/^ecs\.[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(InstanceType)) throw instanceTypeNotSupported();
  const name = params.text("InstanceName") ?? "";
  if (name !== "" && !isName(name)) throw nameMalformed("InstanceName");
  const host = params.text("HostName") ?? "";
  if (host !== "" && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])$/.test(host)) throw nameMalformed("HostName");
  const description = params.text("Description") ?? "";
  if (description !== "" && !isDescription(description)) throw instanceDescriptionMalformed();
  return {
    ImageId,
    InstanceType,
    InstanceTypeFamily: InstanceType.split(".").slice(0, 2).join("."),
    ...(name === "" ? {} : { InstanceName: name }),
    ...(host === "" ? {} : { HostName: host }),
    ...(description === "" ? {} : { Description: description }),
    KeyPairName: params.text("KeyPairName") ?? "",
    ResourceGroupId: params.text("ResourceGroupId") ?? "",
    HibernationOptions: { Configured: params.boolean("HibernationOptions.Configured", false) },
  };
}

function readAutoRelease({ world, params }: Call, chargeType: string): string {
  const text = params.text("AutoReleaseTime") ?? "";
  if (text === "") return "";
  const atMs = readReleaseTime(text, world.now(), world.switches);
  if (chargeType === "PrePaid") throw chargeTypeViolation();
  return atMs === undefined ? "" : withSeconds(atMs);
}

function readBandwidth(params: Parameters): number {
  const text = params.text("InternetMaxBandwidthOut") ?? "";
  if (text === "") return 0;
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw invalidBandwidth();
  return Number(text);
}

const categories = ["cloud", "cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto", "cloud_essd_entry"];

function readSystemDisk(params: Parameters): Partial<DiskFields> {
  return readDisk(params, "SystemDisk", "SystemDisk", 20, 2048);
}

function readDataDisks(params: Parameters): Partial<DiskFields>[] {
  const indexes = params.indexesOf("DataDisk");
  if (indexes.length > 16) throw tooManyDataDisks();
  return indexes.map((index) => ({
    ...readDisk(params, `DataDisk.${index}`, "DataDisk.n", 1, 65_536),
    DeleteWithInstance: params.boolean(`DataDisk.${index}.DeleteWithInstance`, true),
  }));
}

function readDisk(
  params: Parameters,
  prefix: string,
  what: "SystemDisk" | "DataDisk.n",
  smallestGiB: number,
  largestGiB: number,
): Partial<DiskFields> {
  const category = params.text(`${prefix}.Category`) ?? "";
  if (category !== "" && !categories.includes(category)) throw diskCategoryNotSupported(what);
  const size = params.text(`${prefix}.Size`) ?? "";
  const isSize = /^\d{1,5}$/.test(size) && Number(size) >= smallestGiB && Number(size) <= largestGiB;
  if (size !== "" && !isSize) throw diskSizeNotSupported(what);
  const name = params.text(`${prefix}.DiskName`) ?? "";
  if (name !== "" && !isName(name)) throw invalidParameter(`${prefix}.DiskName`);
  return {
    ...(category === "" ? {} : { Category: category }),
    ...(size === "" ? {} : { Size: Number(size) }),
    ...(name === "" ? {} : { DiskName: name }),
  };
}

function readNumber(params: Parameters, name: string, smallest: number, largest: number): number | undefined {
  const number = params.integer(name);
  if (number !== undefined && (number < smallest || number > largest)) throw invalidParameter(name);
  return number;
}
