import type { Violation } from "../evidence";
import { converges } from "../judge/convergence";
import { judgeWhole } from "../judge/whole";
import { type Fault, labelOf } from "../model/fault";
import { doubtfulFaults, faultsAt, lastingCodes } from "../model/faults-to-try";
import type { VirtualTime } from "../model/virtual-time";
import { instanceId, type Scenario } from "../scenarios/scenario";
import type { Failure } from "../tier-report";
import { isInShare } from "./in-share";
import { knownLimitOf } from "./known-limits";
import { type FaultPlan, type MakeLifecycle, Stage, type Told } from "./story";

/** What is done with a scenario. */
export const explorations = ["single", "lasting", "double"] as const;
export type Exploration = (typeof explorations)[number];

export interface Explored {
  readonly enumerated: number;
  readonly covered: number;
  readonly executions: number;
  readonly failures: readonly Failure[];
  readonly limits: Readonly<Record<string, number>>;
}

export interface ExploreOptions {
  readonly makeLifecycle?: MakeLifecycle;
  /** Ends with the first story that goes wrong. */
  readonly stopAtFirst?: boolean;
  /** Only the tuples of this text, as a replay names them: `call/fault`. */
  readonly only?: string | undefined;
  /** Of the tuples, this share is told: 1 is all. */
  readonly share?: number;
  /** Which ones these are. */
  readonly draw?: number;
}

/** Something that goes wrong, where, and how a replay names it. */
export interface Tuple {
  readonly call: number;
  readonly action: string;
  readonly name: string;
  readonly faults: readonly Fault[];
  /** The run in which the last of them happens, the first one being 0. */
  readonly lastRun: number;
  readonly plan: FaultPlan;
}

/** Everything that can go wrong with a scenario, in the way that is asked for. The clock must be installed. */
export async function explore(
  exploration: Exploration,
  scenario: Scenario,
  time: VirtualTime,
  options: ExploreOptions = {},
): Promise<Explored> {
  const stage = await Stage.open(scenario, time, options.makeLifecycle);
  const reference = await stage.tell();
  const failures: Failure[] = [];
  const limits: Record<string, number> = {};
  const clean = judgeWhole(reference.evidence);
  if (clean.length > 0) failures.push(failure(exploration, scenario, -1, "", "none", clean));
  let [enumerated, covered, executions] = [0, 0, 1];
  const tell = async (tuple: Tuple): Promise<Told> => {
    const told = await stage.tellAsPlanned(tuple.plan, { leastReruns: runsAfter(tuple) });
    executions += 1;
    enumerated += 1;
    if (told.reached >= tuple.faults.length) covered += 1;
    const violations = [
      ...judgeWhole(told.evidence),
      ...converges(told, reference, instanceId, toleranceOf(tuple.faults)),
    ];
    if (violations.length === 0) return told;
    const limit = knownLimitOf(scenario, told, violations);
    if (limit !== undefined) limits[limit] = (limits[limit] ?? 0) + 1;
    else failures.push(failure(exploration, scenario, tuple.call, tuple.action, tuple.name, violations));
    return told;
  };
  const { share = 1, draw = 0 } = options;
  const isWanted = ({ name }: Tuple, place: number) =>
    options.only === undefined ? isInShare(share, scenario.name.length + place, draw) : options.only === name;
  const isOver = () => options.stopAtFirst === true && failures.length > 0;
  const tuples = exploration === "lasting" ? lasting(reference) : singles(reference, exploration);
  for (const [place, first] of tuples.entries()) {
    if (isOver()) break;
    if (exploration !== "double") {
      if (isWanted(first, place)) await tell(first);
      continue;
    }
    // What comes after the first fault is only known when it has come.
    const told = await stage.tellAsPlanned(first.plan);
    executions += 1;
    for (const [index, second] of seconds(first, told).entries()) {
      if (isOver()) break;
      if (isWanted(second, first.call + index)) await tell(second);
    }
  }
  return { enumerated, covered, executions, failures, limits };
}

/** An old look may show what is wished for; only the run after it can know better. */
function runsAfter({ faults, lastRun }: Tuple): number {
  return faults.some((fault) => labelOf(fault).startsWith("stale")) ? lastRun + 1 : 0;
}

/** Each fault at each call, once. */
export function singles({ sent }: Told, exploration: Exploration): readonly Tuple[] {
  return (sent[0] ?? []).flatMap(({ index, action }) =>
    (exploration === "double" ? doubtfulFaults(action) : faultsAt(action)).map((fault) => ({
      call: index,
      action,
      name: `${index}/${labelOf(fault)}`,
      faults: [fault],
      lastRun: 0,
      plan: (run: number, call: number) => (run === 0 && call === index ? fault : undefined),
    })),
  );
}

/** Each code from a call on: three times, and until the run ends. */
export function lasting({ sent }: Told): readonly Tuple[] {
  return (sent[0] ?? []).flatMap(({ index, action }) =>
    lastingCodes.flatMap((fault) =>
      [3, Number.POSITIVE_INFINITY].map((times) => ({
        call: index,
        action,
        name: `${index}/${labelOf(fault)} × ${times === 3 ? "3" : "always"}`,
        faults: [fault],
        lastRun: 0,
        plan: (run: number, call: number) => (run === 0 && call >= index && call < index + times ? fault : undefined),
      })),
    ),
  );
}

/** A second fault at each call after the first, in the same run or in the next. */
function seconds(first: Tuple, told: Told): readonly Tuple[] {
  const [same = [], next = []] = told.sent;
  const after = [
    ...same.filter(({ index }) => index > first.call).map((sent) => ({ run: 0, ...sent })),
    ...next.map((sent) => ({ run: 1, ...sent })),
  ];
  return after.flatMap(({ run: inRun, index, action }) =>
    doubtfulFaults(action).map((fault) => ({
      call: first.call,
      action: first.action,
      name: `${first.name}, then ${inRun === 0 ? "" : "in the next run "}${index}/${labelOf(fault)}`,
      faults: [...first.faults, fault],
      lastRun: inRun,
      plan: (run: number, call: number) => (run === inRun && call === index ? fault : first.plan(run, call)),
    })),
  );
}

function failure(
  exploration: Exploration,
  { name }: Scenario,
  call: number,
  action: string,
  fault: string,
  violations: readonly Violation[],
): Failure {
  const replay = `npm run lab -- --only memory --exploration ${exploration} --scenario ${JSON.stringify(name)} --tuple ${JSON.stringify(fault)}`;
  return { scenario: name, call, action, fault, violations, replay };
}

/** Refused after protection was lifted, it is put back and lifted again by the next run. */
export function toleranceOf(faults: readonly Fault[]) {
  return {
    repeatsModify: faults.some(({ kind }) => kind !== "crash"),
    repeatsSnapshots: faults.some((fault) => labelOf(fault).startsWith("stale")),
  };
}
