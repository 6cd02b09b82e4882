import type { EcsPort } from "../ecs/port";
import type { Clock } from "./clock";

/** Two empty looks closer together than this could both come from the same stale copy. */
export const secondLookAfterMs = 5_000;

export type Absence = "proven" | "listed" | "notAllowedToSee";

/**
 * Whether an instance that was seen before and is not listed now is really gone: a second look at least 5 s after the
 * first, by the call that names an unknown id, and a proof that this identity may see instances at all.
 */
export async function proveAbsence(
  ecs: EcsPort,
  clock: Clock,
  instanceId: string,
  firstLookMs: number,
): Promise<Absence> {
  const waitMs = firstLookMs + secondLookAfterMs - clock.nowMs();
  if (waitMs > 0) await clock.sleep(waitMs);
  if ((await ecs.confirm(instanceId)) === "present") return "listed";
  if (!(await ecs.mayObserve())) return "notAllowedToSee";
  // A last look by the list itself: the two calls may be answered from different copies.
  return (await ecs.observe([instanceId])).found.has(instanceId) ? "listed" : "proven";
}
