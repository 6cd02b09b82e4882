import { countText, hoursText, percentText } from "./figures";
import type { FoundTogether } from "./found";
import { groupedBy } from "./grouped-by";
import { totalsOf } from "./hours";
import { plannedChanges } from "./planned-changes";
import type { InstanceReport, PlannedChanges, Report, StackReport, Totals } from "./report";

/** What each of the stacks has and plans by itself. Pure. */
export function stackReports(
  { kind, parts }: FoundTogether,
  instances: readonly InstanceReport[],
): readonly StackReport[] {
  const byStack = groupedBy(instances, ({ stack }) => stack);
  return parts.map(({ name, found }) => {
    const own = byStack.get(parts.length === 1 ? undefined : name) ?? [];
    return {
      stack: name,
      instances: own.length,
      totals: totalsOf(own),
      planned: kind === "state" ? undefined : plannedChanges(found),
      errors: found.errors.length,
    };
  });
}

export interface StackTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A row for each stack, and one for all. Undefined: there is only one. Pure. */
export function stackTable({ kind, stacks, instances, totals, planned, errors }: Report): StackTable | undefined {
  if (stacks.length < 2) return undefined;
  const all = { stack: "all", instances: instances.length, totals, planned, errors: errors.length };
  const plans = ["releases", "release times", "stops", "starts", "not told"];
  return {
    head: ["stack", "instances", "on", "saved", ...(kind === "preview" ? plans : [])],
    rows: [...stacks, all].map((one) => [
      one.errors === 0 ? one.stack : `${one.stack} (${countText(one.errors, "error")})`,
      String(one.instances),
      ...hoursCells(one.totals),
      ...(one.planned === undefined ? [] : planCells(one.planned)),
    ]),
  };
}

function hoursCells({ onHours, savedHours, alwaysOnHours }: Totals): readonly string[] {
  return [hoursText(onHours), `${hoursText(savedHours)} (${percentText(savedHours, alwaysOnHours)})`];
}

function planCells({ releases, releaseTimes, stops, starts, notTold }: PlannedChanges): readonly string[] {
  return [releases, releaseTimes, stops, starts, notTold].map(String);
}
