import { Command } from "commander";
import type { LedgerEntry } from "../../emulator/index";
import type { Operation } from "../evidence";
import type { Told } from "../explore/story";
import { explain } from "../judge/judge";
import { rowsOf } from "../judge/rows";
import { baseScenarios } from "../scenarios/base-scenarios";
import { TwinStage } from "./twin-stage";
import { WireCloud } from "./wire-cloud";
import { WireTime } from "./wire-time";

interface Options {
  readonly scenario: string;
  readonly tuple: string;
}

/** Tells one story once more, on the wire and in memory, with every request that was made. */
async function run({ scenario: name, tuple: wanted }: Options): Promise<void> {
  const scenario = baseScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
  const time = new WireTime(0);
  time.install();
  const cloud = await WireCloud.open(time);
  try {
    const stage = await TwinStage.open(scenario, time, cloud);
    const tuple = stage.tuples().find((one) => one.name === wanted);
    if (tuple === undefined && wanted !== "none") throw new Error(`this scenario has no tuple "${wanted}"`);
    const { wire, memory, violations, limit, isReached } =
      tuple === undefined ? await stage.tellClean() : await stage.tell(tuple);
    show("on the wire", wire);
    if (memory !== undefined) show("in memory", memory);
    if (!isReached) console.log("\nThe fault was not reached.");
    if (limit !== undefined) console.log(`\nA known limit: ${limit}`);
    console.log(violations.length === 0 ? "\nNothing is wrong with it." : `\n${violations.map(explain).join("\n")}`);
    if (violations.length > 0 || !isReached) process.exitCode = 1;
  } finally {
    await cloud.close();
    time.uninstall();
  }
}

function show(where: string, told: Told): void {
  console.log(`\n== ${where}`);
  const runs: readonly (readonly [string, Operation])[] = [
    ["the run in which it goes wrong", told.faulted],
    ...told.reruns.map((rerun, index) => [`rerun ${index + 1}`, rerun] as const),
    ["one more, which must be silent", told.silent],
  ];
  for (const [what, operation] of runs) {
    console.log(`-- ${what}: ${operation.exit}`);
    for (const row of rowsOf(told.evidence, operation)) console.log(`   ${line(row)}`);
    for (const text of operation.printed) console.log(`   | ${text}`);
  }
}

function line({ n, at, action, effect, status, code, fault, shows }: LedgerEntry): string {
  const answer = `${status ?? "no answer"}${code === null ? "" : ` ${code}`}`;
  const seen = shows === null || shows === "" ? "" : ` {${shows}}`;
  return `#${n} ${at} ${action || "(refused)"} → ${answer}${seen}, ${effect}${fault === null ? "" : ` [${fault}]`}`;
}

new Command("replay")
  .description("Tells one story of the laboratory once more, on the wire and in memory.")
  .requiredOption("--scenario <name>", "as the report names it")
  .option("--tuple <name>", "call and fault, as the report names them", "none")
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
