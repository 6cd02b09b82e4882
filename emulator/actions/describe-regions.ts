import type { Action } from "../call";
import { checkPermission } from "../permission";

export const describeRegions: Action = (call) => {
  call.params.oneOf("InstanceChargeType", ["PostPaid", "PrePaid", "SpotWithPriceLimit", "SpotAsPriceGo"]);
  call.params.oneOf("ResourceType", ["instance", "disk", "reservedinstance", "scu"]);
  checkPermission(call);
  return {
    Regions: {
      Region: call.world.places.regions.map((regionId) => ({
        RegionId: regionId,
        RegionEndpoint: regionId === "cn-hangzhou" ? "ecs-cn-hangzhou.aliyuncs.com" : `ecs.${regionId}.aliyuncs.com`,
        LocalName: regionId,
        Status: "available",
      })),
    },
  };
};
