import { declaredStateAt } from "./core/schedule/declared-state";
import { normalizeSchedule } from "./core/schedule/normalize-schedule";
import type { TimedArgs } from "./core/schedule/schedule";

/** What a schedule declares at one moment. */
export interface ScheduledState {
  /** Undefined: the power state is not managed then. */
  readonly state: "running" | "stopped" | "released" | undefined;
  /** Which rule of the schedule says so. */
  readonly because: string;
  /** When it is another state next, RFC 3339 in UTC. Undefined: never again. */
  readonly nextChangeAt: string | undefined;
  /** What is uncertain about it, such as a year whose holidays are not known. */
  readonly warnings: readonly string[];
}

/**
 * What a schedule declares at a moment, for programs that decide something else by it, such as whether a machine is
 * declared at all. It looks at nothing but its arguments.
 *
 * ```ts
 * if (scheduledState({ schedule: peak }).state === "running") new alicloud.ecs.Instance("worker", { ... });
 * ```
 *
 * @param args A schedule and its overrides.
 * @param at The moment. Default: now, by the clock of this machine.
 * @throws Error with every fault of the arguments, each beginning with its name.
 */
export function scheduledState(args: TimedArgs, at: Date = new Date()): ScheduledState {
  const { failures, schedule } = normalizeSchedule(args);
  if (schedule === undefined) throw new Error(failures.join("\n"));
  if (Number.isNaN(at.getTime())) throw new Error("at: is not a time");
  return declaredStateAt(schedule, at.getTime());
}
