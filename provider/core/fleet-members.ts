import type { Candidate, DesiredFleet } from "./fleet";
import { fitsCriteria } from "./fits-criteria";

export interface Members {
  /** In the order in which they are listed. */
  readonly instanceIds: readonly string[];
  /** Why this can't be the fleet. */
  readonly refused: readonly string[];
  /** What is worth a word. */
  readonly said: readonly string[];
}

/** What was declared, and what was found for it where that is a selection → the fleet's members. Pure. */
export function membersOf(fleet: DesiredFleet, found: readonly Candidate[], forbidden: readonly string[]): Members {
  const excluded = new Set(fleet.exclude);
  const isExcluded = (id: string) => excluded.has(id);
  if (fleet.members.by === "ids") {
    const { instanceIds } = fleet.members;
    const ids = instanceIds.filter((id) => !isExcluded(id));
    const left = instanceIds.filter(isExcluded);
    const said = left.length === 0 ? [] : [`exclude: left out are ${left.join(", ")}`];
    return { instanceIds: ids, refused: miscounted(fleet, ids, "instanceIds: lists"), said };
  }
  const { criteria } = fleet.members;
  const fitting = found.filter((one) => fitsCriteria(one, criteria) && !isExcluded(one.instanceId));
  const sorted = [...new Map(fitting.map((one) => [one.instanceId, one])).values()].sort(byName);
  const ids = sorted.map(({ instanceId }) => instanceId);
  const listed = ids.length === 0 ? "" : `. Found are, to paste: instanceIds: ${JSON.stringify(ids)}`;
  return {
    instanceIds: ids,
    refused: [...miscounted(fleet, ids, "select: finds"), ...forbidden.map((text) => `${text}${listed}`)],
    said: [],
  };
}

const names = new Intl.Collator("en", { numeric: true });

/** web-2 before web-10; the id decides between equal names, so that the order is the same in every run. */
function byName(a: Candidate, b: Candidate): number {
  return names.compare(a.instanceName, b.instanceName) || (a.instanceId < b.instanceId ? -1 : 1);
}

function miscounted(fleet: DesiredFleet, ids: readonly string[], what: string): readonly string[] {
  const { minMatches, maxMatches } = fleet;
  const listed = ids.length === 0 ? "" : `: ${ids.join(", ")}`;
  if (ids.length < minMatches) {
    const check =
      fleet.members.by === "ids" ? "list more, or lower minMatches" : "check the criteria, the region and the account";
    return [
      `${what} ${ids.length} instances in ${fleet.regionId}, and minMatches is ${minMatches}${listed}; ${check}; nothing is changed`,
    ];
  }
  if (maxMatches !== undefined && ids.length > maxMatches) {
    return [
      `${what} ${ids.length} instances in ${fleet.regionId}, and maxMatches is ${maxMatches}${listed}; narrow it, or raise maxMatches; nothing is changed`,
    ];
  }
  return [];
}

/** What a selection has lost since the last run. Pure. */
export function lost(
  before: { readonly instanceIds: readonly string[]; readonly goneIds: readonly string[] },
  now: { readonly instanceIds: readonly string[]; readonly exclude: readonly string[] },
): { readonly missing: readonly string[]; readonly refused: string | undefined } {
  // What was known to be gone already has been lost before.
  const [leftOut, found] = [new Set([...before.goneIds, ...now.exclude]), new Set(now.instanceIds)];
  const expected = before.instanceIds.filter((id) => !leftOut.has(id));
  const missing = expected.filter((id) => !found.has(id));
  if (missing.length * 2 <= expected.length) return { missing, refused: undefined };
  return {
    missing,
    refused: `select: ${missing.length} of the ${expected.length} instances of the last run are not found any more, which is more than half, so what is found is not believed and nothing is changed: ${missing.join(", ")}; check the criteria, the region and the account, or put those that have left for good into exclude`,
  };
}
