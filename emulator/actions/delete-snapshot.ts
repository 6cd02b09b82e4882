import type { Action } from "../call";
import { checkPermission } from "../permission";
import { accountOf } from "../world";

/** An unknown id is no error. */
export const deleteSnapshot: Action = (call) => {
  const { world, params } = call;
  const snapshotId = params.required("SnapshotId");
  params.boolean("Force", false);
  checkPermission(call);
  const snapshot = world.storage.snapshots.get(snapshotId);
  if (snapshot === undefined || snapshot.accountId !== accountOf(call.credential)) return {};
  world.storage.deleteSnapshot(snapshotId);
  call.effects.push(`${snapshotId}: ${snapshot.Status} -> deleted`);
  return {};
};
