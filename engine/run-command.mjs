import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { whenInterrupted } from "./when-interrupted.mjs";

const onWindows = process.platform === "win32";

/**
 * Ends a process with all that it has started: it leads a group of its own.
 * @param {import("node:child_process").ChildProcess} child
 */
function endGroup(child) {
  try {
    if (onWindows) child.kill();
    else process.kill(-(/** @type {number} */ (child.pid)), "SIGKILL");
  } catch {
    // It has just ended.
  }
}

const telling = /reason: |error: |dial |requires /i;
const tellingNothing = /^(at |Node\.js v|npm error (A complete log|code|errno|syscall))/;

/** The line of an output that says best why a command failed. @param {string[]} lines */
function tellingLine(lines) {
  return lines.find((line) => telling.test(line)) ?? lines.findLast((line) => !tellingNothing.test(line)) ?? "";
}

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [log] a file that gets all output
 * @property {number} [timeoutMs] for the whole run
 * @property {(line: string) => string | undefined | void} [onLine] sees each line of output; a reason that it returns ends the command
 * @property {() => string | undefined} [giveUp] asked every second; a reason that it returns ends the command
 */

/**
 * Runs a command without a terminal and without input. Resolves with what became of it; throws only if it can't be started.
 * @param {string} command
 * @param {string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<{ ok: boolean, why: string, output: string }>} `why`: one line that says how it failed
 */
export function runCommand(command, args, options = {}) {
  const { cwd, env = process.env, log, timeoutMs, onLine, giveUp } = options;
  return new Promise((resolve, reject) => {
    const logFile = log === undefined ? undefined : openSync(log, "a");
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !onWindows,
      windowsHide: true,
    });
    const forget = whenInterrupted(() => endGroup(child));
    let output = "";
    /** @type {string[]} */
    const lines = [];
    let endedBecause = "";
    const end = (/** @type {string} */ because) => {
      endedBecause ||= because;
      endGroup(child);
    };
    const timer = timeoutMs && setTimeout(() => end(`no end within ${timeoutMs / 1000} s`), timeoutMs);
    const watch =
      giveUp &&
      setInterval(() => {
        const because = giveUp();
        if (because) end(because);
      }, 1_000);

    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (/** @type {string} */ text) => {
        if (logFile !== undefined) writeSync(logFile, text);
        output = (output + text).slice(-100_000);
        const parts = (rest + text).split(/\r?\n/);
        rest = parts.pop() ?? "";
        for (const line of parts.map((part) => part.trim()).filter((part) => part !== "")) {
          lines.push(line);
          const because = onLine?.(line);
          if (because) end(because);
        }
      });
      stream.on("end", () => {
        if (rest.trim() !== "") lines.push(rest.trim());
      });
    }

    let isSettled = false;
    const settle = () => {
      // A command that can't be started emits both "error" and "close".
      if (isSettled) return;
      isSettled = true;
      forget();
      clearTimeout(timer || undefined);
      clearInterval(watch || undefined);
      if (logFile !== undefined) closeSync(logFile);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code, signal) => {
      settle();
      const how = endedBecause || (signal ? `ended by ${signal}` : `exit code ${code}`);
      const line = tellingLine(lines);
      resolve({ ok: code === 0 && !endedBecause, why: line ? `${how}: ${line}` : how, output });
    });
  });
}
