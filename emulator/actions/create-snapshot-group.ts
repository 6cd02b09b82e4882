import type { Action, Call } from "../call";
import { readClientToken } from "../client-token";
import type { Disk } from "../model";
import { isDescription, isName } from "../names";
import { isEssd } from "../new-disk";
import { readNewTags } from "../tag-params";
import {
  categoryNotSupported,
  descriptionMalformed,
  disksNotInSameZone,
  invalidParameter,
  missingParameter,
  multiAttachDisk,
  noDiskOnInstance,
  tooManyDisks,
  tooMuchCapacity,
} from "../wire-error";
import { accountOf } from "../world";
import { checkSnapshot } from "./create-snapshot";
import { findDisk } from "./find-disk";
import { findInstance } from "./find-instance";
import { readRegion } from "./read-region";

const mostDisks = 128;
const mostGiB = 256 * 1024;

export const createSnapshotGroup: Action = (call) => {
  const { world, params } = call;
  const RegionId = readRegion(call);
  const InstanceId = params.text("InstanceId") ?? "";
  const diskIds = [...new Set(params.list("DiskId"))];
  const excluded = params.list("ExcludeDiskId");
  if (InstanceId === "" && diskIds.length === 0) throw missingParameter("InstanceId");
  if (diskIds.length > 0 && excluded.length > 0) throw invalidParameter("ExcludeDiskId");
  const Name = params.text("Name") ?? "";
  if (Name !== "" && !isName(Name)) throw invalidParameter("Name");
  const Description = params.text("Description") ?? "";
  if (Description !== "" && !isDescription(Description)) throw descriptionMalformed();
  const tags = readNewTags(params);
  const ResourceGroupId = params.text("ResourceGroupId") ?? "";
  const token = readClientToken(call, 403);
  if (token.earlier !== undefined) return token.earlier;

  const disks = readDisks(call, InstanceId, diskIds).filter((disk) => !excluded.includes(disk.DiskId));
  if (disks.length === 0) throw noDiskOnInstance();
  if (disks.length > mostDisks) throw tooManyDisks();
  if (new Set(disks.map((disk) => disk.ZoneId)).size > 1) throw disksNotInSameZone();
  for (const disk of disks) {
    if (!isEssd(disk)) throw categoryNotSupported();
    if (disk.MultiAttach === "Enabled") throw multiAttachDisk();
    checkSnapshot(call, disk);
  }
  if (disks.reduce((sum, disk) => sum + disk.Size, 0) > mostGiB) throw tooMuchCapacity();

  const { SnapshotGroupId } = world.storage.beginGroup(
    { Name, Description, InstanceId, RegionId, ResourceGroupId, accountId: accountOf(call.credential) },
    disks,
    { SnapshotName: Name, Description, RetentionDays: 0, ResourceGroupId, tags, fails: call.snapshotFails },
  );
  call.effects.push(`${SnapshotGroupId}: absent -> progressing`);
  return token.keep({ SnapshotGroupId });
};

/** Those that are named, or all of the instance. */
function readDisks(call: Call, instanceId: string, diskIds: readonly string[]): Disk[] {
  if (instanceId !== "") findInstance(call, instanceId);
  if (diskIds.length === 0) return call.world.storage.disksOf(instanceId);
  const disks = diskIds.map((id) => findDisk(call, id));
  if (instanceId !== "" && disks.some((disk) => disk.InstanceId !== instanceId)) throw invalidParameter("DiskId");
  return disks;
}
