import { join } from "node:path";
import { askWorkers } from "../explore/ask-workers";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import type { Measured } from "./fleet";
import { loads } from "./loads";

export interface LoadOptions extends TierOptions {
  /** Only the load of this name, as a replay gives it. */
  readonly scenario?: string | undefined;
}

/** Limits, storms, outages and days, in virtual time. There is no chance in them but the backoff's, which begins with the same seed. */
export async function underLoad(options: LoadOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const wanted = loads.filter(({ name }) => options.scenario === undefined || name === options.scenario);
  const failures: Failure[] = [];
  const figures: Record<string, number> = {};
  let borne = 0;
  const isUnderWay = () => options.progress(`load ${borne + 1} of ${wanted.length}: ${wanted[borne]?.name ?? "done"}`);
  const keep = (name: string, { violations, figures: own }: Measured) => {
    for (const [figure, value] of Object.entries(own)) figures[`${name}, ${figure}`] = value;
    if (violations.length > 0) failures.push(failed(name, violations));
    borne += 1;
    isUnderWay();
  };
  isUnderWay();
  const names = wanted.map(({ name }) => name);
  await askWorkers<string, Measured>(join(__dirname, "worker.js"), 1, names, keep, ["--expose-gc"]);
  return {
    tier: "under load",
    scenarios: wanted.length,
    enumerated: 0,
    covered: 0,
    executions: wanted.length,
    failures,
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures,
  };
}

function failed(name: string, violations: Failure["violations"]): Failure {
  const replay = `npm run lab -- --only load --scenario ${JSON.stringify(name)}`;
  return { scenario: name, call: -1, action: "", fault: "load", violations, replay };
}
