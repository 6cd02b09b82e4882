// `npm test`, after setup: every suite, then a budget table and one line that counts. Nothing is skipped: a skipped test fails.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const run = mkdtempSync(join(tmpdir(), "lifecycle-test-"));
const mark = `lifecycle-test-${process.pid}-${Date.now()}`;
const temp = join(run, "tmp");
mkdirSync(temp);

/** A command counts as one test, a folder of tests as what vitest counts in it. */
const suites = [
  { name: "types", command: ["npm", ["run", "-s", "typecheck"]] },
  { name: "format and lint", command: ["npm", ["run", "-s", "lint"]] },
  { name: "import rules", command: ["npm", ["run", "-s", "imports"]] },
  { name: "core", tests: ["test/core/", "test/reconcile/", "test/ecs/", "test/program/", "test/lifecycle/"] },
  { name: "laboratory", tests: ["test/lab/"] },
  { name: "emulator", tests: ["test/emulator/", "test/sdk-models/"] },
  { name: "other clients", tests: ["test/clients/"] },
  { name: "emulator's page", tests: ["test/page/"] },
  { name: "command line", tests: ["test/cli/"] },
  { name: "engine setup", tests: ["test/engine-setup/"] },
  { name: "provider host", tests: ["test/host/"] },
  { name: "package", tests: ["test/package/"] },
  { name: "policy pack", tests: ["test/policy/"] },
  { name: "examples and README", tests: ["test/examples/"] },
  { name: "real engine", tests: ["test/engine/"] },
  { name: "stories", tests: ["test/stories/"] },
  { name: "npm run lab", command: [process.execPath, [join(root, "dist/lab/main.js")]] },
  { name: "story (npm start)", command: [process.execPath, [join(root, "dist/story/main.js")]] },
];

const wanted = process.argv.slice(2);
const results = [];
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.some((word) => suite.name.includes(word))) continue;
  console.log(`\n=== ${suite.name} ===`);
  const startedMs = Date.now();
  const counted = suite.tests === undefined ? await runCommand(suite) : await runTests(suite);
  results.push({ name: suite.name, seconds: (Date.now() - startedMs) / 1_000, ...counted });
}
results.push({ name: "nothing left behind", seconds: 0, ...leftovers() });
rmSync(run, { recursive: true, force: true });

console.log("\nSeconds per suite:");
for (const { name, seconds, passed, failed } of results) {
  console.log(
    `  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed`,
  );
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`  ${"all".padEnd(22)} ${sum("seconds").toFixed(1).padStart(7)} s\n`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 ? 0 : 1;

async function runCommand({ command: [file, args] }) {
  const exitCode = await spawned(file, args);
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runTests({ name, tests }) {
  const report = join(run, `${name.replaceAll(/\W+/g, "-")}.json`);
  const exitCode = await spawned(bin("vitest"), [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...tests,
  ]);
  let counts;
  try {
    counts = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    console.error(`${name}: vitest ended with ${exitCode} and wrote no report.`);
    return { passed: 0, failed: 1 };
  }
  const passed = counts.numPassedTests;
  const skipped = counts.numTotalTests - passed - counts.numFailedTests;
  if (skipped > 0) console.error(`${name}: ${skipped} tests did not run; that counts as failed.`);
  const failed = counts.numFailedTests + skipped;
  // A file that can't be loaded has no tests that could fail, and still is a failure.
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed };
}

function spawned(file, args) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      TMPDIR: temp,
      LIFECYCLE_TEST_MARK: mark,
      FORCE_COLOR: "0",
      NODE_DISABLE_COMPILE_CACHE: "1",
    };
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
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
