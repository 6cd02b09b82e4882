import type { Desired } from "../core/model";
import type { Scheduled } from "../run-info";

/** What a schedule declares now, and until when, below the plan. Pure. */
export function describeScheduled(scheduled: Scheduled | undefined, desired: Desired): readonly string[] {
  if (scheduled === undefined) return [];
  const { state = "not managed", since, once, because, nextChangeAt } = scheduled;
  if (once === true && scheduled.state !== undefined) {
    const isApplied = desired.state === undefined;
    const how = isApplied ? "was applied, and what was done later stays" : `is applied once, as due since ${since}`;
    return [`  schedule: ${state} ${how}, because ${because}`];
  }
  const until = nextChangeAt === undefined ? "from now on" : `until ${nextChangeAt}`;
  return [`  schedule: ${state} ${until}, because ${because}`];
}
