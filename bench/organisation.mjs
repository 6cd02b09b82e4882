// `npm run bench:organisation`: examples/organisation with many stacks of one account and region on one emulator that limits
// calls, so that all of them share the limit. Ends with 1 when a stack fails or a machine is not stopped exactly once, never
// because it is slow.
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { provenance, writeTable } from "../dist/lab/table.js";
import { engineCommand } from "../engine/engine-command.mjs";
import { bareEnvironment } from "./fleet/bare-environment.mjs";
import { startProgress } from "./fleet/progress.mjs";
import { measureStacks } from "./organisation/measure-stacks.mjs";
import { stacksTable } from "./organisation/stacks-table.mjs";

const root = join(import.meta.dirname, "..");
const whole = (text) => {
  if (!/^\d+$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
};

const options = new Command("npm run bench:organisation --")
  .description("Stops the machines of many stacks of one account and region, so many stacks at once.")
  .option("--stacks <n>", "how many stacks", whole, 10)
  .option("--machines <n>", "in each of them", whole, 1_000)
  .option("--at-once <list>", "so many stacks at once", (text) => text.split(",").map(whole), [2, 4])
  .option("--per-minute <n>", "the account's limit on each call", whole, 120)
  .option("--transition-ms <ms>", "how long an instance takes to stop", whole, 3_000)
  .option("--write", "put the table into docs/organisations.md", false)
  .allowExcessArguments(false)
  .parse()
  .opts();

const progress = startProgress();
const engine = await engineCommand(bareEnvironment());
const runs = [];
const failures = [];
for (const atOnce of options.atOnce) {
  const what = `${options.stacks} stacks of ${options.machines}, ${atOnce} at once`;
  try {
    const run = await measureStacks(engine, {
      ...options,
      atOnce,
      doing: (step) => progress.doing(`${what}: ${step}`),
    });
    runs.push(run);
    failures.push(...run.faults.map((fault) => `${what}: ${fault}`));
  } catch (error) {
    failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
progress.end();

const { commit, machine } = provenance("", 0, root);
const args = process.argv.slice(2).filter((arg) => arg !== "--write");
const command = ["npm run bench:organisation", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
const { stacks, machines, perMinute, transitionMs } = options;
const text = [
  `\`${command}\`, commit ${commit}, ${new Date().toISOString().slice(0, 10)}; ${machine}, Pulumi ${engine.version}. ${stacks} stacks of ${machines.toLocaleString("en-US")} running instances of one account and region; at most ${perMinute} of each call a minute; an instance takes ${transitionMs / 1_000} s to stop.`,
  stacksTable(runs),
].join("\n\n");
console.log(text);
for (const failure of failures) console.error(`\nfailed: ${failure}`);
if (options.write && failures.length === 0) writeTable(join(root, "docs/organisations.md"), "trial", text);
process.exitCode = failures.length === 0 ? 0 : 1;
