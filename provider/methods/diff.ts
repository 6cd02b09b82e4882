import { declarationChanged, diff as difference, isSettled } from "../core/diff";
import { describeDrift, driftOf } from "../core/drift";
import type { Desired, Recorded } from "../core/model";
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

/** After so many corrections in a row the next one is not news any more. */
const contested = 3;

function contestedText({ instanceId }: Desired, { corrections }: Recorded): string {
  return `${instanceId} was changed by others again and again: the last ${corrections} runs have each corrected it; is another owner fighting for it? Let one of them own it, or declare drift: "report"`;
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
  const steps = plan(wanted, observed, recorded, nowMs);
  const { changes, replaces } = difference(wanted, recorded, observed, steps, nowMs);
  const drifted = changes && replaces.length === 0 && !declarationChanged(wanted, recorded);
  if (drifted && wanted.drift === "report") {
    const drift = driftOf(wanted, observed, steps);
    if (drift !== undefined) session.sayOnce("warning", describeDrift(wanted.instanceId, drift), run?.urn);
    return { changes: false, replaces: [] };
  }
  if (drifted && (recorded.corrections ?? 0) >= contested) {
    session.sayOnce("warning", contestedText(wanted, recorded), run?.urn);
  }
  if (changes && replaces.length === 0 && run !== undefined && !isSettled(wanted, recorded)) {
    session.sayPlan(wanted, observed, steps, run);
  }
  return { changes, replaces: [...replaces] };
}
