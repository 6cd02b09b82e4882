import type { Declaration, Evidence, Operation, Properties, Violation } from "../evidence";
import { isAbout as isAboutInstance, isByItself, isEffective, isWrite, msOf, rowsOf } from "../judge/rows";
import { isBorneOut } from "./borne-out";
import { errorsOf } from "./errors-of";
import type { ToldSequence } from "./tell-sequence";

const minuteMs = 60_000;

/** Once nothing goes wrong any more, everything is as declared after at most two reruns, or refused for a reason that is so; then nothing is sent. Pure. */
export function judgeEnding({ evidence, ending, silent }: ToldSequence): readonly Violation[] {
  const last = ending.at(-1);
  if (last === undefined) return [];
  return [
    ...last.declarations.flatMap((declaration) => judgeOne(declaration, last, evidence)),
    ...unexplained(last),
    ...isSilent(last, silent, evidence),
  ];
}

function judgeOne({ args }: Declaration, last: Operation, evidence: Evidence): readonly Violation[] {
  // What others have changed is only said there.
  if (args["drift"] === "report") return [];
  const different = differenceOf(args, last);
  if (different === undefined) return [];
  const id = String(args["instanceId"]);
  if (!last.worldAfter.instances.has(id) && hasJustGone(id, last, evidence)) return [];
  if (errorsOf(last).some((line) => isAbout(line, args) && isBorneOut(line, args, last))) return [];
  const rows = rowsOf(evidence, last).filter((row) => JSON.stringify(row.params).includes(id));
  const errors = errorsOf(last).filter((line) => line.includes(id));
  return [
    { invariant: "L1", because: `${different}: ${errors.join(" / ") || "without a word"}`, rows: rows.slice(-6) },
  ];
}

/** After it was looked at it can still go by itself, and one that has gone is listed for a while as it was. */
function hasJustGone(id: string, last: Operation, { ledger }: Evidence): boolean {
  return ledger.some(
    (row) =>
      row.n <= last.toN &&
      isByItself(row) &&
      isEffective(row) &&
      isAboutInstance(row, id) &&
      msOf(row) >= last.worldBefore.atMs - minuteMs,
  );
}

/** What a wrong declaration is told names no machine. */
function isAbout(line: string, args: Properties): boolean {
  return line.includes(String(args["instanceId"])) || !/\bi-[a-z0-9]+/.test(line);
}

/** How the true world differs from a declaration; undefined when it does not. */
function differenceOf(args: Properties, { worldAfter, stateAfter }: Operation): string | undefined {
  const id = String(args["instanceId"]);
  const instance = worldAfter.instances.get(id);
  const { state, autoReleaseAt: at, autoReleaseAfter: after } = args;
  const outputs = stateAfter.find((resource) => resource.id === id)?.outputs;
  if (instance === undefined) {
    const isPassed = (typeof at === "string" && Date.parse(at) <= worldAfter.atMs) || isOver(outputs, worldAfter.atMs);
    const isExpected = state === "released" || state === undefined || isPassed || outputs?.["releasedBy"] === "timer";
    return isExpected ? undefined : `${id} is gone, declared is ${JSON.stringify(state)}`;
  }
  const isThere = { running: instance.Status === "Running", stopped: instance.Status === "Stopped", released: false };
  if (typeof state === "string" && !isThere[state as keyof typeof isThere])
    return `${id} is ${instance.Status}, declared is ${state}`;
  const inForce = instance.AutoReleaseTime;
  if (at === "never" && inForce !== "") return `${id} will be released at ${inForce}, declared is never`;
  if (typeof at === "string" && at !== "never") {
    const wantedMs = Math.floor(Date.parse(at) / minuteMs) * minuteMs;
    if (wantedMs > worldAfter.atMs && Date.parse(inForce) !== wantedMs)
      return `${id} has the release time "${inForce}", declared is ${at}`;
  }
  if (after !== undefined && inForce === "" && !isOver(outputs, worldAfter.atMs))
    return `${id} has no release time, declared is one after ${JSON.stringify(after)}`;
  return undefined;
}

/** The end of a time to live has come, and the machine is still there: somebody has taken the time away. That is said, and no new one is set. */
function isOver(outputs: Properties | undefined, atMs: number): boolean {
  const fixed = outputs?.["autoReleaseFixedAt"];
  return typeof fixed === "string" && Date.parse(fixed) <= atMs;
}

/** Every error must be one of some machine's, and so. */
function unexplained(last: Operation): readonly Violation[] {
  return errorsOf(last)
    .filter((line) => !last.declarations.some(({ args }) => isAbout(line, args) && isBorneOut(line, args, last)))
    .map((line) => ({ invariant: "L1", because: `it is refused for a reason that is not so: ${line}`, rows: [] }));
}

function isSilent(last: Operation, silent: Operation, evidence: Evidence): readonly Violation[] {
  // What was refused a moment ago for a time that has passed by now is refused no more.
  if (JSON.stringify(errorsOf(last)) !== JSON.stringify(errorsOf(silent))) return [];
  const writes = rowsOf(evidence, silent).filter(isWrite);
  return writes.length === 0 ? [] : [{ invariant: "L2", because: "one more run sent a write", rows: writes }];
}
