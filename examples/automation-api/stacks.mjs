// Previews or applies stack after stack of the program in this folder: node stacks.mjs preview|up [stack …]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

const usage = "usage: node stacks.mjs preview|up [stack …]   (without names: every stack of the project)";
const workDir = fileURLToPath(new URL(".", import.meta.url));
const columns = [16, 9, 8, 8, 6, 6];

/**
 * @typedef {{ stack: string, result: "done" | "failed" | "not run", seconds: number,
 *   counts: Record<string, number>, reason: string }} Row
 */

// The first Ctrl-C lets the stack that is at work finish; those after it are said to be "not run".
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const { positionals, problem } = read(args);
  const [command, ...named] = positionals;
  if (problem !== undefined || (command !== "preview" && command !== "up")) {
    console.error(problem ?? `command: ${command ?? "none"} is not one; write preview or up`);
    console.error(usage);
    return 2;
  }
  const workspace = await LocalWorkspace.create({ workDir });
  const known = (await workspace.listStacks()).map(({ name }) => name);
  const unknown = named.filter((name) => !known.includes(name));
  // A name that is misspelt must not end as "all is well" for the others.
  if (unknown.length > 0) {
    console.error(
      `stack: ${unknown.join(", ")} is not there; run \`pulumi stack init\` or write one of: ${known.join(", ")}`,
    );
    return 2;
  }
  const wanted = named.length > 0 ? [...new Set(named)] : known;
  if (wanted.length === 0) {
    console.error("stack: the project has none; run `pulumi stack init`");
    return 2;
  }
  /** @type {Row[]} */
  const rows = [];
  for (const stack of wanted) {
    rows.push(interrupted ? notRun(stack) : await run(command, stack));
  }
  print(rows);
  const missed = rows.filter(({ result }) => result !== "done");
  console.log(`${command}: ${rows.length - missed.length} of ${rows.length} stacks done`);
  return missed.length === 0 ? 0 : 1;
}

/** @param {string[]} args */
function read(args) {
  try {
    return { positionals: parseArgs({ args, allowPositionals: true }).positionals, problem: undefined };
  } catch (error) {
    return { positionals: [], problem: firstLine(error) };
  }
}

/**
 * One that fails keeps none of the others from being handled.
 * @param {"preview" | "up"} command
 * @param {string} stackName
 * @returns {Promise<Row>}
 */
async function run(command, stackName) {
  const startedMs = performance.now();
  console.log(`${stackName}: ${command} …`);
  const onOutput = linesOf(stackName);
  /** @param {Pick<Row, "result" | "counts" | "reason">} row */
  const row = (row) => ({ stack: stackName, seconds: (performance.now() - startedMs) / 1_000, ...row });
  try {
    const stack = await LocalWorkspace.selectStack({ stackName, workDir });
    const options = { onOutput, onError: onOutput, color: /** @type {const} */ ("never"), parallel: 1_000 };
    const counts =
      command === "preview"
        ? (await stack.preview(options)).changeSummary
        : ((await stack.up({ ...options, continueOnError: true })).summary.resourceChanges ?? {});
    return row({ result: "done", counts, reason: "" });
  } catch (error) {
    return row({ result: "failed", counts: {}, reason: firstLine(error) });
  }
}

/**
 * Prints what comes in pieces line by line, so that each line begins with the stack's name.
 * @param {string} stack
 */
function linesOf(stack) {
  let begun = "";
  return (/** @type {string} */ piece) => {
    const lines = (begun + piece).split("\n");
    begun = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") console.log(`${stack}: ${line}`);
  };
}

/**
 * @param {string} stack
 * @returns {Row}
 */
function notRun(stack) {
  return { stack, result: "not run", seconds: 0, counts: {}, reason: "interrupted before its turn" };
}

/**
 * The line that says what is wrong: the engine's own `error:`, with the next one where that ends in a colon.
 * @param {unknown} error
 */
function firstLine(error) {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n").map((line) => line.trim());
  // That an update failed is said before why.
  const at = lines.findIndex((line) => line.startsWith("error: ") && line !== "error: update failed");
  const line = lines[at] ?? lines.find(Boolean) ?? "unknown";
  return line.endsWith(":") ? `${line} ${lines[at + 1] ?? ""}` : line;
}

/** @param {Row[]} rows */
function print(rows) {
  /** @param {(string | number)[]} cells */
  const line = (cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(columns[index] ?? 0))
      .join(" ")
      .trimEnd();
  console.log(`\n${line(["stack", "result", "create", "update", "same", "s", "reason"])}`);
  for (const { stack, result, counts, seconds, reason } of rows) {
    const { create = 0, update = 0, same = 0 } = counts;
    console.log(line([stack, result, create, update, same, seconds.toFixed(1), reason]));
  }
}
