import type { Action, Call } from "../call";
import { readClientToken } from "../client-token";
import type { Disk } from "../model";
import { isDescription, isName } from "../names";
import { isLocalDisk } from "../new-disk";
import { readNewTags } from "../tag-params";
import {
  categoryNotSupported,
  creatingSnapshot,
  descriptionMalformed,
  diskLockedForSecurity,
  neverAttached,
  retentionMalformed,
  snapshotDiskStatus,
  snapshotInstanceStatus,
  snapshotNameMalformed,
  snapshotQuota,
} from "../wire-error";
import { isLockedForSecurity } from "./check-locks";
import { findDisk } from "./find-disk";

const mostSnapshotsOfADisk = 256;

export const createSnapshot: Action = (call) => {
  const { world, params } = call;
  const diskId = params.required("DiskId");
  const SnapshotName = params.text("SnapshotName") ?? "";
  if (SnapshotName !== "" && (!isName(SnapshotName) || /^auto/i.test(SnapshotName))) throw snapshotNameMalformed();
  const Description = params.text("Description") ?? "";
  if (Description !== "" && !isDescription(Description)) throw descriptionMalformed();
  const RetentionDays = readRetention(params.text("RetentionDays") ?? "");
  const tags = readNewTags(params);
  const ResourceGroupId = params.text("ResourceGroupId") ?? "";
  const token = readClientToken(call, 403);
  if (token.earlier !== undefined) return token.earlier;

  const disk = findDisk(call, diskId);
  checkSnapshot(call, disk);
  const order = { SnapshotName, Description, RetentionDays, ResourceGroupId, tags, fails: call.snapshotFails };
  const { SnapshotId } = world.storage.beginSnapshot(disk, order);
  call.effects.push(`${SnapshotId}: absent -> progressing`);
  return token.keep({ SnapshotId });
};

/** Whether this disk can be snapshotted now. A group of snapshots asks the same of each of its disks. */
export function checkSnapshot({ world }: Call, disk: Disk): void {
  const instance = world.find(disk.InstanceId)?.instance;
  if (instance !== undefined && isLockedForSecurity(instance)) throw diskLockedForSecurity();
  if (isLocalDisk(disk)) throw categoryNotSupported();
  if (disk.Status !== "In_use" && disk.Status !== "Available") throw snapshotDiskStatus();
  if (disk.AttachedTime === "") throw neverAttached();
  if (instance !== undefined && instance.Status !== "Running" && instance.Status !== "Stopped") {
    throw snapshotInstanceStatus();
  }
  if (world.storage.isCreatingSnapshot(disk.DiskId)) throw creatingSnapshot();
  const made = world.storage.snapshots.items().filter((each) => each.SourceDiskId === disk.DiskId);
  if (made.filter((each) => each.SnapshotType === "user").length >= mostSnapshotsOfADisk) throw snapshotQuota();
}

function readRetention(text: string): number {
  if (text === "") return 0;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 65_536) throw retentionMalformed();
  return days;
}
