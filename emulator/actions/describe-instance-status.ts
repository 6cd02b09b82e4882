import type { Action } from "../call";
import { cutPage, readPage } from "../paging";
import { checkPermission } from "../permission";
import { tooManyInstanceIds } from "../wire-error";
import { accountOf } from "../world";
import { readRegion } from "./read-region";

/** Ids that are unknown are just missing. */
export const describeInstanceStatus: Action = (call) => {
  const { world, params, stale } = call;
  const regionId = readRegion(call);
  const ids = params.list("InstanceId");
  if (ids.length > 100) throw tooManyInstanceIds();
  const zoneId = params.text("ZoneId") ?? "";
  const page = readPage(params, { largestPage: 50, mostResults: 50 });
  checkPermission(call);

  const accountId = accountOf(call.credential);
  const rows = [...world.all()].flatMap((held) => {
    const instance = stale === undefined ? held.instance : stale === "previous" ? held.previous : undefined;
    if (instance?.RegionId !== regionId || instance.accountId !== accountId) return [];
    if (ids.length > 0 && !ids.includes(instance.InstanceId)) return [];
    if (zoneId !== "" && instance.ZoneId !== zoneId) return [];
    if (stale === undefined && !world.isVisible(held)) {
      world.missed(held);
      return [];
    }
    return [{ sequence: held.sequence, held, instance }];
  });
  const { shown, about } = cutPage(rows, page);
  const InstanceStatus = shown.map(({ instance: { InstanceId, Status } }) => ({ InstanceId, Status }));
  if (stale === undefined) for (const { held } of shown) world.described(held);
  return { ...about, InstanceStatuses: { InstanceStatus } };
};
