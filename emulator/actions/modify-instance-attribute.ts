import type { Action } from "../call";
import type { Instance } from "../model";
import { isDescription, isName } from "../names";
import {
  incorrectStatus,
  instanceDescriptionMalformed,
  lockedForSecurity,
  nameMalformed,
  protectionNotSupported,
} from "../wire-error";
import { statuses } from "../model";
import { isLockedForSecurity } from "./check-locks";
import { findInstance } from "./find-instance";

export const modifyInstanceAttribute: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.required("InstanceId");
  const fields: Partial<Pick<Instance, "InstanceName" | "Description" | "DeletionProtection">> = {};
  const name = params.text("InstanceName") ?? "";
  if (name !== "" && !isName(name)) throw nameMalformed("InstanceName");
  if (name !== "") fields.InstanceName = name;
  const description = params.text("Description") ?? "";
  if (description !== "" && !isDescription(description)) throw instanceDescriptionMalformed();
  if (description !== "") fields.Description = description;
  if ((params.text("DeletionProtection") ?? "") !== "") {
    fields.DeletionProtection = params.boolean("DeletionProtection", false);
  }

  const held = findInstance(call, instanceId);
  const { instance } = held;
  if (fields.DeletionProtection !== undefined && !canBeProtected(instance)) throw protectionNotSupported();
  if (isLockedForSecurity(instance)) throw lockedForSecurity();
  if (held.released) {
    if (world.switches.releasedButListed === "accepted") return {};
    throw incorrectStatus(world.switches.statusMessage, instance.Status, statuses);
  }
  const effect = world.compute.modify(held, fields);
  if (effect !== "none") call.effects.push(effect);
  return {};
};

/** Pay-as-you-go, and not a spot instance. */
export function canBeProtected(instance: Pick<Instance, "InstanceChargeType" | "SpotStrategy">): boolean {
  return instance.InstanceChargeType === "PostPaid" && instance.SpotStrategy === "NoSpot";
}
