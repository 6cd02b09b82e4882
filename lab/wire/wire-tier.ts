import { fork } from "node:child_process";
import { join } from "node:path";
import type { TierOptions, TierReport } from "../tier-report";
import type { ExploredOnTheWire, Share } from "./explore-share";
import type { Told } from "./worker";

export interface WireOptions extends TierOptions {
  /** How many are told at least, those without faults included. */
  readonly stories: number;
  /** Processes side by side. Default 1. */
  readonly jobs?: number;
  /** Only these scenarios, and of their tuples any. */
  readonly scenarios?: readonly string[] | undefined;
  /** Only this scenario, and only this tuple of it. */
  readonly scenario?: string | undefined;
  readonly tuple?: string | undefined;
}

/**
 * A sample of what is explored in memory, over real loopback HTTP with the vendor's client and real signatures: every
 * scenario without faults, every fault at every kind of call, and more by lot. Each is judged, and compared with the same
 * story in memory. Rejects when a process dies: a run that is not whole proves nothing.
 */
export async function exploreOnTheWire(options: WireOptions): Promise<TierReport> {
  const { seed, stories, scenarios, scenario, tuple, jobs = 1 } = options;
  const startedMs = Date.now();
  const done: (readonly [stories: number, failures: number])[] = [];
  const tell = (from: number) => (told: number, failures: number) => {
    done[from] = [told, failures];
    const [all, wrong] = done.reduce(([left, right], [one, other]) => [left + one, right + other], [0, 0]);
    options.progress(`on the wire: ${all} of about ${stories} stories, ${wrong} went wrong`);
  };
  options.progress("on the wire: the sample is drawn");
  const every = scenario === undefined ? jobs : 1;
  const found = await Promise.all(
    Array.from({ length: every }, (_, from) =>
      exploreApart({ seed, stories, from, every, scenarios, scenario, tuple }, tell(from)),
    ),
  );
  const sum = (of: (explored: ExploredOnTheWire) => number) => found.reduce((total, one) => total + of(one), 0);
  const limits: Record<string, number> = {};
  for (const one of found)
    for (const [name, count] of Object.entries(one.limits)) limits[name] = (limits[name] ?? 0) + count;
  return {
    tier: "on the wire",
    scenarios: sum((one) => one.scenarios),
    enumerated: sum((one) => one.enumerated),
    covered: sum((one) => one.covered),
    executions: sum((one) => one.executions),
    failures: found.flatMap(({ failures }) => failures),
    limits,
    seconds: (Date.now() - startedMs) / 1_000,
    figures: {
      "signed requests": sum((one) => one.requests),
      "pairs of call and fault, each met": found[0]?.pairs ?? 0,
      "tuples drawn from": found[0]?.known ?? 0,
      "stories alike in memory": sum((one) => one.compared),
    },
  };
}

function exploreApart(share: Share, progress: (stories: number, failures: number) => void): Promise<ExploredOnTheWire> {
  const worker = fork(join(__dirname, "worker.js"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return new Promise<ExploredOnTheWire>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code, signal) => reject(new Error(`a process on the wire ended with ${code ?? signal}`)));
    worker.on("message", (told: Told) => {
      if ("explored" in told) resolve(told.explored);
      else if ("error" in told) reject(new Error(told.error));
      else progress(told.stories, told.failures);
    });
    worker.send(share);
  }).finally(() => worker.kill());
}
