// What the engine and the report say, in lines for people.

/**
 * @typedef {{ stack: string, result: "done" | "failed" | "refused" | "not run", seconds: number, machines: string,
 *   reason: string }} Row
 */

const columns = [20, 9, 20, 6];

/**
 * Prints what comes in pieces line by line, so that each line begins with the stack's name.
 * @param {string} stack
 */
export function linesOf(stack) {
  let begun = "";
  return (/** @type {string} */ piece) => {
    const lines = (begun + piece).split("\n");
    begun = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") console.log(`${stack}: ${line}`);
  };
}

/**
 * The line that says what is wrong: the engine's own `error:`, with the next one where that ends in a colon.
 * @param {unknown} error
 */
export function firstLine(error) {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n").map((line) => line.trim());
  // That an update failed is said before why.
  const at = lines.findIndex((line) => line.startsWith("error: ") && line !== "error: update failed");
  const line = lines[at] ?? lines.find(Boolean) ?? "unknown";
  return line.endsWith(":") ? `${line} ${lines[at + 1] ?? ""}` : line;
}

/** The first error in a preview for machines. @param {string} text */
export function errorIn(text) {
  try {
    const { diagnostics = [] } = JSON.parse(text);
    const found = diagnostics.find((/** @type {{ severity: string }} */ { severity }) => severity === "error");
    return found?.message.trim().replaceAll(/\s+/g, " ");
  } catch {
    return undefined;
  }
}

/** A line for each stack; the exit code. @param {string} command @param {Row[]} rows */
export function print(command, rows) {
  /** @param {(string | number)[]} cells */
  const line = (cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(columns[index] ?? 0))
      .join(" ")
      .trimEnd();
  console.log(`\n${line(["stack", "result", "machines", "s", "reason"])}`);
  for (const { stack, result, machines, seconds, reason } of rows.sort((a, b) => a.stack.localeCompare(b.stack))) {
    console.log(line([stack, result, machines, seconds.toFixed(1), reason]));
  }
  const missed = rows.filter(({ result }) => result !== "done");
  console.log(`${command}: ${rows.length - missed.length} of ${rows.length} stacks done`);
  return missed.length === 0 ? 0 : 1;
}
