// `npm run bench`: fleets on the real engine, beside the floor that Pulumi sets, separate resources, the vendor's client in a
// script (one instance after the other, and all at once), and the arithmetic limit of calls. It measures and judges nothing:
// no time makes it fail. Ends with 1 only when something could not be run.
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { provenance, writeTable } from "../dist/lab/table.js";
import { engineCommand } from "../engine/engine-command.mjs";
import { bareEnvironment } from "./fleet/bare-environment.mjs";
import { releasedOf } from "./fleet/call-limit.mjs";
import { measureAlone, measureFloor, measureOurs, steps, takeSample } from "./fleet/measure-fleet.mjs";
import { median } from "./fleet/median.mjs";
import { startProgress } from "./fleet/progress.mjs";
import { measureShell } from "./fleet/shell-speed.mjs";
import { actionTable, memoryTable, requestTable, shellTable, stateTable, summary, wallTable } from "./fleet/tables.mjs";

const root = join(import.meta.dirname, "..");
const document = join(root, "docs/performance.md");
const stepNames = Object.keys(steps);
/** What takes longer in sequence is worked out from ten. */
const patienceSeconds = 120;
/** The engine runs so many at once by itself, and separate resources of more than a few take minutes. */
const fewSingles = 10;

const list = (text) => text.split(",").map((part) => part.trim());
const whole = (least) => (text) => {
  if (!/^\d+$/.test(text) || Number(text) < least)
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
  return Number(text);
};
const oneOf = (names) => (text) => {
  const unknown = list(text).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown[0]}; there are ${names.join(", ")}.`);
  return list(text);
};

const options = new Command("npm run bench --")
  .description("Measures fleets on the real engine and an emulator; nothing passes or fails on time.")
  .option("--n <sizes>", "sizes of the fleet", (text) => list(text).map(whole(1)), [1, 10, 100, 1_000, 10_000])
  .option("--only <steps>", `some of: ${[...stepNames, "shell"].join(", ")}`, oneOf([...stepNames, "shell"]))
  .option("--transition-ms <ms>", "how long an instance takes to stop, and to go", whole(1), 3_000)
  .option("--repeat <times>", "measurements of each fleet of up to 100", whole(1), 3)
  .option("--write", "put the tables into docs/performance.md", false)
  .allowExcessArguments(false)
  .parse()
  .opts();

const wanted = options.only ?? [...stepNames, "shell"];
const upTo = stepNames.filter((step) => wanted.includes(step)).at(-1);
const { transitionMs } = options;
const progress = startProgress();
const failures = [];

/** What can't be run is said at the end; the rest goes on. */
async function attempt(what, run) {
  progress.doing(what);
  let result;
  let failed;
  try {
    result = await run((step) => progress.doing(`${what}: ${step}`));
    failed = result.failed;
  } catch (error) {
    failed = error;
  }
  if (failed !== undefined) {
    failures.push(`${what}: ${failed instanceof Error ? failed.message : String(failed)}`);
    progress.doing(`${what} failed: ${failures.at(-1).split("\n")[0]}`);
  }
  return result;
}

/** Ours and the floor in turn, so that whatever else the machine does meets both. */
async function measureOnEngine(engine, sample, count) {
  const rounds = count <= 100 ? options.repeat : 1;
  const runs = { ours: [], floor: [], singles: [] };
  const ways = [
    ["ours", measureOurs],
    ["floor", (by, rest) => measureFloor(by, { ...rest, sample })],
  ];
  if (count <= fewSingles) ways.push(["singles", (by, rest) => measureOurs(by, { ...rest, isSingle: true })]);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, measure] of ways) {
      const what = `N = ${count}, ${name}, ${round} of ${rounds}`;
      const run = await attempt(what, (doing) => measure(engine, { count, upTo, transitionMs, doing }));
      if (run !== undefined) runs[name].push(run);
    }
  }
  return runs;
}

/** What has been measured of it: several steps have the same task. */
const besides = new Map();

/** The same task without Pulumi; many in sequence are worked out from ten. */
async function measureBeside(step, count) {
  const { alone } = steps[step];
  if (alone === undefined) return {};
  const tasked = step === "release" ? releasedOf(count) : count;
  const measured = (way, size) => {
    const what = `${alone.task}, ${size} instances, ${way}`;
    const key = `${what}, ${alone.status}`;
    const known = besides.get(key) ?? attempt(what, () => measureAlone({ ...alone, way, count: size, transitionMs }));
    besides.set(key, known);
    return known.then((run) => (run === undefined ? undefined : summary([run])));
  };
  // A look is a matter of milliseconds; the others wait for each instance.
  const isTooLong = alone.task !== "look" && tasked > 10 && (tasked * transitionMs) / 1_000 > patienceSeconds;
  const sequential = await measured("sequential", isTooLong ? 10 : tasked);
  return {
    sequential: isTooLong ? extrapolated(sequential, tasked / 10) : sequential,
    each: await measured("each", tasked),
  };
}

function extrapolated(one, times) {
  if (one === undefined) return undefined;
  const { reads, writes } = one.requests;
  return {
    seconds: one.seconds * times,
    requests: { reads: reads * times, writes: writes * times },
    isExtrapolated: true,
  };
}

const engine = await engineCommand(bareEnvironment());
const shell = wanted.includes("shell") ? await attempt("shell", (doing) => measureShell(5, doing)) : undefined;
const rows = [];
const states = [];
if (upTo !== undefined) {
  progress.doing("a first run, for the size of what is recorded");
  const sample = await takeSample(engine, transitionMs);
  for (const count of options.n) {
    const runs = await measureOnEngine(engine, sample, count);
    const of = (name, step) => summary(runs[name].flatMap((run) => run[step] ?? []));
    for (const step of stepNames.filter((name) => wanted.includes(name))) {
      const measured = { ours: of("ours", step), floor: of("floor", step), singles: of("singles", step) };
      rows.push({ count, step, ...measured, ...(await measureBeside(step, count)) });
    }
    const stateOf = (all) => {
      const found = all.flatMap(({ state }) => state ?? []);
      const figure = (name) => median(found.map((one) => one[name]));
      return { file: figure("file"), each: figure("each"), beyondLastRun: figure("beyondLastRun") };
    };
    states.push({ count, ours: stateOf(runs.ours), floor: stateOf(runs.floor) });
  }
}
progress.end();

const command = [
  "npm run bench",
  ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2).filter((arg) => arg !== "--write")] : []),
];
const { commit, machine } = provenance("", 0, root);
const parts = [
  `\`${command.join(" ")}\`, commit ${commit}, ${new Date().toISOString().slice(0, 10)}; ${machine}, Pulumi ${engine.version}. The engine runs as many resources at once as it does by itself; an instance takes ${transitionMs / 1_000} s to stop, and as long to go.`,
];
if (rows.length > 0) {
  parts.push("### Wall time", wallTable(rows, transitionMs));
  parts.push("### Requests", requestTable(rows), "### Requests by action", actionTable(rows));
  parts.push("### Memory", memoryTable(rows), "### State", stateTable(states));
}
if (shell !== undefined) parts.push("### The shell", shellTable(shell));
const text = parts.join("\n\n");
console.log(text);
for (const failure of failures) console.error(`\nnot measured: ${failure}`);
if (options.write && failures.length === 0) writeTable(document, "bench", text);
else if (options.write) console.error(`\n${document} is left as it was.`);
process.exitCode = failures.length === 0 ? 0 : 1;
