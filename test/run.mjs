// After set-up: every suite of a part, then a budget table and one line that counts. Nothing is skipped: a skipped test fails.
// `node test/run.mjs [--part test|rest|all] [--counts FILE] [WORD…]`; suites.mjs says what is in which part. Words choose suites by
// their names, all of each. `--counts` adds what an earlier run has left in that file, and leaves the sum there. `--list` runs
// nothing, and prints what would be run.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { partOf, suiteOf, suites, testFiles } from "./suites.mjs";

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { part: { type: "string" }, counts: { type: "string" }, list: { type: "boolean" } },
});
const part = values.part ?? (words.length > 0 ? "all" : "test");
if (!["test", "rest", "all"].includes(part)) {
  console.error(`--part: ${part} is none of test, rest, all`);
  process.exit(2);
}
const isWanted = (suite, itsPart) =>
  (part === "all" || itsPart === part) && (words.length === 0 || words.some((word) => suite.name.includes(word)));
const commands = suites.filter((suite) => suite.command !== undefined && isWanted(suite, suite.part));
const files = testFiles.filter((file) => isWanted(suiteOf(file), partOf(file)));
if (commands.length + files.length === 0) {
  console.error(
    `no suite has a name with ${words.join(" or ")}; there are: ${suites.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}

if (values.list) {
  console.log(JSON.stringify({ files, commands: commands.map(({ name }) => name) }));
  process.exit();
}

const root = join(import.meta.dirname, "..");
const run = mkdtempSync(join(tmpdir(), "lifecycle-test-"));
const mark = `lifecycle-test-${process.pid}-${Date.now()}`;
const temp = join(run, "tmp");
mkdirSync(temp);
const startedMs = Date.now();
const secondsSince = (ms) => (Date.now() - ms) / 1_000;

/** A command counts as one test, tests as vitest counts them. Seconds of tests are those of their files: some run side by side. */
const results = [];
const under = new Set();
const heartbeat = setInterval(() => {
  if (under.size > 0) console.log(`… ${secondsSince(startedMs).toFixed(0)} s: ${[...under].join(", ")}`);
}, 10_000);
// Whoever uses both cores by itself runs alone. The sample waits much, so it runs beside all that; the others have a core beside the tests.
const laneOf = ({ name }) => (name === "npm run lab" ? "alone" : name === "sample of the lab" ? "waiting" : "beside");
const lane = (name) => commands.filter((one) => laneOf(one) === name);
await Promise.all([runTests(), inTurn(lane("beside")), inTurn(lane("waiting"))]);
await inTurn(lane("alone"));
clearInterval(heartbeat);
results.push({ name: "nothing left behind", seconds: 0, ...leftovers() });
rmSync(run, { recursive: true, force: true });
tellAll();

function tellAll() {
  const earlier = values.counts !== undefined && existsSync(values.counts) ? readFileSync(values.counts, "utf8") : "";
  const parts = [
    ...(earlier === "" ? [] : JSON.parse(earlier)),
    { part, seconds: secondsSince(startedMs), results: inOrder() },
  ];
  if (values.counts !== undefined) writeFileSync(values.counts, JSON.stringify(parts));
  const counts = (key) => parts.flatMap((one) => one.results).reduce((total, result) => total + result[key], 0);
  for (const one of parts) {
    console.log(`\nSeconds per suite, ${one.part === "test" ? "npm test" : one.part}:`);
    for (const { name, seconds, passed, failed } of one.results) {
      console.log(
        `  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed`,
      );
    }
    console.log(`  ${"by the clock".padEnd(22)} ${one.seconds.toFixed(1).padStart(7)} s`);
  }
  console.log(`\n${counts("passed")} passed, ${counts("failed")} failed`);
  process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;
}

function inOrder() {
  const names = [...suites.map(({ name }) => name), "nothing left behind"];
  return results.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
}

async function inTurn(some) {
  for (const { name, command } of some) {
    const sinceMs = Date.now();
    under.add(name);
    const { code, output } = await spawned(...command, { isKept: name !== "npm run lab" });
    under.delete(name);
    const seconds = secondsSince(sinceMs);
    console.log(`\n=== ${name}: ${code === 0 ? "passed" : "failed"}, ${seconds.toFixed(1)} s ===\n${output}`);
    results.push({ name, seconds, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });
  }
}

/** All files by one vitest, so that no core waits for the end of a suite. */
async function runTests() {
  if (files.length === 0) return;
  const report = join(run, "report.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=./test/running-reporter.mjs", "--reporter=json"];
  const { code } = await spawned(process.execPath, [
    vitest,
    "run",
    ...reporters,
    `--outputFile.json=${report}`,
    ...files,
  ]);
  let told;
  try {
    told = JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    console.error(`vitest ended with ${code} and wrote no report.`);
    results.push({ name: "tests", seconds: 0, passed: 0, failed: 1 });
    return;
  }
  const byFile = new Map(told.map((one) => [relative(root, one.name).replaceAll("\\", "/"), one]));
  const counted = suites.flatMap((suite) => {
    const own = files.filter((file) => suiteOf(file) === suite);
    return own.length === 0 ? [] : [countedOf(suite.name, own, byFile)];
  });
  // What went wrong beside all tests, such as an error that nobody caught, is a failure too.
  if (code !== 0 && counted.every(({ failed }) => failed === 0)) counted[0].failed += 1;
  results.push(...counted);
}

function countedOf(name, own, byFile) {
  const total = { name, seconds: 0, passed: 0, failed: 0 };
  for (const file of own) {
    const { assertionResults = [], startTime = 0, endTime = 0 } = byFile.get(file) ?? {};
    total.seconds += Math.max(0, endTime - startTime) / 1_000;
    const passed = assertionResults.filter(({ status }) => status === "passed").length;
    const failed = assertionResults.filter(({ status }) => status === "failed").length;
    const skipped = assertionResults.length - passed - failed;
    if (skipped > 0) console.error(`${file}: ${skipped} tests did not run; that counts as failed.`);
    total.passed += passed;
    total.failed += failed + skipped;
    // A file that can't be loaded has no tests that could fail, and still is a failure.
    const isLoaded = assertionResults.length > 0 && byFile.get(file)?.status === "passed";
    if (failed + skipped === 0 && !isLoaded) {
      console.error(`${file}: was not run to its end; that counts as failed.`);
      total.failed += 1;
    }
  }
  return total;
}

/** `isKept`: its output comes in one piece when it has ended. */
function spawned(file, args, { isKept = false } = {}) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      TMPDIR: temp,
      LIFECYCLE_TEST_MARK: mark,
      FORCE_COLOR: "0",
      NODE_DISABLE_COMPILE_CACHE: "1",
    };
    const child = spawn(file, args, {
      cwd: root,
      stdio: ["ignore", isKept ? "pipe" : "inherit", isKept ? "pipe" : "inherit"],
      env,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Files that the suites left in their temporary folder, and processes that still carry their mark (Linux tells; elsewhere only files count). */
function leftovers() {
  const files = readdirSync(temp);
  const processes = runningWithMark();
  for (const file of files) console.error(`left behind: a temporary file ${file}`);
  for (const { pid, program } of processes) console.error(`left behind: process ${pid} ${program}`);
  return files.length + processes.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runningWithMark() {
  let pids;
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    return [];
  }
  return pids.flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark)) return [];
      return [{ pid, program: readlinkSync(`/proc/${pid}/exe`) }];
    } catch {
      // Ended while we looked, or somebody else's.
      return [];
    }
  });
}
