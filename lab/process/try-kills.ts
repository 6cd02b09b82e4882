import type { Timings } from "../../emulator/index";
import { knownLimitOf } from "../explore/known-limits";
import { Stage, type Told } from "../explore/story";
import { converges } from "../judge/convergence";
import { isByItself } from "../judge/rows";
import { judgeWhole } from "../judge/whole";
import { VirtualTime } from "../model/virtual-time";
import { baseScenarios } from "../scenarios/base-scenarios";
import { instanceId, type Scenario } from "../scenarios/scenario";
import { beginningAt, shifted } from "../scenarios/shifted";
import type { Failure } from "../tier-report";
import { type Kill, killPoints, nameOf } from "./kill";
import { MachineTime } from "./machine-time";
import { ProcessCloud } from "./process-cloud";

/** A scenario, and how many kills of it are tried. */
export interface Unit {
  readonly scenario: string;
  readonly kills: number;
  /** Which of them: the same number chooses the same ones. */
  readonly turn: number;
  /** Only the kill of this name. */
  readonly only?: string | undefined;
  /** The folder whose node_modules hold SDK and package. */
  readonly root: string;
  /** Where its first run takes longer than this, in virtual time, it isn't told: processes would wait that long for real. */
  readonly longestMs?: number | undefined;
}

export interface Killed {
  readonly enumerated: number;
  readonly covered: number;
  readonly executions: number;
  readonly failures: readonly Failure[];
  readonly limits: Readonly<Record<string, number>>;
  /** Kills that were reached, by the point. */
  readonly points: Readonly<Record<string, number>>;
}

/** Short, because here they are waited for. */
const quick: Partial<Timings> = {
  pendingMs: 100,
  startMs: 300,
  stopMs: 300,
  forceStopMs: 100,
  releaseMs: 200,
  snapshotMs: 300,
};
const noTolerance = { repeatsModify: false, repeatsSnapshots: false };

/** Tells a scenario without a kill, then with some, each time with real processes. */
export async function tryKills(unit: Unit, told: (name: string) => void = () => undefined): Promise<Killed> {
  const scenario = baseScenarios.find(({ name }) => name === unit.scenario);
  if (scenario === undefined) throw new Error(`there is no scenario ${unit.scenario}`);
  const { stage: inMemory, tookMs } = await before(scenario);
  if (tookMs > (unit.longestMs ?? Number.POSITIVE_INFINITY)) {
    return { enumerated: 0, covered: 0, executions: 0, failures: [], limits: {}, points: {} };
  }
  const time = new MachineTime();
  const cloud = await ProcessCloud.open(time, scenario.settings, unit.root);
  try {
    const stage = inMemory.elsewhere(cloud, time, cloud.methods);
    const reference = await stage.tell();
    told("none");
    const failures: Failure[] = [];
    const limits: Record<string, number> = {};
    const points: Record<string, number> = {};
    const fail = (kill: Kill | undefined, violations: Failure["violations"]) =>
      failures.push(failureOf(scenario, kill, violations));
    const clean = judgeWhole(reference.evidence);
    if (clean.length > 0) fail(undefined, clean);
    const chosen = choose(killsOf(reference), unit);
    let covered = 0;
    for (const kill of chosen) {
      cloud.armed = kill;
      const story = await stage.tell();
      told(nameOf(kill));
      if (story.reached === 0) continue;
      covered += 1;
      points[kill.point] = (points[kill.point] ?? 0) + 1;
      const violations = [...judgeWhole(story.evidence), ...converges(story, reference, instanceId, noTolerance)];
      if (violations.length === 0) continue;
      const limit = knownLimitOf(scenario, story, violations);
      if (limit === undefined) fail(kill, violations);
      else limits[limit] = (limits[limit] ?? 0) + 1;
    }
    return { enumerated: chosen.length, covered, executions: chosen.length + 1, failures, limits, points };
  } finally {
    await cloud.close();
  }
}

/**
 * What was before needs no processes: it is played in virtual time, which must be gone before real processes are spoken to.
 * Tells as well how long the scenario takes from there.
 */
async function before(scenario: Scenario): Promise<{ readonly stage: Stage; readonly tookMs: number }> {
  const beginsAtMs = beginningAt(Date.now());
  const time = new VirtualTime(0);
  time.install();
  try {
    // By the machine's clock, for the provider's process knows no other.
    const stage = await Stage.open(shifted(scenario, beginsAtMs), time, undefined, { timings: quick, beginsAtMs });
    const { faulted, silent } = await stage.tell();
    return { stage, tookMs: silent.worldAfter.atMs - faulted.worldBefore.atMs };
  } finally {
    time.uninstall();
  }
}

/** Every point at every request of the provider's process. The program's process makes the first ones, and can do no harm. */
function killsOf({ evidence, faulted }: Told): readonly Kill[] {
  const looked = faulted.spans?.find(({ method }) => method === "program")?.toN ?? faulted.afterN;
  const rows = evidence.ledger.filter((row) => row.n > faulted.afterN && row.n <= faulted.toN && !isByItself(row));
  const calls = rows.flatMap(({ n, action }, call) => (n > looked ? [{ call, action }] : []));
  return [
    { point: "during configure" },
    ...calls.flatMap(({ call, action }) => killPoints.map((point) => ({ call, action, point }))),
  ];
}

/** As many as are asked for, spread over all of them, and others at each turn. */
function choose(kills: readonly Kill[], { kills: count, turn, only }: Unit): readonly Kill[] {
  if (only !== undefined) {
    const named = kills.filter((kill) => nameOf(kill) === only);
    if (named.length === 0) throw new Error(`there is no kill ${only}: ${kills.map(nameOf).join(", ")}`);
    return named;
  }
  if (count >= kills.length) return kills;
  const goldenRatio = 0.618_033_988_749_895;
  const from = Math.floor(((turn * goldenRatio) % 1) * kills.length);
  const places = Array.from(
    { length: count },
    (_, index) => (from + Math.floor((index * kills.length) / count)) % kills.length,
  );
  return [...new Set(places)].flatMap((place) => kills[place] ?? []);
}

function failureOf({ name }: Scenario, kill: Kill | undefined, violations: Failure["violations"]): Failure {
  const fault = kill === undefined ? "none" : nameOf(kill);
  const [call, action] = kill !== undefined && "call" in kill ? [kill.call, kill.action] : [-1, ""];
  const replay = `npm run lab -- --only process --scenario ${JSON.stringify(name)} --tuple ${JSON.stringify(fault)}`;
  return { scenario: name, call, action, fault: `kill -9 ${fault}`, violations, replay };
}
