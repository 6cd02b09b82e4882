import type { EcsPort } from "../../provider/ecs/port";
import { systemClock } from "../../provider/reconcile/clock";
import type { Surroundings } from "../../provider/reconcile/surroundings";

/** A run in which nothing is held back and nobody listens. */
export function quietly(ecs: EcsPort): Surroundings {
  return {
    ecs,
    clock: systemClock,
    progress: () => undefined,
    wrote: () => undefined,
    held: [],
    permit: () => Promise.resolve(),
  };
}
