import type { Desired, Disk, Observed, Plan, Step, Write } from "./model";
import { callName, isProtective, isWrite, optionsOf } from "./steps";

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
  return [describeChange(desired, observed, steps), ...lines, ...refused, ...risk, ...loss].join("\n");
}

const stopChargingRisk =
  "  StopCharging gives capacity back: the public IP may change, and a later start may find no stock";

function describeChange(desired: Desired, observed: Observed, steps: readonly Step[]): string {
  if (observed.presence === "absent") return `${desired.instanceId} is gone`;
  const name = observed.instanceName === "" ? "" : ` (${observed.instanceName})`;
  const parts: string[] = [];
  const { state } = desired;
  if (state !== undefined) parts.push(observed.status === state ? state : `${observed.status} -> ${state}`);
  for (const step of steps) {
    const wanted = step.kind === "setReleaseTime" ? step.at : step.kind === "cancelReleaseTime" ? "none" : undefined;
    if (wanted !== undefined) parts.push(`release time ${observed.releaseTime ?? "none"} -> ${wanted}`);
  }
  return `${desired.instanceId}${name}: ${parts.join(", ")}`;
}

export function describeStep(step: Step): string {
  if (!isWrite(step)) {
    return step.until === "snapshots" ? "wait until every snapshot is accomplished" : `wait until it is ${step.until}`;
  }
  return `${callName(step)}${optionsOf(step)}: ${step.because}`;
}

/** A write as the log of an update has it: the same words as in the preview, with the machine. Pure. */
export function describeWrite(step: Write, instanceId: string, outcome = ""): string {
  const call =
    step.kind === "snapshot"
      ? `${callName(step)} ${step.diskId} of ${instanceId}`
      : `${callName(step)} ${instanceId}${optionsOf(step)}`;
  return `${call}${outcome}: ${step.because}`;
}

/** What goes for ever with a release, and what stays and keeps costing. */
function describeLoss(observed: Observed): readonly string[] {
  if (observed.presence === "absent") return [];
  const tags = Object.entries(observed.tags).map(([key, value]) => `${key}=${value}`);
  const addresses = observed.publicIps.length === 0 ? [] : [`public IP ${observed.publicIps.join(", ")}`];
  const machine = `${observed.instanceId}, name ${observed.instanceName || "(none)"}, type ${observed.instanceType || "(unknown)"}, tags ${tags.join(" ") || "(none)"}`;
  const stays = observed.elasticIp === undefined ? [] : [`elastic IP ${observed.elasticIp}`];
  const { disks, snapshots } = observed;
  if (disks === undefined) {
    return [
      `  lost for ever: ${[machine, ...addresses].join("; ")}; every disk that is set to go with it, with its automatic snapshots where so set`,
      `  stays and keeps costing: ${[...stays, "disks that are not set to go with it", "manual snapshots"].join(", ")}`,
    ];
  }
  const going = disks.filter(({ deleteWithInstance }) => deleteWithInstance);
  const automatic = (snapshots ?? []).filter(
    ({ type, diskId }) => type !== "user" && going.some((disk) => disk.diskId === diskId && disk.deleteAutoSnapshot),
  );
  const kept = (snapshots ?? []).filter((snapshot) => !automatic.includes(snapshot));
  const lost = [
    machine,
    ...addresses,
    ...going.map(describeDisk),
    ...(automatic.length === 0
      ? []
      : [`automatic snapshots ${automatic.map(({ snapshotId }) => snapshotId).join(", ")}`]),
  ];
  const staying = [
    ...stays,
    ...disks.filter((disk) => !going.includes(disk)).map(describeDisk),
    ...(kept.length === 0 ? [] : [`snapshots ${kept.map(({ snapshotId }) => snapshotId).join(", ")}`]),
  ];
  return [`  lost for ever: ${lost.join("; ")}`, `  stays and keeps costing: ${staying.join("; ") || "nothing"}`];
}

function describeDisk({ diskId, type, category, sizeGiB }: Disk): string {
  return `${type} disk ${diskId} (${sizeGiB} GiB ${category})`;
}
