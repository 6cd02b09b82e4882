import { type ChildProcess, fork } from "node:child_process";
import { join, resolve } from "node:path";
import { baseScenarios } from "../scenarios/base-scenarios";
import type { Scenario } from "../scenarios/scenario";
import type { TierOptions, TierReport } from "../tier-report";
import type { Killed, Unit } from "./try-kills";
import type { Finished, StoryTold } from "./worker";

export interface KillOptions extends TierOptions {
  /** How many kills are tried. */
  readonly kills: number;
  /** Processes side by side; each has a provider's process of its own. */
  readonly jobs: number;
  /** Only this scenario, and only this kill of it. */
  readonly scenario?: string | undefined;
  readonly tuple?: string | undefined;
  /** Only scenarios whose first run takes no longer than this, in virtual time. Default: all. */
  readonly longestMs?: number | undefined;
}

const killsOfEach = 4;
/** These stories wait most of the time, for real seconds to pass, so a job has room for more than one. */
const besideEachOther = 4;

/**
 * `kill -9` of the real host for dynamic providers, driven over gRPC and calling a real emulator over HTTP, at chosen moments
 * of its requests. Rejects when one of our own processes dies: a run that is not whole proves nothing.
 */
export async function killTheProcess(options: KillOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const root = resolve(__dirname, "../../..");
  const left = scenariosInTurn(options);
  const found: Killed[] = [];
  let stories = 0;
  let open = options.kills;
  const take = (): Unit | undefined => {
    const next = open > 0 ? left.shift() : undefined;
    if (next === undefined) return undefined;
    // Of a few, each in another scenario.
    const most = takesLong(next) || options.longestMs !== undefined ? 1 : killsOfEach;
    const kills = options.scenario === undefined ? Math.min(most, open) : options.kills;
    open -= kills;
    const turn = options.seed + baseScenarios.length - left.length;
    return { scenario: next.name, kills, turn, only: options.tuple, root, longestMs: options.longestMs };
  };
  const keep = (unit: Unit, killed: Killed) => {
    if (killed.executions > 0) found.push(killed);
    open += unit.kills - killed.enumerated;
  };
  const told = ({ scenario }: Unit, name: string) => {
    stories += 1;
    options.progress(
      `kill -9 of the provider: ${stories} stories, ${found.reduce((count, one) => count + one.failures.length, 0)} went wrong (${scenario}, ${name})`,
    );
  };
  await Promise.all(Array.from({ length: options.jobs * besideEachOther }, () => drain(take, keep, told)));
  return {
    tier: "kill -9 of the provider's process",
    scenarios: found.length,
    enumerated: sum(found, "enumerated"),
    covered: sum(found, "covered"),
    executions: sum(found, "executions"),
    failures: found.flatMap(({ failures }) => failures),
    limits: added(found.map(({ limits }) => limits)),
    seconds: (Date.now() - startedMs) / 1_000,
    figures: added(found.map(({ points }) => points)),
  };
}

/** Killed after its release was accepted it is looked for, a minute in each run: one such story at a time for a process. */
function takesLong({ args, prior }: Scenario): boolean {
  return args["state"] === "released" && prior.kind === "none";
}

/** Spread over all that there are, others with each seed. What looks for a minute for a machine that never was is left to memory. */
function scenariosInTurn({ scenario, seed, longestMs }: KillOptions): Scenario[] {
  if (scenario !== undefined) return baseScenarios.filter(({ name }) => name === scenario);
  const quick = baseScenarios.filter(
    ({ remote, prior, args }) =>
      (remote !== undefined || prior.kind !== "none") &&
      // Killed after its release it is looked for, a minute in each run.
      (longestMs === undefined || args["state"] !== "released"),
  );
  // 89 has no factor in common with their number, so that each comes once.
  return quick.map((_, index) => quick[((index + seed) * 89) % quick.length] as Scenario);
}

function sum(found: readonly Killed[], key: "enumerated" | "covered" | "executions"): number {
  return found.reduce((total, one) => total + one[key], 0);
}

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of counts) for (const [name, count] of Object.entries(one)) total[name] = (total[name] ?? 0) + count;
  return total;
}

/** One process that takes units until none is left. */
async function drain(
  take: () => Unit | undefined,
  keep: (unit: Unit, killed: Killed) => void,
  told: (unit: Unit, name: string) => void,
): Promise<void> {
  let unit = take();
  if (unit === undefined) return;
  const worker = fork(join(__dirname, "worker.js"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  try {
    for (; unit !== undefined; unit = take()) {
      const finished = await ask(worker, unit, told);
      if ("error" in finished) throw new Error(`${unit.scenario}: ${finished.error}`);
      keep(unit, finished.killed);
    }
  } finally {
    await ended(worker);
  }
}

function ask(worker: ChildProcess, unit: Unit, told: (unit: Unit, name: string) => void): Promise<Finished> {
  return new Promise((answer, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a worker ended with ${code} at ${unit.scenario}`));
    const onMessage = (message: Finished | StoryTold) => {
      if ("told" in message) {
        told(unit, message.told);
        return;
      }
      worker.off("exit", onExit);
      worker.off("message", onMessage);
      answer(message);
    };
    worker.once("exit", onExit);
    worker.on("message", onMessage);
    worker.send(unit);
  });
}

/** Without its channel it ends, and takes what it has started with it. */
async function ended(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = new Promise((resolve) => worker.once("exit", resolve));
  worker.disconnect();
  await exit;
}
