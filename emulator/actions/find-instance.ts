import type { Call } from "../call";
import { checkPermission } from "../permission";
import { instanceNotFound, regionNotFound, type WireError } from "../wire-error";
import { accountOf, type Held } from "../world";

/** Existence, then permission: the order in which a call on one instance is judged. */
export function findInstance(call: Call, instanceId: string, notFound: () => WireError = instanceNotFound): Held {
  const { world, params, credential } = call;
  const regionId = params.text("RegionId");
  if (regionId !== undefined && regionId !== "" && !world.places.hasRegion(regionId)) throw regionNotFound();
  const held = world.find(instanceId);
  if (held === undefined || held.instance.accountId !== accountOf(credential)) throw notFound();
  const elsewhere = regionId !== undefined && regionId !== "" && held.instance.RegionId !== regionId;
  if (elsewhere && world.switches.foreignRegion === "not-found") throw notFound();
  if (held.released && world.switches.releasedButListed === "not-found") throw notFound();
  checkPermission(call, { instanceId, tags: held.instance.Tags.Tag });
  return held;
}
