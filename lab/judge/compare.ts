import type { Evidence, Operation, Violation, World } from "../evidence";
import { oneByOne } from "./one-by-one";
import { isEffective, isTurnedAway, isWrite, rowsOf } from "./rows";

/** A whole story, with what is there when nothing is in between any more. */
export interface ToldStory {
  readonly evidence: Evidence;
  readonly settled: World;
}

/** S16: with a local clock that is wrong, the same writes are sent, in the same order, or it ends in an error. Pure. */
export function sameUnderSkew(skewed: ToldStory, straight: ToldStory): readonly Violation[] {
  return straight.evidence.operations.flatMap((operation, index): readonly Violation[] => {
    const other = skewed.evidence.operations[index];
    if (other === undefined) return [];
    const [is, was] = [writesOf(skewed.evidence, other), writesOf(straight.evidence, operation)];
    if (is.join("\n") === was.join("\n") && other.exit === operation.exit) return [];
    const because = `with a wrong local clock the ${index + 1}th command ended ${other.exit} and sent ${is.join(", ") || "nothing"}; with a right one ${operation.exit} and ${was.join(", ") || "nothing"}`;
    return [{ invariant: "S16", because, rows: rowsOf(skewed.evidence, other).filter(isWrite) }];
  });
}

/** S17: what came of two runs at once could have come of one after the other. Pure. */
export function asIfInTurn(atOnce: ToldStory, inTurn: ToldStory): readonly Violation[] {
  const found: string[] = [];
  // At once both may have seen what in turn only the first would: it may end better, and never worse.
  const ended = ({ evidence }: ToldStory) => evidence.operations.filter(({ exit }) => exit === "ok").length;
  if (ended(atOnce) < ended(inTurn)) found.push(`${ended(atOnce)} ended well, in turn ${ended(inTurn)}`);
  const [is, was] = [effectsOf(atOnce.evidence), effectsOf(inTurn.evidence)];
  for (const effect of new Set([...is.keys(), ...was.keys()])) {
    const [count, wanted] = [is.get(effect) ?? 0, was.get(effect) ?? 0];
    if (count !== wanted) found.push(`${effect} took effect ${count} times, in turn ${wanted} times`);
  }
  const [there, wanted] = [shapeOf(atOnce.settled), shapeOf(inTurn.settled)];
  if (there !== wanted) found.push(`in the end there is ${there}, in turn ${wanted}`);
  return found.map((because) => ({
    invariant: "S17",
    because: `two runs at once: ${because}`,
    rows: atOnce.evidence.ledger.filter(isWrite),
  }));
}

/** L8: throttled a few times, an `up` ends as it would have. Pure. */
export function throttledIsNotFailed(throttled: Operation, reference: Operation): readonly Violation[] {
  if (throttled.exit === reference.exit) return [];
  const errors = throttled.printed.filter((line) => line.startsWith("error")).join(" / ");
  const because = `throttled, it ended ${throttled.exit}, and without that ${reference.exit}: ${errors}`;
  return [{ invariant: "L8", because, rows: [] }];
}

function writesOf(evidence: Evidence, operation: Operation): readonly string[] {
  return oneByOne(rowsOf(evidence, operation))
    .filter((row) => isWrite(row) && !isTurnedAway(row))
    .map(({ action, params }) => `${action} ${JSON.stringify(params)}`);
}

function effectsOf(evidence: Evidence): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of oneByOne(evidence.ledger).filter((one) => isWrite(one) && isEffective(one))) {
    const key = `${row.action} ${row.params["InstanceId"] ?? row.params["DiskId"] ?? ""}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function shapeOf({ instances }: World): string {
  return [...instances.values()]
    .map(
      ({ InstanceId, Status, StoppedMode, AutoReleaseTime, DeletionProtection }) =>
        `${InstanceId} ${Status} ${StoppedMode} ${AutoReleaseTime} ${DeletionProtection}`,
    )
    .sort()
    .join("; ");
}
