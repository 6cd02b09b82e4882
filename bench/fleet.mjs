// `npm run bench`: fleets of InstanceLifecycle on the real engine, beside the floor that Pulumi sets, the vendor's way one
// instance after the other, waiters that share nothing, and the arithmetic limit of calls. It measures and judges nothing:
// no time makes it fail. Ends with 1 only when something could not be run.
import { cpus } from "node:os";
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
/** From this size on it is measured as well what is needed with a heap below 1 GiB: above it, V8 collects far less often. */
const smallHeap = { fromCount: 1_000, mib: 1_000 };

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
  .option("--n <sizes>", "sizes of the fleet", (text) => list(text).map(whole(1)), [1, 10, 100, 1_000])
  .option("--only <steps>", `some of: ${[...stepNames, "shell"].join(", ")}`, oneOf([...stepNames, "shell"]))
  .option(
    "--parallel <kinds>",
    "wide (--parallel N), usual (as the engine has it by itself); default: wide, and both from 100",
    oneOf(["wide", "usual"]),
  )
  .option("--transition-ms <ms>", "how long an instance takes to stop, and to go", whole(1), 3_000)
  .option("--repeat <times>", "measurements of each fleet of up to 100 with --parallel N", whole(1), 5)
  .option("--write", "put the tables into docs/performance.md", false)
  .allowExcessArguments(false)
  .parse()
  .opts();

const wanted = options.only ?? [...stepNames, "shell"];
const upTo = stepNames.filter((step) => wanted.includes(step)).at(-1);
const { transitionMs } = options;
const usualParallel = 4 * cpus().length;
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

const kinds = (options.parallel ?? ["wide", "usual"]).map((kind) => ({
  kind,
  label: kind === "wide" ? "N" : "P",
  flagOf: (count) => (kind === "wide" ? Math.max(count, usualParallel) : undefined),
  // Of few the two hardly differ.
  isFor: (count) => options.parallel !== undefined || kind === "wide" || count >= 100,
}));

const withHeap = (engine, mib) => ({
  ...engine,
  env: { ...engine.env, NODE_OPTIONS: `--max-old-space-size=${mib}` },
});

/** Ours and the floor in turn, so that whatever else the machine does meets both. */
async function measureOnEngine(engine, sample, count) {
  const measured = {};
  for (const { kind, label, flagOf, isFor } of kinds.filter(({ isFor }) => isFor(count))) {
    const rounds = kind === "wide" && count <= 100 ? options.repeat : 1;
    const runs = { ours: [], floor: [], small: [] };
    const ways = [
      ["ours", measureOurs],
      ["floor", (by, rest) => measureFloor(by, { ...rest, sample })],
    ];
    if (kind === "wide" && count >= smallHeap.fromCount) {
      ways.push(["small", (by, rest) => measureOurs(withHeap(by, smallHeap.mib), rest)]);
    }
    for (let round = 1; round <= rounds; round += 1) {
      const given = { count, upTo, transitionMs, parallel: flagOf(count) };
      for (const [name, measure] of ways) {
        const what = `N = ${count}, ${kind} parallelism, ${name}, ${round} of ${rounds}`;
        const run = await attempt(what, (doing) => measure(engine, { ...given, doing }));
        if (run !== undefined) runs[name].push(run);
      }
    }
    measured[kind] = { label, parallel: flagOf(count) ?? usualParallel, runs };
  }
  return measured;
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
    const measured = await measureOnEngine(engine, sample, count);
    const summarized = ({ label, parallel, runs }, step) => ({
      label,
      parallel,
      ours: summary(runs.ours.flatMap((run) => run[step] ?? [])),
      floor: summary(runs.floor.flatMap((run) => run[step] ?? [])),
      small: summary(runs.small.flatMap((run) => run[step] ?? [])),
    });
    for (const step of stepNames.filter((name) => wanted.includes(name))) {
      const [wide, usual] = ["wide", "usual"].map((kind) => measured[kind] && summarized(measured[kind], step));
      rows.push({ count, step, wide, usual, ...(await measureBeside(step, count)) });
    }
    for (const { label, runs } of Object.values(measured)) {
      const stateOf = (all) => {
        const found = all.flatMap(({ state }) => state ?? []);
        const figure = (name) => median(found.map((one) => one[name]));
        return { file: figure("file"), each: figure("each"), beyondLastRun: figure("beyondLastRun") };
      };
      states.push({ count, label, ours: stateOf(runs.ours), floor: stateOf(runs.floor) });
    }
  }
}
progress.end();

const command = [
  "npm run bench",
  ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2).filter((arg) => arg !== "--write")] : []),
];
const { commit, machine } = provenance("", 0, root);
const parts = [
  `\`${command.join(" ")}\`, commit ${commit}, ${new Date().toISOString().slice(0, 10)}; ${machine}, Pulumi ${engine.version}. P = ${usualParallel}; an instance takes ${transitionMs / 1_000} s to stop, and as long to go.`,
];
if (rows.length > 0) {
  parts.push("### Wall time", wallTable(rows, transitionMs));
  parts.push("### Requests", requestTable(rows), "### Requests by action", actionTable(rows));
  parts.push("### Memory", memoryTable(rows, smallHeap.mib), "### State", stateTable(states));
}
if (shell !== undefined) parts.push("### The shell", shellTable(shell));
const text = parts.join("\n\n");
console.log(text);
for (const failure of failures) console.error(`\nnot measured: ${failure}`);
if (options.write && failures.length === 0) writeTable(document, "bench", text);
else if (options.write) console.error(`\n${document} is left as it was.`);
process.exitCode = failures.length === 0 ? 0 : 1;
