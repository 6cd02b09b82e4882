import type { Desired, Observed, Plan, Step } from "./model";
import { isProtective, isWrite } from "./model";
import { callName } from "./outputs";

/** The plan as a person reads it in a preview; undefined when nothing is called and nothing needs saying. Pure. */
export function describePlan(desired: Desired, observed: Observed, plan: Plan): string | undefined {
  if (plan.steps.length === 0) return undefined;
  // Refused, yet protective: those steps are still done, and the text has to say which.
  const steps = plan.refusals.length === 0 ? plan.steps : plan.steps.filter(isProtective);
  if (steps.length === 0) return undefined;
  const lines = steps.map((step, index) => `  ${index + 1}. ${describeStep(step)}`);
  const refused = plan.refusals.map((refusal) => `  then refused: ${refusal}`);
  const loss = steps.some((step) => step.kind === "release") ? describeLoss(observed) : [];
  const risk = steps.some((step) => step.kind === "stop" && step.mode === "StopCharging") ? [stopChargingRisk] : [];
  return [describeChange(desired, observed), ...lines, ...refused, ...risk, ...loss].join("\n");
}

const stopChargingRisk =
  "  StopCharging gives capacity back: the public IP may change, and a later start may find no stock";

function describeChange(desired: Desired, observed: Observed): string {
  if (observed.presence === "absent") return `${desired.instanceId} is gone`;
  const name = observed.instanceName === "" ? "" : ` (${observed.instanceName})`;
  const parts: string[] = [];
  if (desired.state !== undefined) parts.push(`${observed.status} -> ${desired.state}`);
  if (desired.releaseTime.kind !== "unmanaged") {
    const wanted = desired.releaseTime.kind === "at" ? desired.releaseTime.at : "none";
    if (wanted !== (observed.releaseTime ?? "none"))
      parts.push(`release time ${observed.releaseTime ?? "none"} -> ${wanted}`);
  }
  return `${desired.instanceId}${name}: ${parts.join(", ")}`;
}

export function describeStep(step: Step): string {
  if (!isWrite(step)) {
    return step.until === "gone" ? "wait until it is gone" : `wait until it is ${step.until}`;
  }
  return `${callName(step)}${options(step)}: ${step.because}`;
}

function options(step: Step): string {
  switch (step.kind) {
    case "stop":
      return ` (${step.mode}${step.force ? ", by force" : ""})`;
    case "release":
      return step.force ? " (by force, CAN'T BE UNDONE)" : " (CAN'T BE UNDONE)";
    case "setReleaseTime":
      return ` (release at ${step.at}, ${step.postpones ? "later than now set" : "CAN'T BE UNDONE once that time has come"})`;
    case "cancelReleaseTime":
      return " (cancel)";
    default:
      return "";
  }
}

function describeLoss(observed: Observed): readonly string[] {
  if (observed.presence === "absent") return [];
  const tags = Object.entries(observed.tags).map(([key, value]) => `${key}=${value}`);
  return [
    `  lost for ever: ${observed.instanceId}, name ${observed.instanceName || "(none)"}, type ${observed.instanceType || "(unknown)"}, tags ${tags.join(" ") || "(none)"}, its public address, and every disk that is set to go with it`,
    "  stays and keeps costing: disks that are not set to go with it, manual snapshots, elastic addresses",
  ];
}
