let isDone = false;

/** Processes that are started here are in groups of their own, and Ctrl-C doesn't reach them: this one has to end in an orderly way for them to end with it. */
export function endOnSignals(): void {
  if (isDone) return;
  isDone = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
}
