// Previews all stacks, judges all of them together, and applies them side by side:
// node organisation.mjs preview|up [--at-most stops=500 …] [--accounts 4] [--stacks 1] [stack …]
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { errorIn, firstLine, linesOf, print } from "./lines.mjs";

const usage = `usage: node organisation.mjs preview|up [option …] [stack …]   (without names: every stack of the project)
  --at-most WHAT=N  one limit for all stacks, again for several: releases=0 releaseTimes=0 stops=500
  --accounts N      so many accounts and regions at once: 4
  --stacks N        so many stacks of one account and region at once, which share its limit on calls: 1`;
const limits = { releases: "0", releaseTimes: "0", stops: "500" };
const workDir = fileURLToPath(new URL(".", import.meta.url));
const manifest = createRequire(import.meta.url).resolve("pulumi-alicloud-lifecycle/package.json");
const reportCommand = join(dirname(manifest), "dist/cli/main.js");

/**
 * @typedef {{ name: string, stack: import("@pulumi/pulumi/automation/index.js").Stack, place: string }} Member
 * @typedef {import("./lines.mjs").Row} Row
 * @typedef {{ code: number, stdout: string, stderr: string }} Ended
 */

// The first Ctrl-C lets the stacks that are at work finish; those after them are said to be "not run".
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const given = read(args);
  if (typeof given === "string") {
    console.error(`${given}\n${usage}`);
    return 2;
  }
  const members = await membersOf(given.named).catch(firstLine);
  if (typeof members === "string") {
    console.error(members);
    return 2;
  }
  const { command, atMost, atOnce } = given;
  const folder = mkdtempSync(join(tmpdir(), "organisation-"));
  try {
    const previews = await sideBySide(members, atOnce, (member) => preview(member, folder));
    const planned = new Set(previews.filter(({ result }) => result === "done").map(({ stack }) => stack));
    const ready = members.filter(({ name }) => planned.has(name));
    // One limit for all is kept by all, or nothing is applied.
    const reason = ready.length === 0 ? "" : await judge([...planned], folder, atMost);
    if (reason !== "") return print(command, refused(previews, reason));
    if (command === "preview") return print(command, previews);
    const failed = previews.filter(({ result }) => result !== "done");
    return print(command, [...failed, ...(await sideBySide(ready, atOnce, up))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wanted, or what is wrong with the command. @param {string[]} args */
function read(args) {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    const options = { "at-most": { ...text, multiple: /** @type {const} */ (true) }, accounts: text, stacks: text };
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
    const [command, ...named] = positionals;
    if (command !== "preview" && command !== "up")
      return `command: ${command ?? "none"} is not one; write preview or up`;
    const written = (values["at-most"] ?? []).map((one) => /^(\w+)=(\d+)$/.exec(one) ?? [one]);
    const misspelt = written.find(([, what]) => what === undefined || !(what in limits));
    if (misspelt !== undefined)
      return `--at-most: ${misspelt[0]} is no limit; write ${Object.keys(limits).join(", ")}, each with =N`;
    const atMost = { ...limits, ...Object.fromEntries(written.map(([, what = "", count]) => [what, count])) };
    const atOnce = { accounts: Number(values.accounts ?? 4), stacks: Number(values.stacks ?? 1) };
    const wrong = Object.entries(atOnce).find(([, count]) => !Number.isInteger(count) || count < 1);
    if (wrong !== undefined) return `--${wrong[0]}: must be a whole number from 1`;
    return { command, named, atOnce, atMost: Object.entries(atMost).map(([what, count]) => `${what}=${count}`) };
  } catch (error) {
    return firstLine(error);
  }
}

/** The stacks with the account and region of each, or what is wrong with their names. @param {string[]} named */
async function membersOf(named) {
  const workspace = await LocalWorkspace.create({ workDir });
  const known = (await workspace.listStacks()).map(({ name }) => name);
  const unknown = named.filter((name) => !known.includes(name));
  // A name that is misspelt must not end as "all is well" for the others.
  if (unknown.length > 0) return `stack: ${unknown.join(", ")} is not there; there are: ${known.join(", ")}`;
  const wanted = named.length > 0 ? [...new Set(named)] : known;
  if (wanted.length === 0) return "stack: the project has none; run `pulumi stack init`";
  const { name: project } = await workspace.projectSettings();
  const members = [];
  for (const name of wanted) {
    // One after the other: to select a stack writes a file that all share.
    const stack = await LocalWorkspace.selectStack({ stackName: name, workDir });
    const { config = {} } = await workspace.stackSettings(name);
    members.push({ name, stack, place: `${config[`${project}:account`]} ${config["alicloud:region"]}` });
  }
  return members;
}

/**
 * Accounts and regions side by side, and in each of them so many stacks: they share its limit on calls.
 * @param {Member[]} members
 * @param {{ accounts: number, stacks: number }} atOnce
 * @param {(member: Member) => Promise<Row>} run
 */
async function sideBySide(members, atOnce, run) {
  /** @type {Map<string, Member[]>} */
  const places = new Map();
  for (const member of members) places.set(member.place, [...(places.get(member.place) ?? []), member]);
  const inOne = (/** @type {Member[]} */ own) =>
    inTurn(own, atOnce.stacks, (member) =>
      interrupted ? rowOf(member.name, performance.now(), "not run", "interrupted before its turn") : run(member),
    );
  return (await inTurn([...places.values()], atOnce.accounts, inOne)).flat();
}

/**
 * So many workers, each of which takes the next item when it has done one.
 * @template T, R
 * @param {T[]} items
 * @param {number} workers
 * @param {(item: T) => R | Promise<R>} run
 */
async function inTurn(items, workers, run) {
  /** @type {R[]} */
  const results = [];
  const left = items.entries();
  const work = async () => {
    for (const [index, item] of left) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

/**
 * By the command, because the report reads what it writes.
 * @param {Member} member
 * @param {string} folder
 */
async function preview({ name }, folder) {
  const startedMs = performance.now();
  console.log(`${name}: preview …`);
  const args = ["preview", "--stack", name, "--json", "--show-sames", "--non-interactive"];
  const { code, stdout, stderr } = await run("pulumi", args);
  if (code !== 0) return rowOf(name, startedMs, "failed", `preview: ${errorIn(stdout) ?? firstLine(stderr)}`);
  writeFileSync(fileOf(name, folder), stdout);
  return rowOf(name, startedMs, "done", "");
}

/**
 * Prints the plan of all stacks. Why it must not be applied; empty: it may be.
 * @param {string[]} stacks
 * @param {string} folder
 * @param {string[]} atMost
 */
async function judge(stacks, folder, atMost) {
  const files = stacks.map((name) => fileOf(name, folder));
  const args = ["report", "--preview", ...files, ...atMost.flatMap((limit) => ["--at-most", limit])];
  const { code, stdout, stderr } = await run(process.execPath, [reportCommand, ...args]);
  console.log(stdout);
  // 3: more is planned than it allows. Whatever else is wrong with it, nobody has judged.
  return code === 0 ? "" : stderr.trim().split("\n").join("; ") || `the report ended with ${code}`;
}

/** @param {Member} member */
async function up({ name, stack }) {
  const startedMs = performance.now();
  console.log(`${name}: up …`);
  const onOutput = linesOf(name);
  try {
    const options = { onOutput, onError: onOutput, color: /** @type {const} */ ("never"), continueOnError: true };
    const { outputs } = await stack.up(options);
    const counts = Object.entries(outputs.machines?.value ?? {}).map(([status, count]) => `${count} ${status}`);
    return rowOf(name, startedMs, "done", "", counts.join(", "));
  } catch (error) {
    return rowOf(name, startedMs, "failed", firstLine(error));
  }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<Ended>}
 */
function run(file, args) {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: workDir, maxBuffer: 2 ** 29 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}

/** @param {string} stack @param {string} folder */
function fileOf(stack, folder) {
  return join(folder, `${stack.replaceAll("/", "-")}.json`);
}

/** @param {Row[]} rows @param {string} reason */
function refused(rows, reason) {
  return rows.map((row) =>
    row.result === "done" ? { ...row, result: /** @type {const} */ ("refused"), reason } : row,
  );
}

/**
 * @param {string} stack
 * @param {number} startedMs
 * @param {Row["result"]} result
 * @param {string} reason
 * @returns {Row}
 */
function rowOf(stack, startedMs, result, reason, machines = "") {
  return { stack, result, seconds: (performance.now() - startedMs) / 1_000, machines, reason };
}
