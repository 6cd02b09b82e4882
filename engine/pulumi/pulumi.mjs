#!/usr/bin/env node
// `npx pulumi …` in this repository: runs the engine that `npm run setup` found or made.
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isForeground } from "./is-foreground.mjs";

// npm links this package into node_modules; its neighbours are where it really lies.
const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const { engineCommand } = await import(pathToFileURL(join(here, "..", "engine-command.mjs")).href);

const args = process.argv.slice(2);
let engine;
try {
  engine = await engineCommand();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const { command, env } = engine;

// From Node 22.15 on a process can become another one: signals, terminal and exit code are then the engine's own.
if (process.execve && process.platform !== "win32") process.execve(command, [command, ...args], env);

// Listening before there is a child: on a busy machine it can be running, and a signal on its way, before the next line.
let child;
const waiting = [];
const forward = (signal) => (child === undefined ? waiting.push(signal) : child.kill(signal));
let forwardedAt = 0;
process.on("SIGINT", () => {
  // A terminal sends SIGINT to the engine as well, and npx passes it on to us once more: a second one would make the
  // engine stop without finishing what it is at.
  if (isForeground() || Date.now() - forwardedAt < 500) return;
  forwardedAt = Date.now();
  forward("SIGINT");
});
process.on("SIGTERM", () => forward("SIGTERM"));
child = spawn(command, args, { env, stdio: "inherit" });
for (const signal of waiting) child.kill(signal);
child.on("error", (error) => {
  console.error(`${command} could not be started: ${error.message} Run \`npm run setup\`.`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal]);
});
