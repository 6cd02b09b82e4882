import type { Call } from "../call";
import { regionNotFound } from "../wire-error";

/** The region, where it must be sent. */
export function readRegion({ world, params }: Call): string {
  const regionId = params.required("RegionId");
  if (!world.places.hasRegion(regionId)) throw regionNotFound();
  return regionId;
}
