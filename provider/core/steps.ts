import type { Observed, Present, Step, Target, Write } from "./model";

/** A budget of time: one for each thing that is waited for, and one for calls that take effect at once. */
export type Budget = Target | "atOnce";

/** Whether what was observed is what is waited for, is on the way to it, or can't become it by itself. */
export type Verdict = "reached" | "pending" | "unexpected";

/** What is known of one kind of write, whichever machine it is for. */
interface WriteKind<W extends Write> {
  /** The API call, as ECS and its logs spell it. */
  readonly call: string;
  readonly budget: Budget;
  /** What it leads to, after "waiting for i-… to be". */
  readonly target: (step: W) => string;
  /** How it is done, after the name of the call; empty where there is nothing to choose. */
  readonly options: (step: W) => string;
  /** Whether it shows. */
  readonly reached: (step: W, seen: Observed) => Verdict;
  /** It keeps data alive, so nothing but the account may hold it back. */
  readonly isProtective: (step: W) => boolean;
}

type WriteKinds = { readonly [Kind in Write["kind"]]: WriteKind<Extract<Write, { readonly kind: Kind }>> };

const never = () => false;
const nothing = () => "";

const writeKinds: WriteKinds = {
  start: {
    call: "StartInstance",
    budget: "running",
    target: () => "running",
    options: nothing,
    reached: (_step, seen) => judgeStatus(seen, "running", ["stopped", "starting", "pending"]),
    isProtective: never,
  },
  stop: {
    call: "StopInstance",
    budget: "stopped",
    target: () => "stopped",
    options: ({ mode, force, forceAfterMs, hibernate }) => {
      const how = [mode, ...(force ? ["by force"] : []), ...(hibernate ? ["hibernating"] : [])];
      const branch =
        forceAfterMs === undefined ? "" : `; if not stopped after ${describeMs(forceAfterMs)}: StopInstance by force`;
      return ` (${how.join(", ")}${branch})`;
    },
    reached: (_step, seen) => judgeStatus(seen, "stopped", ["running", "stopping"]),
    isProtective: never,
  },
  snapshot: {
    call: "CreateSnapshot",
    budget: "snapshots",
    target: ({ diskId }) => `saved (${diskId})`,
    options: ({ diskId }) => ` (${diskId})`,
    // The instance alone doesn't tell: its snapshots do.
    reached: () => "pending",
    isProtective: never,
  },
  liftProtection: {
    call: "ModifyInstanceAttribute",
    budget: "atOnce",
    target: () => "without release protection",
    options: () => " (release protection off; put back if the release is refused)",
    reached: (_step, seen) => judgePresent(seen, (present) => !present.deletionProtection),
    isProtective: never,
  },
  release: {
    call: "DeleteInstance",
    budget: "gone",
    target: () => "gone",
    options: ({ force }) => (force ? " (by force, CAN'T BE UNDONE)" : " (CAN'T BE UNDONE)"),
    reached: (_step, seen) => (seen.presence === "absent" ? "reached" : "pending"),
    isProtective: never,
  },
  setReleaseTime: {
    call: "ModifyInstanceAutoReleaseTime",
    budget: "atOnce",
    target: ({ at }) => `released at ${at}`,
    options: ({ at, postpones }) =>
      ` (release at ${at}, ${postpones ? "later than now set" : "CAN'T BE UNDONE once that time has come"})`,
    reached: ({ at }, seen) => judgePresent(seen, (present) => present.releaseTime === at),
    isProtective: ({ postpones }) => postpones,
  },
  cancelReleaseTime: {
    call: "ModifyInstanceAutoReleaseTime",
    budget: "atOnce",
    target: () => "without release time",
    options: () => " (cancel)",
    reached: (_step, seen) => judgePresent(seen, (present) => present.releaseTime === undefined),
    isProtective: () => true,
  },
};

/** The row of a step's kind. The cast says what the table's type guarantees: a kind's row takes steps of that kind. */
function rowOf(step: Write): WriteKind<Write> {
  return writeKinds[step.kind] as WriteKind<never> as WriteKind<Write>;
}

export function isWrite(step: Step): step is Write {
  return step.kind !== "await";
}

/** Cancelling or postponing keeps data alive, so nothing but the account may hold it back. */
export function isProtective(step: Step): boolean {
  return isWrite(step) && rowOf(step).isProtective(step);
}

/** The name of the API call behind a step, as ECS and its logs spell it. */
export function callName(step: Write): string {
  return rowOf(step).call;
}

/** How it is done, after the name of the call. */
export function optionsOf(step: Write): string {
  return rowOf(step).options(step);
}

export function budgetOf(step: Write): Budget {
  return rowOf(step).budget;
}

/** What a step leads to, after "waiting for i-… to be". */
export function describeTarget(step: Write): string {
  return rowOf(step).target(step);
}

/** Whether a write shows. */
export function judgeWrite(step: Write, seen: Observed): Verdict {
  return rowOf(step).reached(step, seen);
}

/** Whether what is waited for has come. */
export function judgeUntil(until: Exclude<Target, "snapshots">, seen: Observed): Verdict {
  switch (until) {
    case "running":
      return judgeStatus(seen, "running", ["starting", "pending"]);
    case "stopped":
      return judgeStatus(seen, "stopped", ["stopping"]);
    case "gone":
      return seen.presence === "absent" ? "reached" : "pending";
  }
}

function judgeStatus(seen: Observed, target: string, pending: readonly string[]): Verdict {
  if (seen.presence === "absent") return "unexpected";
  if (seen.status === target) return "reached";
  return pending.includes(seen.status) ? "pending" : "unexpected";
}

function judgePresent(seen: Observed, shows: (present: Present) => boolean): Verdict {
  if (seen.presence === "absent") return "unexpected";
  return shows(seen) ? "reached" : "pending";
}

/** Hours, minutes and seconds, as the arguments write them. */
function describeMs(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join("") || "0s";
}
