import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** What is undone at the end, however the end comes: processes first, then folders. */
const living = new Set();
const folders = new Set();

/** A folder that goes when this process ends. */
export function keepUntilTheEnd(folder) {
  folders.add(folder);
  return folder;
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  folders.delete(folder);
}

/** Starts a process in a group of its own, so that Ctrl-C reaches it only through us. */
export function startProcess(command, args, options) {
  const child = spawn(command, args, { detached: true, ...options });
  // Without a pid there is nothing to end; the reason comes as an "error" event.
  if (child.pid === undefined) return child;
  living.add(child.pid);
  child.once("exit", () => living.delete(child.pid));
  return child;
}

/** Longer than the longest step of the largest fleet; what takes longer hangs. */
const longestMs = 45 * 60_000;

/** Runs a process to its end; rejects with what it said last when it fails. `started` is told its id. */
export async function runProcess(command, args, options, started = () => undefined) {
  const child = startProcess(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let [stdout, output] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  if (child.pid !== undefined) started(child.pid);
  const limit = setTimeout(() => endTree(child.pid), longestMs);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal));
  }).finally(() => clearTimeout(limit));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${output.slice(-4_000)}`);
  return { stdout };
}

/** All that a process has started, and what that has started. */
export function descendantsOf(pid) {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const childrenOf = (parent) => rows.flatMap(([child, its]) => (its === parent ? [child] : []));
  const found = [];
  for (let next = childrenOf(pid); next.length > 0; next = next.flatMap(childrenOf)) found.push(...next);
  return found;
}

function endTree(pid) {
  for (const one of [pid, ...descendantsOf(pid)]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  living.delete(pid);
}

function endAll() {
  for (const pid of living) endTree(pid);
  for (const folder of folders) removeFolder(folder);
}

process.once("exit", endAll);
for (const [signal, number] of [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGTERM", 15],
]) {
  // Leaving runs `endAll`.
  process.once(signal, () => process.exit(128 + number));
}
