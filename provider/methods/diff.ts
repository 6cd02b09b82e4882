import { diff as difference, isSettled } from "../core/diff";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { toRecorded } from "../core/outputs";
import { plan } from "../core/plan";
import { argumentsOf, observedFromOutputs, withWithdrawal } from "./properties";
import type { Session } from "./session";

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: string[];
}

/** Never throws for what is there: a corrected declaration must always get through. */
export function diff(session: Session, olds: Properties, news: Properties): DiffAnswer {
  const { unknown, desired } = normalize(argumentsOf(news));
  if (unknown.length > 0 || desired === undefined) {
    return { changes: true, replaces: unknown.filter((name) => name === "instanceId" || name === "regionId") };
  }
  const recorded = toRecorded(olds);
  const wanted = withWithdrawal(desired, recorded);
  const run = session.verifiedRun(desired);
  const observed = run?.seen ?? observedFromOutputs(olds);
  const nowMs = run?.atMs ?? session.outside.clock.nowMs();
  const { changes, replaces } = difference(wanted, recorded, observed, plan(wanted, observed, recorded, nowMs), nowMs);
  if (changes && replaces.length === 0 && run !== undefined && !isSettled(wanted, recorded)) {
    session.sayPlan(wanted, recorded, observed, run);
  }
  return { changes, replaces: [...replaces] };
}
