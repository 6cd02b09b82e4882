import type { Action } from "../call";
import { readIdList } from "../id-list";
import { checkPermission } from "../permission";
import { chargeTypeNotChanged, instanceIdsMalformed, instancesNotFound, missingParameter } from "../wire-error";
import { accountOf } from "../world";
import { readRegion } from "./read-region";

/** Judged like a real call, and then always refused: nothing here knows prices or orders. */
export const modifyInstanceChargeType: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("InstanceIds"), instanceIdsMalformed);
  if (ids === undefined || ids.length === 0) throw missingParameter("InstanceIds");
  params.oneOf("InstanceChargeType", ["PrePaid", "PostPaid"]);
  const accountId = accountOf(call.credential);
  for (const id of ids) {
    const instance = world.find(id)?.instance;
    if (instance?.accountId !== accountId || instance.RegionId !== regionId) throw instancesNotFound();
  }
  checkPermission(call);
  throw chargeTypeNotChanged();
};
