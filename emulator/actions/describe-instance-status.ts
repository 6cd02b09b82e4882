import type { Action } from "../call";
import type { Instance } from "../model";
import { cutPage, readPage } from "../paging";
import { checkPermission } from "../permission";
import { tooManyInstanceIds } from "../wire-error";
import { without } from "../without";
import { accountOf } from "../world";
import { lookAt, withoutUnseen } from "./look-at";
import { readRegion } from "./read-region";
import { isEqual, readRowFilters } from "./row-filters";

/** Ids that are unknown are just missing. */
export const describeInstanceStatus: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  const ids = params.list("InstanceId");
  if (ids.length > 100) throw tooManyInstanceIds();
  const fits = readRowFilters<Instance>(params, { ZoneId: isEqual("ZoneId"), ClusterId: isEqual("ClusterId") });
  const page = readPage(params, { largestPage: 50, mostResults: 50, only: "number" });
  checkPermission(call);

  const accountId = accountOf(call.credential);
  const seen = lookAt(call, ids.length === 0 ? undefined : ids).filter(
    ({ instance }) => instance.RegionId === regionId && instance.accountId === accountId && fits(instance),
  );
  const { shown, about } = cutPage(withoutUnseen(call, seen), page);
  const InstanceStatus = shown.map(({ instance: { InstanceId, Status } }) => ({ InstanceId, Status }));
  for (const { held, kind } of shown) if (kind === "current") world.compute.described(held);
  return { ...without(about, "NextToken"), InstanceStatuses: { InstanceStatus } };
};
