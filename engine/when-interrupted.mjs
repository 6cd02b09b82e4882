/** @type {Set<() => void>} */
const cleanups = new Set();

/**
 * Registers what is to be undone when this process is told to end. Returns a function that takes it back.
 * @param {() => void} cleanup synchronous, as the process ends right after it
 */
export function whenInterrupted(cleanup) {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/** From now on SIGINT, SIGTERM and SIGHUP undo what was registered (last first) and end this process. */
export function endCleanlyOnSignals() {
  for (const [signal, number] of /** @type {const} */ ([
    ["SIGHUP", 1],
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ])) {
    process.once(signal, () => {
      for (const cleanup of [...cleanups].reverse()) cleanup();
      process.stderr.write(`\nset-up: interrupted. Run \`npm run setup\` to go on.\n`);
      process.exit(128 + number);
    });
  }
}
