import type { Action } from "../call";
import type { Disk } from "../model";
import { isDescription, isName } from "../names";
import { isLocalDisk } from "../new-disk";
import {
  descriptionMalformed,
  diskIncomplete,
  diskNameMalformed,
  diskNotPortable,
  incorrectDiskStatus,
  invalidParameter,
  nothingToModify,
} from "../wire-error";
import { findDisk } from "./find-disk";

const flags = ["DeleteWithInstance", "DeleteAutoSnapshot", "EnableAutoSnapshot"] as const;

export const modifyDiskAttribute: Action = (call) => {
  const { world, params } = call;
  const one = params.text("DiskId") ?? "";
  const several = params.list("DiskIds");
  if (one === "" && several.length === 0) throw diskIncomplete();
  if ((one !== "" && several.length > 0) || several.length > 100) throw invalidParameter("DiskIds");
  const fields: Partial<Pick<Disk, "DiskName" | "Description" | (typeof flags)[number]>> = {};
  const name = params.text("DiskName") ?? "";
  if (name !== "" && !isName(name)) throw diskNameMalformed();
  if (name !== "") fields.DiskName = name;
  const description = params.text("Description") ?? "";
  if (description !== "" && !isDescription(description)) throw descriptionMalformed();
  if (description !== "") fields.Description = description;
  for (const flag of flags) {
    if ((params.text(flag) ?? "") !== "") fields[flag] = params.boolean(flag, false);
  }
  if (Object.keys(fields).length === 0) throw nothingToModify();

  const ids = one === "" ? [...new Set(several)] : [one];
  const disks = ids.map((id) => findDisk(call, id));
  for (const disk of disks) {
    // No lock stands against this call.
    if (disk.Status !== "In_use" && disk.Status !== "Available") throw incorrectDiskStatus();
    const mustGo = isLocalDisk(disk) || (disk.Category === "cloud" && !disk.Portable);
    if (fields.DeleteWithInstance === false && mustGo) throw diskNotPortable();
  }
  for (const disk of disks) {
    const changed = { ...disk, ...fields };
    const changes = Object.entries(fields).filter(([field, value]) => disk[field as keyof Disk] !== value);
    world.storage.disks.set(disk.DiskId, changed);
    if (changes.length === 0) continue;
    call.effects.push(`${disk.DiskId}: ${changes.map(([field, value]) => `${field} -> ${value}`).join(", ")}`);
  }
  return {};
};
