/** How a run of the engine is cut short, or what else comes between. */
export const interruptions = [
  "Ctrl-C",
  "kill -9 of the CLI",
  "kill -9 of the plugin",
  "Ctrl-C twice",
  "two at once",
  "SIGTERM",
  "kill -9 of the CLI, and the state is lost",
] as const;

export type Interruption = (typeof interruptions)[number];

/** Where the run stands then, seen from one write of it. */
export const moments = ["before it is executed", "executed, not answered", "during the wait after it"] as const;

/** A write of the run, and where the run stands. */
export interface Moment {
  readonly action: string;
  /** From 1, of the writes of this name. */
  readonly nth: number;
  readonly where: (typeof moments)[number];
}

export function nameOf(interruption: Interruption, { action, nth, where }: Moment): string {
  return `${interruption} at ${nth === 1 ? "" : `the ${nth}th `}${action}, ${where}`;
}

/** A process that ended so did not come to its end: it recorded what it had recorded by then. */
export function isDeadly(interruption: Interruption): boolean {
  return interruption !== "Ctrl-C" && interruption !== "two at once";
}
