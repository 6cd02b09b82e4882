import { join } from "node:path";
import { Command } from "commander";
import { askWorkers } from "../explore/ask-workers";
import { explain } from "../judge/judge";
import { baseStories, longerStories } from "../scenarios/longer-stories";
import type { TierOptions, TierReport } from "../tier-report";
import type { Alarm, Share } from "./clean-worker";

/** So many at a time, so that there is something to say in between. */
const atATime = 100;

export interface CleanOptions extends TierOptions {
  readonly jobs: number;
  /** The first run; with a count of 1 it tells one run again. */
  readonly from?: number;
}

/**
 * The stories by which bugs are found, told of the unbroken program, each time with another speed of the world, another
 * chance and another clock: whatever the judge finds here is a false alarm, or a bug that nobody has planted.
 */
export async function cleanRuns(count: number, options: CleanOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const first = options.from ?? 0;
  const shares = Array.from({ length: Math.ceil(count / atATime) }, (_, index): Share => {
    const from = first + index * atATime;
    return { seed: options.seed, from, to: Math.min(from + atATime, first + count) };
  });
  const alarms: Alarm[] = [];
  let made = 0;
  const keep = (share: Share, found: readonly Alarm[]) => {
    made += share.to - share.from;
    alarms.push(...found);
    options.progress(`clean runs: ${made} of ${count}, ${alarms.length} false alarms`);
  };
  await askWorkers<Share, readonly Alarm[]>(join(__dirname, "clean-worker.js"), options.jobs, shares, keep);
  return {
    tier: "no false alarm",
    scenarios: longerStories.length + baseStories.length,
    enumerated: count,
    covered: made,
    executions: made,
    failures: alarms.map(({ n, story, violations }) => ({
      scenario: story,
      call: -1,
      action: "",
      fault: `variation ${n} of seed ${options.seed}`,
      violations,
      replay: `node dist/lab/planted/clean-runs.js --seed ${options.seed} --from ${n} --count 1`,
    })),
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures: {},
  };
}

async function run(given: { count: string; from: string; seed: string; jobs: string }): Promise<void> {
  const [count, from, seed, jobs] = [given.count, given.from, given.seed, given.jobs].map(Number);
  const report = await cleanRuns(count ?? 1, {
    seed: seed ?? 1,
    jobs: jobs ?? 2,
    from: from ?? 0,
    progress: () => undefined,
  });
  for (const { scenario, fault, violations, replay } of report.failures) {
    console.log(`${scenario}, ${fault}\n  again: ${replay}`);
    for (const violation of violations) console.log(`  ${explain(violation).replaceAll("\n", "\n  ")}`);
  }
  console.log(
    `${report.executions} clean runs, ${report.failures.length} false alarms, ${report.seconds.toFixed(0)} s`,
  );
  if (report.failures.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  new Command("clean-runs")
    .description("Tells stories of the unbroken program and looks whether the judge finds anything.")
    .option("--count <number>", "how many", "10000")
    .option("--from <number>", "the first one", "0")
    .option("--seed <number>", "where all chance comes from", "1")
    .option("--jobs <number>", "processes side by side", "2")
    .action(run)
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
}
