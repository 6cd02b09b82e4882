import type { Explored } from "../explore/explore";
import { baseScenarios } from "../scenarios/base-scenarios";
import type { Scenario } from "../scenarios/scenario";
import type { Failure } from "../tier-report";
import { sample } from "./sample";
import { type ToldTwice, TwinStage } from "./twin-stage";
import { WireCloud } from "./wire-cloud";
import type { WireTime } from "./wire-time";

/** What one process is to tell. */
export interface Share {
  readonly seed: number;
  /** Of all processes together. */
  readonly stories: number;
  /** Every so manieth scenario, from this one on. */
  readonly from: number;
  readonly every: number;
  /** Only these scenarios, and of their tuples any, not each fault at each kind of call. */
  readonly scenarios?: readonly string[] | undefined;
  /** Only this scenario, and only this tuple of it. */
  readonly scenario?: string | undefined;
  readonly tuple?: string | undefined;
}

export interface ExploredOnTheWire extends Explored {
  readonly scenarios: number;
  readonly requests: number;
  /** Pairs of a call and a fault that the whole sample meets, and tuples that it was drawn from. */
  readonly pairs: number;
  readonly known: number;
  /** Stories that could be compared with the same ones in memory. */
  readonly compared: number;
}

/** Tells the share's stories, one after another. The clock must be installed. */
export async function exploreShare(
  share: Share,
  time: WireTime,
  progress: (stories: number, failures: number) => void = () => undefined,
): Promise<ExploredOnTheWire> {
  const { chosen, pairs, known } = await chosenFor(share, time);
  const scenarios = scenariosOf(share)
    .filter(({ name }) => share.scenario === undefined || name === share.scenario)
    .filter((_, index) => index % share.every === share.from);
  const failures: Failure[] = [];
  const limits: Record<string, number> = {};
  let [enumerated, covered, executions, compared] = [0, 0, 0, 0];
  const cloud = await WireCloud.open(time);
  try {
    for (const scenario of scenarios) {
      const stage = await TwinStage.open(scenario, time, cloud);
      const keep = (call: number, action: string, fault: string, told: ToldTwice) => {
        executions += 1;
        if (told.memory !== undefined) compared += 1;
        if (told.limit !== undefined) limits[told.limit] = (limits[told.limit] ?? 0) + 1;
        const { violations } = told;
        const replay = replayOf(scenario.name, fault);
        if (violations.length > 0) failures.push({ scenario: scenario.name, call, action, fault, violations, replay });
        progress(executions, failures.length);
      };
      if (share.tuple === undefined) keep(-1, "", "none", await stage.tellClean());
      const names = chosen?.get(scenario.name);
      for (const tuple of stage.tuples()) {
        const isWanted =
          share.tuple === undefined ? chosen === undefined || names?.has(tuple.name) : tuple.name === share.tuple;
        if (isWanted !== true) continue;
        const told = await stage.tell(tuple);
        enumerated += 1;
        if (told.isReached) covered += 1;
        keep(tuple.call, tuple.action, tuple.name, told);
      }
    }
  } finally {
    await cloud.close();
  }
  const requests = cloud.wire.count;
  return {
    scenarios: scenarios.length,
    enumerated,
    covered,
    executions,
    failures,
    limits,
    requests,
    pairs,
    known,
    compared,
  };
}

/** Undefined: all of one scenario. */
async function chosenFor(share: Share, time: WireTime) {
  if (share.scenario !== undefined) return { chosen: undefined, pairs: 0, known: 0 };
  const scenarios = scenariosOf(share);
  return await sample(scenarios, time, share.seed, share.stories - scenarios.length, share.scenarios === undefined);
}

function scenariosOf({ scenarios }: Share): readonly Scenario[] {
  return baseScenarios.filter(({ name }) => scenarios === undefined || scenarios.includes(name));
}

function replayOf(scenario: string, tuple: string): string {
  return `node dist/lab/wire/replay.js --scenario ${JSON.stringify(scenario)} --tuple ${JSON.stringify(tuple)}`;
}
