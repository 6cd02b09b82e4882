import { join } from "node:path";
import { Command } from "commander";
import { explain } from "../judge/judge";
import { longerStories } from "../scenarios/longer-stories";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import { askWorkers } from "./ask-workers";
import type { LongerExplored, LongerUnit } from "./longer-worker";

export interface LongerOptions extends TierOptions {
  readonly jobs: number;
  /** Of the single faults, this share, spread evenly; 1 is all. */
  readonly share: number;
  /** The same of the stories that are to be told thoroughly; of those the process may die at more calls than others go wrong. */
  readonly thorough: { readonly faults: number; readonly kills: number };
  readonly draw?: number | undefined;
  readonly story?: string | undefined;
  readonly variant?: string | undefined;
}

/** The longer stories of the unbroken program: each by itself, with a wrong clock, throttled, and with single faults at its calls. */
export async function exploreLonger(options: LongerOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const units = longerStories
    .filter(({ name }) => options.story === undefined || name === options.story)
    .map(({ name, isThorough = false }): LongerUnit => {
      const { share, thorough, draw, variant } = options;
      const { faults, kills } = isThorough ? thorough : { faults: share, kills: share };
      return { story: name, share: faults, kills, draw, only: variant };
    });
  let [enumerated, executions, told] = [0, 0, 0];
  const failures: Failure[] = [];
  const script = join(__dirname, "longer-worker.js");
  await askWorkers<LongerUnit, LongerExplored>(script, options.jobs, units, ({ story }, explored) => {
    enumerated += explored.enumerated;
    executions += explored.executions;
    told += 1;
    failures.push(...explored.wrong.map(({ variant, violations }) => asFailure(story, variant, violations)));
    options.progress(`longer stories: ${told} of ${units.length}, ${executions} told, ${failures.length} went wrong`);
  });
  return {
    tier: "in memory, longer stories",
    scenarios: units.length,
    enumerated,
    covered: enumerated,
    executions,
    failures,
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures: {},
  };
}

function asFailure(story: string, variant: string, violations: Failure["violations"]): Failure {
  const only = variant === "" ? "" : ` --variant ${JSON.stringify(variant)}`;
  const replay = `node dist/lab/explore/longer-tier.js --story ${JSON.stringify(story)}${only}`;
  return { scenario: story, call: -1, action: "", fault: variant, violations, replay };
}

interface Given {
  readonly story?: string;
  readonly variant?: string;
  readonly share: string;
  readonly jobs: string;
}

async function run({ story, variant, share, jobs }: Given): Promise<void> {
  const report = await exploreLonger({
    seed: 1,
    progress: () => undefined,
    jobs: Number(jobs),
    share: Number(share),
    thorough: { faults: Number(share), kills: Number(share) },
    story,
    variant,
  });
  if (report.scenarios === 0) throw new Error("there is no story of that name");
  for (const { scenario, fault, violations, replay } of report.failures) {
    console.log(`${scenario}, ${fault}\n  again: ${replay}`);
    for (const violation of violations) console.log(`  ${explain(violation).replaceAll("\n", "\n  ")}`);
  }
  console.log(`${report.executions} stories, ${report.failures.length} went wrong, ${report.seconds.toFixed(0)} s`);
  if (report.failures.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  new Command("longer-tier")
    .description("Tells the longer stories, with everything that can go wrong in them.")
    .option("--story <name>", "only this one")
    .option("--variant <name>", "and only this variant of it")
    .option("--share <number>", "of the single faults, from 0 to 1", "1")
    .option("--jobs <number>", "processes side by side", "2")
    .action(run)
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
}
