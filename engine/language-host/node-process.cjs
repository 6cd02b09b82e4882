"use strict";

const { spawn } = require("node:child_process");

/** As long as the CLI waits (5 s) before it kills this host, less a margin: no program may outlive its host. */
const graceMs = 4_000;

const running = new Set();

/** Starts Node on a script and remembers it, so that endChildren() can end it. */
exports.startNode = function startNode(args, options) {
  const child = spawn(process.execPath, args, options);
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
};

/** Asks all children to end, and kills those that don't. */
exports.endChildren = async function endChildren() {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise((resolve) => {
          const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
          child.once("close", () => {
            clearTimeout(timer);
            resolve();
          });
          child.kill("SIGINT");
        }),
    ),
  );
};
