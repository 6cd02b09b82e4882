import { resolve } from "node:path";
import type { Timings } from "../../emulator/index";
import { Stage } from "../explore/story";
import { isEffective, isWrite, rowsOf } from "../judge/rows";
import { VirtualTime } from "../model/virtual-time";
import { endOnSignals } from "../process/end-on-signals";
import { baseScenarios } from "../scenarios/base-scenarios";
import type { Scenario } from "../scenarios/scenario";
import { beginningAt, shifted } from "../scenarios/shifted";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import { type InterruptedStory, type Outcome, tellInterrupted } from "./interrupted-story";
import { type Interruption, interruptions, type Moment, moments, nameOf } from "./interruption";
import { scenariosInTurn } from "./plan";

export interface InterruptOptions extends TierOptions {
  /** How many runs of the engine are interrupted. */
  readonly runs: number;
  /** Side by side; default 1. */
  readonly jobs?: number;
  /** Only this scenario, and only what has this name. */
  readonly scenario?: string | undefined;
  readonly tuple?: string | undefined;
}

/** Short, because here they are waited for, and longer than it takes to be interrupted. */
const quick: Partial<Timings> = {
  pendingMs: 100,
  startMs: 1_200,
  stopMs: 1_200,
  forceStopMs: 800,
  releaseMs: 800,
  snapshotMs: 1_200,
};

/** `pulumi up` on the real engine, cut short in every way that people and machines have, run again, refreshed and destroyed. */
export async function interruptTheEngine(options: InterruptOptions): Promise<TierReport> {
  endOnSignals();
  const startedMs = Date.now();
  const root = resolve(__dirname, "../../..");
  const stories = await storiesOf(options);
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  const reached: Record<string, number> = {};
  const limits: Record<string, number> = {};
  const heartbeat = setInterval(
    () =>
      options.progress(
        `interrupted runs of the engine: ${outcomes.length} of ${stories.length}, ${failures.length} went wrong`,
      ),
    1_500,
  );
  const left = [...stories];
  const drain = async () => {
    for (let story = left.shift(); story !== undefined; story = left.shift()) {
      const outcome = await tellInterrupted(story, root);
      outcomes.push(outcome);
      if (outcome.isReached) reached[story.interruption] = (reached[story.interruption] ?? 0) + 1;
      if (outcome.limit !== undefined) limits[outcome.limit] = (limits[outcome.limit] ?? 0) + 1;
      if (outcome.violations.length > 0) failures.push(failureOf(story, outcome, options));
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs ?? 1 }, drain));
  } finally {
    clearInterval(heartbeat);
  }
  return {
    tier: "interrupted runs of the real engine",
    scenarios: new Set(stories.map(({ scenario }) => scenario.name)).size,
    enumerated: stories.length,
    covered: outcomes.filter(({ isReached }) => isReached).length,
    executions: stories.length,
    failures,
    limits,
    seconds: (Date.now() - startedMs) / 1_000,
    figures: reached,
  };
}

/** Each interruption in turn, each time with another scenario in which something is done, and at another moment of it. */
async function storiesOf(options: InterruptOptions): Promise<readonly InterruptedStory[]> {
  const beginsAtMs = beginningAt(Date.now());
  const time = new VirtualTime(0);
  time.install();
  try {
    const stories: InterruptedStory[] = [];
    for (const scenario of scenariosOf(options)) {
      if (stories.length >= options.runs) break;
      const now = shifted(scenario, beginsAtMs);
      const stage = await Stage.open(now, time, undefined, { timings: quick, beginsAtMs });
      const reference = await stage.tell();
      const turn = stories.length;
      const possible = interruptions
        .filter((interruption) => suits(scenario, interruption))
        .flatMap((interruption) => momentsOf(reference).map((moment) => ({ interruption, moment })));
      const wanted = possible.filter(({ interruption, moment }) =>
        options.tuple === undefined
          ? interruption === interruptions[turn % interruptions.length]
          : nameOf(interruption, moment) === options.tuple,
      );
      const chosen =
        wanted[(options.seed + Math.floor(turn / interruptions.length) + turn) % Math.max(1, wanted.length)];
      if (chosen !== undefined) stories.push({ stage, scenario: now, reference, ...chosen });
    }
    return stories;
  } finally {
    time.uninstall();
  }
}

function scenariosOf({ scenario, seed }: InterruptOptions): readonly Scenario[] {
  return scenario === undefined ? scenariosInTurn(seed) : baseScenarios.filter(({ name }) => name === scenario);
}

/** A machine that was released before anything was recorded is looked for, for a minute in each run: that is told in memory. */
function suits({ remote, prior, args }: Scenario, interruption: Interruption): boolean {
  if (remote === undefined) return false;
  const isReleased = args["state"] === "released";
  return !isReleased || (prior.kind !== "none" && !interruption.endsWith("the state is lost"));
}

function momentsOf({ evidence, faulted }: InterruptedStory["reference"]): readonly Moment[] {
  const counts = new Map<string, number>();
  return rowsOf(evidence, faulted)
    .filter((row) => isWrite(row) && isEffective(row))
    .flatMap(({ action }) => {
      const nth = (counts.get(action) ?? 0) + 1;
      counts.set(action, nth);
      return moments.map((where) => ({ action, nth, where }));
    });
}

function failureOf(
  { scenario, interruption, moment }: InterruptedStory,
  { violations }: Outcome,
  { seed }: InterruptOptions,
): Failure {
  const fault = nameOf(interruption, moment);
  const replay = `npm run lab -- --only engine --seed ${seed} --scenario ${JSON.stringify(scenario.name)} --tuple ${JSON.stringify(fault)}`;
  return { scenario: scenario.name, call: moment.nth, action: moment.action, fault, violations, replay };
}
