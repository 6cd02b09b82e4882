import type { Evidence, Operation, Violation, World } from "../evidence";
import { oneByOne } from "./one-by-one";
import { isEffective, isWrite, rowsOf } from "./rows";

/** A story and the one in which nothing went wrong. */
export interface Compared {
  readonly evidence: Evidence;
  /** The run in which something went wrong; then at most two more; then one more, which must be silent. */
  readonly faulted: Operation;
  readonly reruns: readonly Operation[];
  readonly silent: Operation;
  readonly settled: World;
}

export interface Tolerance {
  /** What went wrong had the machine's protection put back and lifted again, or a status asked for once more. */
  readonly repeatsModify: boolean;
  /** An old look had a snapshot begun of a machine that was not stopped yet, so it is made again. */
  readonly repeatsSnapshots: boolean;
}

type Found = Omit<Violation, "invariant"> & { readonly invariant: string };

/** Calls for one instance after the last fault, polls of a wait left out. */
const mostCalls = 12;

/** Whether a story ended as the one without faults did, by no more effective writes, in few calls, and then fell silent. Pure. */
export function converges(told: Compared, reference: Compared, id: string, tolerance: Tolerance): readonly Found[] {
  const found: Found[] = [];
  const last = told.reruns.at(-1) ?? told.faulted;
  const wanted = reference.reruns.at(-1) ?? reference.faulted;
  if (last.exit !== wanted.exit && !isReleasedAnyway(last, id)) {
    found.push({
      invariant: "L1",
      because: `after ${told.reruns.length} reruns it ended ${last.exit}, without faults ${wanted.exit}: ${errorsOf(last)}`,
      rows: rowsOf(told.evidence, last).slice(-5),
    });
  }
  for (const difference of differences(told.settled, reference.settled, id)) {
    found.push({ invariant: "L1", because: difference, rows: told.evidence.ledger.filter(isWrite) });
  }
  const silentWrites = rowsOf(told.evidence, told.silent).filter(isWrite);
  if (silentWrites.length > 0 && rowsOf(reference.evidence, reference.silent).filter(isWrite).length === 0) {
    found.push({ invariant: "L2", because: "one more run sent a write", rows: silentWrites });
  }
  const [counts, wantedCounts] = [effects(told.evidence), effects(reference.evidence)];
  for (const action of new Set([...counts.keys(), ...wantedCounts.keys()])) {
    if (tolerance.repeatsModify && action === "ModifyInstanceAttribute") continue;
    if (tolerance.repeatsSnapshots && action === "CreateSnapshot") continue;
    const [count, wantedCount] = [counts.get(action) ?? 0, wantedCounts.get(action) ?? 0];
    if (count === wantedCount) continue;
    found.push({
      invariant: "L5",
      because: `${action} took effect ${count} times, without faults ${wantedCount} times`,
      rows: told.evidence.ledger.filter((row) => isWrite(row)),
    });
  }
  const calls = told.reruns.reduce((sum, rerun) => Math.max(sum, callsOf(told.evidence, rerun)), 0);
  if (calls > mostCalls + callsOf(reference.evidence, reference.faulted)) {
    found.push({ invariant: "L1", because: `a rerun took ${calls} calls`, rows: [] });
  }
  return found;
}

/** An old look has shown once more what is gone: then it is known to have been there, and its absence is no error unless a power state is declared. */
function isReleasedAnyway({ exit, declarations, worldAfter }: Operation, id: string): boolean {
  const state = declarations.find(({ args }) => args["instanceId"] === id)?.args["state"];
  return exit === "ok" && (state === "released" || state === undefined) && !worldAfter.instances.has(id);
}

function errorsOf({ printed }: Operation): string {
  return printed.filter((line) => line.startsWith("error")).join(" / ");
}

/** Polls of a wait are looks that follow a look. */
function callsOf(evidence: Evidence, operation: Operation): number {
  let before = "";
  return rowsOf(evidence, operation).filter(({ action }) => {
    const isPoll = action.startsWith("Describe") && before.startsWith("Describe");
    before = action;
    return !isPoll;
  }).length;
}

/** How often each kind of write has changed something. */
function effects(evidence: Evidence): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of oneByOne(evidence.ledger)) {
    if (isWrite(row) && isEffective(row)) counts.set(row.action, (counts.get(row.action) ?? 0) + 1);
  }
  return counts;
}

/** Times to live are counted from when they could be applied, which may be a little later. */
const laterMs = 3_600_000;

function differences(world: World, wanted: World, id: string): readonly string[] {
  const [is, was] = [world.instances.get(id), wanted.instances.get(id)];
  if (is === undefined || was === undefined) {
    return (is === undefined) === (was === undefined)
      ? []
      : [
          `${id} is ${is === undefined ? "gone" : "there"}, without faults it is ${was === undefined ? "gone" : "there"}`,
        ];
  }
  const names = ["Status", "StoppedMode", "DeletionProtection", "InstanceName", "InstanceChargeType"] as const;
  const different = names
    .filter((name) => is[name] !== was[name])
    .map((name) => `${name} of ${id} is ${String(is[name])}, without faults ${String(was[name])}`);
  const [time, wantedTime] = [is.AutoReleaseTime, was.AutoReleaseTime];
  const apartMs = time === "" || wantedTime === "" ? Number.NaN : Date.parse(time) - Date.parse(wantedTime);
  const isSame = time === wantedTime || (apartMs >= 0 && apartMs <= laterMs);
  return isSame ? different : [...different, `the release time of ${id} is "${time}", without faults "${wantedTime}"`];
}
