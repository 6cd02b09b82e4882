import type { Zone } from "./model";

const usualRegions = ["cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-qingdao", "cn-zhangjiakou"].concat(
  ["cn-hongkong", "ap-southeast-1", "us-west-1", "eu-central-1"],
);

/** Regions and zones. */
export class Places {
  readonly regions: string[];
  readonly zones: readonly Zone[];

  constructor(file: { regions?: string[]; zones?: Zone[] } = {}) {
    this.regions = [...(file.regions ?? usualRegions)];
    this.zones = file.zones ?? [];
  }

  copy(): Places {
    return new Places({ regions: this.regions, zones: [...this.zones] });
  }

  hasRegion(regionId: string): boolean {
    return this.regions.includes(regionId);
  }

  addRegion(regionId: string): void {
    if (!this.hasRegion(regionId)) this.regions.push(regionId);
  }

  /** The zones of a region: the usual ones, those that are in use and the world's. */
  zonesOf(regionId: string, inUse: readonly string[]): Zone[] {
    const zones = new Map<string, Zone>();
    for (const letter of ["h", "i"]) zones.set(`${regionId}-${letter}`, { ZoneId: `${regionId}-${letter}` });
    for (const ZoneId of inUse) zones.set(ZoneId, { ZoneId });
    for (const zone of this.zones) if (zone.ZoneId.startsWith(`${regionId}-`)) zones.set(zone.ZoneId, zone);
    return [...zones.values()];
  }

  isSoldOut(zoneId: string): boolean {
    return this.zones.some((zone) => zone.ZoneId === zoneId && zone.noStock === true);
  }
}
