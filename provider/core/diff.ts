import type { Desired, Observed, Plan, Recorded, UtcMinute } from "./model";
import { normalize } from "./normalize";
import { explainAbsence } from "./plan";

export interface Difference {
  readonly changes: boolean;
  readonly replaces: readonly string[];
}

/**
 * Recorded × desired × what is there → whether an update is due. Always an explicit yes or no: an undecided answer would
 * make the engine compare texts, ours included (pulumi/pulumi#12401). Pure.
 */
export function diff(desired: Desired, recorded: Recorded, observed: Observed, plan: Plan, nowMs: number): Difference {
  const replaces: string[] = [];
  if (recorded.declared.instanceId !== desired.instanceId) replaces.push("instanceId");
  if (recorded.declared.regionId !== desired.regionId) replaces.push("regionId");
  const changes =
    replaces.length > 0 ||
    declarationChanged(desired, recorded) ||
    needsUpdate(desired, recorded, observed, plan, nowMs);
  return { changes, replaces };
}

/** Whether what is declared means something else than what was declared in the last run. Pure. */
export function declarationChanged(desired: Desired, recorded: Recorded): boolean {
  const before = normalize(recorded.declared).desired;
  if (before === undefined) return true;
  // Mostly it is the same, written in the same order.
  if (JSON.stringify(before) === JSON.stringify(desired)) return false;
  // Compared by meaning: the same minute written with another offset is no change.
  return meaning(before) !== meaning(desired);
}

function meaning(desired: Desired): string {
  const withdrawn = desired.releaseTime.kind === "withdrawn" ? { kind: "unmanaged" } : desired.releaseTime;
  return JSON.stringify(sorted({ ...desired, releaseTime: withdrawn }));
}

/** The engine gives keys back in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function needsUpdate(desired: Desired, recorded: Recorded, observed: Observed, plan: Plan, nowMs: number): boolean {
  if (isSettled(desired, recorded)) return false;
  if (plan.steps.length > 0 || plan.refusals.length > 0) return true;
  if (observed.presence === "present") {
    const isOpen = recorded.releasedBy !== undefined || isStillToCancel(desired, recorded);
    return isOpen || isOvertaken(desired, recorded, observed.releaseTime);
  }
  // Gone, and every reading of it is final: only an outcome that stands nowhere yet is worth an update.
  return explainAbsence(desired, recorded, nowMs) === undefined && recorded.releasedBy === undefined;
}

/**
 * A run that took our release time out has failed before it was gone. That it is gone by now, one look is not enough to tell:
 * it may be older than the time, and nobody would look again. Pure.
 */
export function isStillToCancel({ releaseTime }: Desired, recorded: Recorded): boolean {
  return releaseTime.kind === "withdrawn" && recorded.ownReleaseTime !== undefined;
}

/** The declared time has passed, and others have put another one in force: nothing can be called for it, and it is no match. */
function isOvertaken({ releaseTime }: Desired, recorded: Recorded, inForce: UtcMinute | undefined): boolean {
  const wanted = releaseTime.kind === "at" ? releaseTime.at : recorded.fixedReleaseTime;
  const isTimed = releaseTime.kind === "at" || releaseTime.kind === "after";
  return isTimed && inForce !== undefined && inForce !== wanted;
}

/** Declared released and recorded as gone, however it went: final, and never asked for again. Pure. */
export function isSettled(desired: Desired, recorded: Recorded | undefined): boolean {
  return desired.state === "released" && recorded?.releasedBy !== undefined;
}
