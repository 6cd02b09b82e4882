import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { explorations, type Exploration } from "./explore/explore";
import { exploreLonger } from "./explore/longer-tier";
import { explain } from "./judge/judge";
import { compareWithTheEngine } from "./engine/compare-with-the-engine";
import { interruptTheEngine } from "./engine/interrupt-the-engine";
import { underLoad } from "./load/under-load";
import { exploreInMemory } from "./memory/memory-tier";
import { cleanRuns } from "./planted/clean-runs";
import { huntAll } from "./planted/hunt";
import { killTheProcess } from "./process/kill-the-process";
import { liveProgress } from "./progress";
import { randomSequences } from "./random/random-tier";
import { Resumable } from "./resumable";
import { anySeed, sampled } from "./sampled";
import { provenance, tableOf, writeTable } from "./table";
import type { Tier, TierReport } from "./tier-report";
import { exploreOnTheWire } from "./wire/wire-tier";

const root = resolve(__dirname, "../..");

interface Options {
  readonly night: boolean;
  readonly sample: number | true | undefined;
  readonly seed: number;
  readonly jobs: number;
  readonly only: readonly string[] | undefined;
  readonly exploration: Exploration | undefined;
  readonly scenario: string | undefined;
  readonly tuple: string | undefined;
  readonly resume: string | undefined;
  readonly replay: string | undefined;
  readonly write: boolean;
}

/** A name is what `--only` takes. */
interface Named {
  readonly name: string;
  readonly tier: Tier;
}

/** What is run, in this order; those of one row side by side, because some of them wait most of the time. */
function tiersOf(options: Options): readonly (readonly Named[])[] {
  const { jobs, scenario, tuple, night } = options;
  const part = options.sample === undefined ? undefined : sampled(options.seed);
  const draw = part === undefined ? undefined : options.seed;
  const kept = options.resume === undefined ? undefined : Resumable.open(options.resume, root);
  const inMemory =
    (exploration: Exploration, share: number): Tier =>
    (given) =>
      exploreInMemory({
        ...given,
        exploration,
        jobs,
        share,
        draw,
        scenario,
        tuple,
        known: kept?.known,
        keep: kept?.keep,
      });
  const wanted =
    options.exploration === undefined ? explorations.filter((one) => night || one === "single") : [options.exploration];
  const much = part !== undefined ? few : night ? most : least;
  const memory = wanted.map(
    (exploration): Named => ({
      name: "memory",
      tier: inMemory(exploration, exploration === "double" ? much.double : much.share),
    }),
  );
  const [first, ...further] = memory;
  return [
    [
      {
        name: "process",
        tier: (given) =>
          killTheProcess({ ...given, kills: much.kills, longestMs: part?.longestMs, jobs, scenario, tuple }),
      },
      { name: "compare", tier: (given) => compareWithTheEngine({ ...given, plans: much.plans, scenario }) },
      ...(first === undefined ? [] : [first]),
    ],
    ...further.map((one) => [one]),
    [
      {
        name: "longer",
        tier: (given) =>
          exploreLonger({
            ...given,
            jobs,
            share: much.longer,
            thorough: much.thorough,
            draw,
            story: scenario,
          }),
      },
    ],
    [
      {
        name: "wire",
        tier: (given) =>
          exploreOnTheWire({ ...given, stories: much.wire, scenarios: part?.scenarios, jobs, scenario, tuple }),
      },
    ],
    [
      {
        name: "engine",
        tier: (given) => interruptTheEngine({ ...given, runs: much.interrupted, jobs, scenario, tuple }),
      },
    ],
    [
      {
        name: "random",
        tier: (given) =>
          randomSequences({
            ...given,
            sequences: much.sequences,
            jobs,
            replay: options.replay,
            folder: failuresFolder,
          }),
      },
    ],
    [{ name: "load", tier: (given) => underLoad({ ...given, scenario: scenario ?? part?.load }) }],
    [{ name: "clean", tier: (given) => cleanRuns(much.clean, { ...given, jobs }) }],
    [{ name: "planted", tier: ({ progress }) => huntAll({ jobs, only: part?.bugs, progress }) }],
  ];
}

/**
 * How much of each tier: what fits a minute, what fits ten, and what is worth a night. Of some it is a share, spread evenly:
 * all double faults would take a day.
 */
const few = {
  wire: 150,
  kills: 3,
  interrupted: 1,
  plans: 2,
  sequences: 100,
  clean: 100,
  share: 0.01,
  longer: 0.002,
  thorough: { faults: 0.002, kills: 0.02 },
  double: 0,
};
const least = {
  wire: 3_000,
  kills: 60,
  interrupted: 7,
  plans: 12,
  sequences: 1_500,
  clean: 1_000,
  share: 1,
  longer: 0.05,
  thorough: { faults: 0.1, kills: 1 },
  double: 0.15,
};
const most = {
  wire: 30_000,
  kills: 400,
  interrupted: 60,
  plans: 200,
  sequences: 30_000,
  clean: 10_000,
  share: 1,
  longer: 0.3,
  thorough: { faults: 1, kills: 1 },
  double: 0.15,
};

/** A random sequence that went wrong is kept here, made as short as it goes, for `--replay`. */
const failuresFolder = join(root, "lab-failures");

async function run(given: Options): Promise<void> {
  const options =
    given.sample === undefined ? given : { ...given, seed: given.sample === true ? anySeed() : given.sample };
  const again = options.sample === undefined ? "" : ` -- --sample ${options.seed}`;
  const command = `npm run ${options.night ? "lab:night" : "lab"}${again}`;
  if (again !== "") console.log(`A sample; the same one again: ${command}`);
  const { say, end } = liveProgress();
  const reports: TierReport[] = [];
  for (const row of tiersOf(options)) {
    const chosen = row.filter(({ name }) => options.only === undefined || options.only.includes(name));
    const lines = new Map<string, string>();
    const told = await Promise.all(
      chosen.map(({ name, tier }) => {
        const progress = (text: string) => {
          lines.set(name, text);
          say([...lines.values()].join("; "));
        };
        return tier({ seed: options.seed, progress }).finally(() => lines.delete(name));
      }),
    );
    end();
    reports.push(...told);
    for (const report of told) tell(report);
  }
  const table = tableOf(reports, provenance(command, options.seed, root));
  console.log(`\n${table}\n`);
  if (options.write) writeTable(join(root, "docs/reliability.md"), options.night ? "lab:night" : "lab", table);
  const violations = reports.reduce((sum, { failures }) => sum + failures.length, 0);
  const uncovered = reports.reduce((sum, { enumerated, covered }) => sum + enumerated - covered, 0);
  if (reports.length === 0) throw new Error("nothing was run: --only names no tier");
  if (violations > 0 || uncovered > 0) {
    console.error(`${violations} stories went wrong, ${uncovered} tuples were not reached.`);
    process.exitCode = 1;
  }
}

const mostTold = 10;

function tell({ tier, executions, failures, seconds }: TierReport): void {
  console.log(`${tier}: ${executions} stories, ${failures.length} went wrong, ${seconds.toFixed(0)} s`);
  for (const { scenario, fault, violations, replay } of failures.slice(0, mostTold)) {
    console.log(`\n  ${scenario}, ${fault}\n    again: ${replay}`);
    for (const violation of violations) console.log(`    ${explain(violation).replaceAll("\n", "\n    ")}`);
  }
  if (failures.length > mostTold) console.log(`  … and ${failures.length - mostTold} more`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

new Command("lab")
  .description("Looks for a story in which something is lost or wrongly released.")
  .option("--night", "everything, for hours", false)
  .option(
    "--sample [seed]",
    "a share of each tier and a handful of planted bugs, drawn anew unless a seed is given",
    wholeNumber,
  )
  .option("--seed <number>", "where all chance comes from", wholeNumber, 1)
  .option("--jobs <number>", "processes side by side", wholeNumber, 2)
  .option("--only <tier...>", "only these tiers")
  .addOption(new Option("--exploration <kind>", "in memory: only this").choices(explorations))
  .option("--scenario <name>", "only this scenario")
  .option("--tuple <name>", "only this tuple of it")
  .option("--resume <file>", "keeps what is found out, and goes on from there when the commit is the same")
  .option("--replay <file>", "with --only random: the sequence that is kept in this file")
  .option("--write", "writes the table into docs/reliability.md", false)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    // Beside the tier that failed another may be under way.
    process.exit(1);
  });
