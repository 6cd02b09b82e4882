import { declarationChanged, diff as difference, isSettled, isStillToCancel } from "../core/diff";
import { describeDrift, driftOf } from "../core/drift";
import { inForce } from "../core/in-force";
import { anotherText } from "../core/is-another";
import type { Desired, Plan, Recorded } from "../core/model";
import { isWrite } from "../core/steps";
import { movingText } from "../core/moving";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { toRecorded } from "../core/outputs";
import { plan } from "../core/plan";
import { readOnly } from "./check";
import { argumentsOf, observedFromOutputs, withWithdrawal } from "./properties";
import type { Session, VerifiedRun } from "./session";

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: string[];
}

/** After so many corrections in a row the next one is not news any more. */
const contested = 3;

function contestedText({ instanceId }: Desired, { corrections }: Recorded): string {
  return `${instanceId} was changed by others again and again: the last ${corrections} runs have each corrected it; is another owner fighting for it? Let one of them own it, or declare drift: "report"`;
}

/** The check can't know that it is due, so it refuses nothing of it; the update does. */
function whyNotDone(
  session: Session,
  desired: Desired,
  { steps, refusals }: Plan,
  run: VerifiedRun,
): readonly string[] {
  if (steps.length === 0) return refusals;
  return [...(session.isReadOnly && steps.some(isWrite) ? [readOnly(desired)] : []), ...run.held, ...refusals];
}

/** Never throws for what is there: a corrected declaration must always get through. */
export function diff(session: Session, olds: Properties, news: Properties): DiffAnswer {
  const { unknown, desired } = normalize(argumentsOf(news));
  if (unknown.length > 0 || desired === undefined) {
    return { changes: true, replaces: unknown.filter((name) => name === "instanceId" || name === "regionId") };
  }
  // What is declared anew stays to be done: the recorded outputs say what was reached.
  if (session.leavesAlone(desired.instanceId)) return { changes: false, replaces: [] };
  const recorded = toRecorded(olds);
  const declared = withWithdrawal(desired, recorded);
  const { desired: wanted, isDue } = inForce(declared, recorded, session.scheduledNow(desired));
  const run = session.verifiedRun(desired);
  const observed = run?.seen ?? observedFromOutputs(olds);
  const nowMs = run?.atMs ?? session.outside.clock.nowMs();
  const steps = plan(wanted, observed, recorded, nowMs);
  // Compared is what is declared, planned what of it is in force.
  const { changes: differs, replaces } = difference(declared, recorded, observed, steps, nowMs);
  const changes = differs || isDue;
  const isWish = isDue || declarationChanged(declared, recorded) || isStillToCancel(declared, recorded);
  const drifted = changes && replaces.length === 0 && !isWish;
  if (drifted && wanted.drift === "report") {
    const drift = driftOf(wanted, observed, steps);
    if (drift !== undefined) session.sayOnce("warning", describeDrift(wanted.instanceId, drift), run?.urn);
    return { changes: false, replaces: [] };
  }
  if (drifted && (recorded.corrections ?? 0) >= contested) {
    session.sayOnce("warning", contestedText(wanted, recorded), run?.urn);
  }
  const moving = run === undefined ? undefined : movingText(wanted, recorded, nowMs);
  if (moving !== undefined) session.sayOnce("warning", moving, run?.urn);
  if (changes && replaces.length === 0 && run !== undefined && !isSettled(wanted, recorded)) {
    const another = observed.presence === "present" ? anotherText(observed, recorded) : undefined;
    if (another !== undefined) {
      // The check can't know the recorded identity. The update refuses it with these words, so there is no plan to be shown.
      if (run.dryRun) session.sayOnce("warning", another, run.urn);
      return { changes, replaces: [] };
    }
    const refusals = isDue ? whyNotDone(session, wanted, steps, run) : [];
    for (const refusal of refusals) session.sayOnce("warning", refusal, run.urn);
    session.sayPlan(wanted, observed, isDue ? { ...steps, refusals } : steps, isDue ? { ...run, held: [] } : run);
  }
  return { changes, replaces: [...replaces] };
}
