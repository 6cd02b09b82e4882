import type { Action } from "../call";
import { checkPermission } from "../permission";
import { readRegion } from "./read-region";

export const describeZones: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  params.oneOf("InstanceChargeType", ["PostPaid", "PrePaid"]);
  params.oneOf("SpotStrategy", ["NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"]);
  const verbose = params.boolean("Verbose", true);
  checkPermission(call);
  return {
    Zones: {
      Zone: world.zones(regionId).map(({ ZoneId, noStock }) => ({
        ZoneId,
        LocalName: ZoneId,
        ZoneType: "AvailabilityZone",
        ...(verbose ? details(noStock === true) : {}),
      })),
    },
  };
};

function details(isSoldOut: boolean): Record<string, unknown> {
  return {
    AvailableResourceCreation: { ResourceTypes: ["VSwitch", "IoOptimized", "Instance", "Disk"] },
    AvailableInstanceTypes: { InstanceTypes: isSoldOut ? [] : ["ecs.g7.large"] },
    AvailableDiskCategories: { DiskCategories: ["cloud_essd", "cloud_efficiency", "cloud_ssd"] },
  };
}
