import { join } from "node:path";
import { askWorkers } from "../explore/ask-workers";
import type { Exploration, Explored } from "../explore/explore";
import { baseScenarios } from "../scenarios/base-scenarios";
import type { TierOptions, TierReport } from "../tier-report";
import type { Unit } from "./worker";

export interface MemoryOptions extends TierOptions {
  readonly exploration: Exploration;
  readonly jobs: number;
  /** Of the tuples this share, and which ones. */
  readonly share: number;
  readonly draw?: number | undefined;
  /** Only this scenario, and only this tuple of it. */
  readonly scenario?: string | undefined;
  readonly tuple?: string | undefined;
  /** What an earlier run has found out already, and where this one keeps what it finds. */
  readonly known?: ((unit: Unit) => Explored | undefined) | undefined;
  readonly keep?: ((unit: Unit, explored: Explored) => void) | undefined;
}

/** Every scenario, in as many processes as there are jobs. Rejects when one of them dies: a run that is not whole proves nothing. */
export async function exploreInMemory(options: MemoryOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const units = baseScenarios
    .filter(({ name }) => options.scenario === undefined || name === options.scenario)
    .map(
      ({ name }): Unit => ({
        exploration: options.exploration,
        scenario: name,
        share: options.share,
        draw: options.draw,
        only: options.tuple,
      }),
    );
  const found: Explored[] = [];
  const left = units.filter((unit) => {
    const known = options.known?.(unit);
    if (known !== undefined) found.push(known);
    return known === undefined;
  });
  const total = units.length;
  const keep = (unit: Unit, explored: Explored) => {
    found.push(explored);
    options.keep?.(unit, explored);
    const executions = sum(found, "executions");
    options.progress(
      `${options.exploration} faults: ${found.length} of ${total} scenarios, ${executions} stories, ${found.reduce((count, one) => count + one.failures.length, 0)} went wrong`,
    );
  };
  await askWorkers<Unit, Explored>(join(__dirname, "worker.js"), options.jobs, left, keep);
  const limits: Record<string, number> = {};
  for (const one of found)
    for (const [name, count] of Object.entries(one.limits)) limits[name] = (limits[name] ?? 0) + count;
  return {
    tier: `in memory, ${options.exploration} faults`,
    scenarios: found.length,
    enumerated: sum(found, "enumerated"),
    covered: sum(found, "covered"),
    executions: sum(found, "executions"),
    failures: found.flatMap(({ failures }) => failures),
    limits,
    seconds: (Date.now() - startedMs) / 1_000,
    figures: {},
  };
}

function sum(found: readonly Explored[], key: "enumerated" | "covered" | "executions"): number {
  return found.reduce((total, one) => total + one[key], 0);
}
