import { partOf } from "./argument-schemas";
import type { Desired, LifecycleState, Recorded, UtcMinute } from "./model";

/** What a schedule declares in this run, as far as it decides what is applied. */
export interface ScheduledNow {
  readonly state?: LifecycleState;
  readonly since?: UtcMinute;
  readonly once?: boolean;
}

export interface InForce {
  /** As declared, but without a state that has been applied once and is nobody's until the next. */
  readonly desired: Desired;
  /** The schedule has come to a moment that no run has applied yet: as good as a changed declaration. */
  readonly isDue: boolean;
}

/**
 * What of a schedule's state is in force. Two periods look like one to who sees the state only, so its moments are compared.
 * `scheduled` is undefined where the program has said nothing, as in a refresh. Pure.
 */
export function inForce(
  desired: Desired,
  recorded: Recorded | undefined,
  scheduled: ScheduledNow | undefined,
): InForce {
  if (recorded === undefined || desired.state === undefined) return { desired, isDue: false };
  if (scheduled === undefined) return { desired: withoutOnce(desired), isDue: false };
  const { state, since, once = false } = scheduled;
  // Not the schedule's: a state that `ignoreChanges` has kept.
  if (state !== desired.state || since === undefined) return { desired, isDue: false };
  const appliedAt = recorded.scheduleAppliedAt;
  if (once) {
    const isDue = appliedAt === undefined || since > appliedAt;
    return { desired: isDue ? desired : { ...desired, state: undefined }, isDue };
  }
  // Where drift is corrected, what is declared is applied in every run.
  return { desired, isDue: desired.drift === "report" && appliedAt !== undefined && since > appliedAt };
}

/** Nobody knows whether it has been applied; a state that is applied once is then no reason to find a difference. */
function withoutOnce(desired: Desired): Desired {
  const isOnce = partOf(desired.timed?.schedule).apply !== undefined && desired.state !== "released";
  return isOnce ? { ...desired, state: undefined } : desired;
}
