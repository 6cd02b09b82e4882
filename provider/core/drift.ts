import type { Desired, Observed, Plan } from "./model";
import { isWrite } from "./steps";
import type { ReportedDrift } from "./outputs";

/** What others have changed, in the words of the arguments; undefined when nothing would have to be called. Pure. */
export function driftOf(desired: Desired, observed: Observed, plan: Plan): ReportedDrift | undefined {
  if (observed.presence === "absent" || !plan.steps.some(isWrite)) return undefined;
  const { state } = desired;
  // From the steps and not from what is declared: the end of a time to live is only known there.
  const times = plan.steps.flatMap((step) =>
    step.kind === "setReleaseTime" ? [step.at] : step.kind === "cancelReleaseTime" ? ["never"] : [],
  );
  const autoReleaseAt = times[0];
  return {
    declared: {
      ...(state === undefined ? {} : { state }),
      ...(autoReleaseAt === undefined ? {} : { autoReleaseAt }),
    },
    observed: { state: observed.status, autoReleaseAt: observed.releaseTime ?? "never" },
  };
}

export function describeDrift(instanceId: string, { declared, observed }: ReportedDrift): string {
  const parts = (["state", "autoReleaseAt"] as const).flatMap((name) =>
    declared[name] === undefined || declared[name] === observed[name]
      ? []
      : [`${name} is ${observed[name]}, declared is ${declared[name]}`],
  );
  return `drift: ${instanceId}: ${parts.join("; ") || "its stop mode differs"}; nothing is changed, because drift is declared "report"`;
}
