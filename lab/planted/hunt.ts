import { fork } from "node:child_process";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { TierReport } from "../tier-report";
import type { Bug } from "./bug";
import { bugs } from "./bugs";
import type { Catch, Quarry } from "./hunter";
import { plant } from "./plant";

/** In real time, for each bug. */
const mostSeconds = 60;
/** A hunter that does not come back by itself is given up after so much more. */
const graceSeconds = 15;

export interface HuntOptions {
  readonly jobs: number;
  /** Only the bugs of these names. */
  readonly only?: readonly string[] | undefined;
  readonly progress?: (text: string) => void;
  /** Called with each bug as it is over. */
  readonly told?: (hunted: Hunted) => void;
}

export interface Hunted {
  readonly bug: Bug;
  readonly caught: Catch | undefined;
  /** Why there was no hunt: it could not be planted, or the hunter died. */
  readonly failed: string | undefined;
}

/** Plants every bug, one at a time, in a build of its own, and has it looked for. One that is not found is a failure. */
export async function huntAll(options: HuntOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const chosen = bugs.filter(({ name }) => options.only === undefined || options.only.includes(name));
  const left = [...chosen];
  const hunted: Hunted[] = [];
  const work = async () => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const one = await hunt(bug);
      hunted.push(one);
      options.told?.(one);
      options.progress?.(`planted bugs: ${hunted.length} of ${chosen.length}, ${hunted.filter(isFound).length} found`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  const longest = hunted.reduce((most, { caught }) => Math.max(most, caught?.seconds ?? 0), 0);
  return {
    tier: "planted bugs",
    scenarios: chosen.length,
    enumerated: chosen.length,
    covered: hunted.filter(isFound).length,
    executions: hunted.reduce((sum, { caught }) => sum + (caught?.stories ?? 0), 0),
    failures: hunted.filter((one) => !isFound(one)).map(asFailure),
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures: { planted: chosen.length, found: hunted.filter(isFound).length, "longest hunt, s": longest },
  };
}

function isFound({ caught }: Hunted): boolean {
  return caught?.found !== undefined;
}

function asFailure({ bug, caught, failed }: Hunted) {
  const because =
    failed ?? `not found in ${caught?.stories} stories; broken was ${caught?.alsoBroken.join(", ") || "nothing"}`;
  return {
    scenario: bug.name,
    call: -1,
    action: "",
    fault: bug.caughtBy.join(" or "),
    violations: [{ invariant: bug.caughtBy.join(" or "), because, rows: [] }],
    replay: `node dist/lab/planted/hunt.js --only ${JSON.stringify(bug.name)}`,
  };
}

async function hunt(bug: Bug): Promise<Hunted> {
  let remove: () => void = () => undefined;
  try {
    const planted = plant(bug);
    remove = planted.remove;
    const caught = await send(planted.root, { caughtBy: bug.caughtBy, seconds: mostSeconds });
    return { bug, caught, failed: undefined };
  } catch (error) {
    return { bug, caught: undefined, failed: error instanceof Error ? error.message : String(error) };
  } finally {
    remove();
  }
}

function send(root: string, quarry: Quarry): Promise<Catch> {
  const hunter = fork(join(root, "lab/planted/hunter.js"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return new Promise<Catch>((resolve, reject) => {
    const giveUp = setTimeout(
      () => reject(new Error(`the hunter did not come back within ${quarry.seconds + graceSeconds} s`)),
      (quarry.seconds + graceSeconds) * 1_000,
    );
    hunter.once("exit", (code) => {
      clearTimeout(giveUp);
      reject(new Error(`the hunter ended with ${code}`));
    });
    hunter.once("message", (message: { caught: Catch } | { error: string }) => {
      clearTimeout(giveUp);
      if ("error" in message) reject(new Error(message.error));
      else resolve(message.caught);
    });
    hunter.send(quarry);
  }).finally(() => hunter.kill());
}

/** One line for each bug. */
export function lineOf({ bug, caught, failed }: Hunted): string {
  if (failed !== undefined) return `FAILED     ${bug.name}: ${failed}`;
  const found = caught?.found;
  const effort = `${caught?.stories} stories, ${caught?.seconds.toFixed(1)} s`;
  if (found === undefined) {
    return `NOT FOUND  ${bug.name} by ${bug.caughtBy.join(" or ")}: ${effort}; broken was ${caught?.alsoBroken.join(", ") || "nothing"}`;
  }
  const variant = found.variant === "" ? "" : `, ${found.variant}`;
  return `found      ${bug.name} by ${found.invariant} in "${found.story}"${variant}: ${effort}`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

async function run(given: { readonly jobs: number; readonly only?: readonly string[]; readonly explain: boolean }) {
  const report = await huntAll({
    ...given,
    told: (hunted) => {
      console.log(lineOf(hunted));
      if (given.explain && hunted.caught?.found !== undefined) console.log(`    ${hunted.caught.found.says}`);
    },
  });
  if (report.scenarios === 0) throw new Error("there is no bug of that name");
  console.log(
    `${report.covered} of ${report.scenarios} found, ${report.executions} stories, ${report.seconds.toFixed(0)} s`,
  );
  if (report.failures.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  new Command("hunt")
    .description("Plants bugs and looks whether the judge finds them.")
    .option("--only <name...>", "only these bugs")
    .option("--jobs <number>", "processes side by side", wholeNumber, 2)
    .option("--explain", "with the rows of the ledger that show it", false)
    .action(run)
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
}
