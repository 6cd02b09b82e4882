import type { Call } from "../call";
import type { Disk } from "../model";
import { checkPermission } from "../permission";
import { diskNotFound, regionNotFound } from "../wire-error";
import { accountOf } from "../world";

/** Existence, then permission: the order in which a call on one disk is judged. */
export function findDisk(call: Call, diskId: string): Disk {
  const { world, params } = call;
  const regionId = params.text("RegionId") ?? "";
  if (regionId !== "" && !world.places.hasRegion(regionId)) throw regionNotFound();
  const disk = world.storage.disks.get(diskId);
  if (disk === undefined || disk.accountId !== accountOf(call.credential)) throw diskNotFound();
  if (regionId !== "" && disk.RegionId !== regionId && world.switches.foreignRegion === "not-found") {
    throw diskNotFound();
  }
  checkPermission(call, { tags: disk.Tags.Tag });
  return disk;
}
