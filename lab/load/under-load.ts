import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import { loads } from "./loads";
import type { Borne } from "./worker";

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
  const worker = fork(join(__dirname, "worker.js"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: ["--expose-gc"],
  });
  try {
    for (const [index, { name }] of wanted.entries()) {
      options.progress(`load ${index + 1} of ${wanted.length}: ${name}`);
      const borne = await ask(worker, name);
      if ("error" in borne) throw new Error(`${name}: ${borne.error}`);
      const { violations, figures: own } = borne.measured;
      for (const [figure, value] of Object.entries(own)) figures[`${name}, ${figure}`] = value;
      if (violations.length > 0) failures.push(failed(name, violations));
    }
  } finally {
    worker.kill();
  }
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

function ask(worker: ChildProcess, name: string): Promise<Borne> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the worker ended with ${code} at ${name}`));
    worker.once("exit", onExit);
    worker.once("message", (borne: Borne) => {
      worker.off("exit", onExit);
      resolve(borne);
    });
    worker.send(name);
  });
}
