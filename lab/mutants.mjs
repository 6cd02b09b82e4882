// `npm run mutants [-- FILE…]`: changes what decides, one expression at a time, and asks whether a test notices (Stryker).
// Prints how many changes of each file were noticed. Ends with 1 when one went unnoticed that lab/equivalent-mutants.json does
// not explain, beyond what its file may have, and when an explanation there explains nothing (any more).
// `--report FILE` judges what an earlier run has written, `--concurrency N` is handed on. `--tests PATTERN,…` asks those tests
// alone: less is noticed, never more, and changes that act while a file is loaded, each of which runs all tests, are tried quickly.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { installTool } from "../tools/install-tool.mjs";
import config from "./stryker.config.mjs";

/** The decision, the guards, and what is sent and waited for: here every change is noticed or explained. Of the other files nine in ten are. */
const everyChange = new Set([
  "provider/core/diff.ts",
  "provider/core/fixed-release-time.ts",
  "provider/core/plan.ts",
  "provider/core/refusals.ts",
  "provider/core/release-time.ts",
  "provider/core/snapshots.ts",
  "provider/program/guards.ts",
  "provider/program/judge.ts",
  "provider/program/limits.ts",
  "provider/reconcile/absence.ts",
  "provider/reconcile/send.ts",
  "provider/core/state-table.ts",
  "provider/core/steps.ts",
  "provider/reconcile/waiter.ts",
]);
/** A change that hangs is noticed, too. */
const noticed = new Set(["Killed", "Timeout"]);
const unnoticed = new Set(["Survived", "NoCoverage"]);

const root = join(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string" }, report: { type: "string" }, tests: { type: "string" } },
});

if (values.report === undefined) await mutate(await installTool("stryker"));
const report = JSON.parse(readFileSync(values.report ?? join(root, config.jsonReporter.fileName), "utf8"));
process.exitCode = judge(report.files) ? 0 : 1;

function mutate(tools) {
  const stryker = join(tools, "@stryker-mutator", "core", "bin", "stryker.js");
  const args = ["run", "lab/stryker.config.mjs"];
  if (positionals.length > 0) args.push("--mutate", positionals.join(","));
  if (values.concurrency !== undefined) args.push("--concurrency", values.concurrency);
  return new Promise((resolve, reject) => {
    const env = values.tests === undefined ? process.env : { ...process.env, MUTANTS_TESTS: values.tests };
    const child = spawn(process.execPath, [stryker, ...args], { cwd: root, env, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => {
      // Stryker ends with 0 also when mutants survive: they are judged here.
      if (code === 0) resolve();
      else reject(new Error(`stryker ended with ${code}`));
    });
  });
}

/** Prints the table and whatever is wrong; true when nothing is. */
function judge(files) {
  const all = JSON.parse(readFileSync(join(import.meta.dirname, "equivalent-mutants.json"), "utf8"));
  const isAsked = (file) => positionals.length === 0 || positionals.includes(file);
  const explanations = new Set(all.filter(({ file }) => isAsked(file)));
  const complaints = [];
  const table = new Table({
    head: ["file", "mutants", "killed", "equivalent", "survived", "score %"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const asked = Object.keys(files).filter(isAsked).sort();
  for (const file of asked) {
    const { source, mutants } = files[file];
    const killed = mutants.filter(({ status }) => noticed.has(status)).length;
    const survivors = mutants
      .filter(({ status }) => unnoticed.has(status))
      .map((mutant) => named(file, source, mutant));
    const unexplained = survivors.filter((survivor) => !explain(survivor, explanations));
    const equivalent = survivors.length - unexplained.length;
    // Something that is neither noticed nor unnoticed was not tried, and proves nothing.
    const untried = mutants.length - killed - survivors.length;
    const score = mutants.length === 0 ? 1 : killed / (mutants.length - equivalent);
    table.push([file, mutants.length, killed, equivalent, unexplained.length, (100 * score).toFixed(1)]);
    if (untried > 0) complaints.push(`${file}: ${untried} mutants were not tried`);
    if (score < (everyChange.has(file) ? 1 : 0.9)) complaints.push(...unexplained.map(spell));
  }
  for (const left of explanations) complaints.push(`lab/equivalent-mutants.json explains no survivor: ${spell(left)}`);
  if (asked.length === 0) complaints.push("nothing was mutated");
  console.log(table.toString());
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0;
}

/** A survivor by its text and not by its place, so that an explanation outlives the lines above it. */
function named(file, source, { location: { start, end }, mutatorName, replacement }) {
  const lines = source.split("\n");
  const cut = lines.slice(start.line - 1, end.line);
  cut[cut.length - 1] = cut.at(-1).slice(0, end.column - 1);
  cut[0] = cut[0].slice(start.column - 1);
  const text = cut.map((line) => line.trim()).join(" ");
  return { file, place: start.line, line: lines[start.line - 1].trim(), text, mutator: mutatorName, replacement };
}

/** Each explanation is for one mutant: the same text twice needs two. */
function explain(survivor, explanations) {
  const keys = ["file", "line", "text", "mutator", "replacement"];
  const found = [...explanations].find((one) => keys.every((key) => one[key] === survivor[key]));
  return found !== undefined && explanations.delete(found);
}

function spell({ file, place, line, text, mutator, replacement }) {
  return `${file}${place === undefined ? "" : `:${place}`}: ${line}\n    ${mutator}: ${text}  →  ${replacement}`;
}
