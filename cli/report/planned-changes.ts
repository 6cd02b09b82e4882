import type { Found, FoundInstance, FoundPlan } from "./found";
import { isIrrevocable } from "./plan-text";
import { isNotKnownYet } from "./planned";
import type { PlannedChanges } from "./report";

/** How much of a preview counts for which limit. What is not told may be anything, so it has a count of its own. Pure. */
export function plannedChanges({ instances, hiddenFleets }: Pick<Found, "instances" | "hiddenFleets">): PlannedChanges {
  const count = (is: (plan: FoundPlan) => boolean) =>
    instances.filter(({ planned }) => planned !== undefined && is(planned)).length;
  return {
    releases: count((plan) => hasCall(plan, "DeleteInstance")),
    releaseTimes: count(setsReleaseTime),
    stops: count((plan) => hasCall(plan, "StopInstance") || plan.stopsAtRemoval),
    starts: count((plan) => hasCall(plan, "StartInstance")),
    notTold: instances.filter(isNotTold).length + hiddenFleets,
  };
}

function hasCall({ quoted }: FoundPlan, name: string): boolean {
  return quoted?.steps.some(({ call }) => call === name) === true;
}

/** To cancel or postpone one is never held back, and counts for no limit. */
function setsReleaseTime({ quoted }: FoundPlan): boolean {
  return quoted?.steps.some((step) => step.call === "ModifyInstanceAutoReleaseTime" && isIrrevocable(step)) === true;
}

function isNotTold({ planned }: FoundInstance): boolean {
  return (
    planned?.untold !== undefined || planned?.unverified !== undefined || planned?.warnings.some(isNotKnownYet) === true
  );
}
