import { type Status, statuses } from "../model";
import type { Held } from "../held";
import type { World } from "../world";

/** A status as the page says it: the five of the API, and the one of which the API is silent. */
export type ShownStatus = Status | "Released";

export const shownStatuses: readonly ShownStatus[] = [...statuses, "Released"];

/** So many rows fit a browser that draws them again every second. */
export const shownAtMost = 100;

export interface ChosenFleet {
  total: number;
  matching: number;
  /** The first hundred of them. */
  shown: Held[];
  /** Of the whole fleet, whatever the filter. */
  counts: Record<ShownStatus, number>;
}

/** The instances whose id, name or status contains the text, without regard to case. */
export function chosenFleet(world: World, filter: string): ChosenFleet {
  const text = filter.trim().toLowerCase();
  const counts = { Pending: 0, Starting: 0, Running: 0, Stopping: 0, Stopped: 0, Released: 0 };
  const shown: Held[] = [];
  let total = 0;
  let matching = 0;
  for (const held of world.compute.all()) {
    const status = shownStatus(held);
    total += 1;
    counts[status] += 1;
    const { InstanceId, InstanceName } = held.instance;
    if (![InstanceId, InstanceName, status].some((field) => field.toLowerCase().includes(text))) continue;
    matching += 1;
    if (shown.length < shownAtMost) shown.push(held);
  }
  return { total, matching, shown, counts };
}

export function shownStatus(held: Held): ShownStatus {
  return held.released ? "Released" : held.instance.Status;
}
