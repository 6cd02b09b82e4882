import type { Observed, Target, Write } from "../core/model";
import type { Verdict } from "./waiter";

/** A budget of time: one for each thing that is waited for, and one for calls that take effect at once. */
export type Budget = Target | "atOnce";

export function budgetOf(step: Write): Budget {
  switch (step.kind) {
    case "start":
      return "running";
    case "stop":
      return "stopped";
    case "snapshot":
      return "snapshots";
    case "release":
      return "gone";
    case "setReleaseTime":
    case "cancelReleaseTime":
    case "liftProtection":
      return "atOnce";
  }
}

/** What a step leads to, after "waiting for i-… to be". */
export function describeTarget(step: Write): string {
  switch (step.kind) {
    case "start":
      return "running";
    case "stop":
      return "stopped";
    case "snapshot":
      return `saved (${step.diskId})`;
    case "release":
      return "gone";
    case "setReleaseTime":
      return `released at ${step.at}`;
    case "cancelReleaseTime":
      return "without release time";
    case "liftProtection":
      return "without release protection";
  }
}

/** Whether a write shows. */
export function judgeWrite(step: Exclude<Write, { kind: "snapshot" }>, seen: Observed): Verdict {
  switch (step.kind) {
    case "start":
      return judgeStatus(seen, "running", ["stopped", "starting", "pending"]);
    case "stop":
      return judgeStatus(seen, "stopped", ["running", "stopping"]);
    case "release":
      return seen.presence === "absent" ? "reached" : "pending";
    case "setReleaseTime":
      return judgePresent(seen, (present) => present.releaseTime === step.at);
    case "cancelReleaseTime":
      return judgePresent(seen, (present) => present.releaseTime === undefined);
    case "liftProtection":
      return judgePresent(seen, (present) => !present.deletionProtection);
  }
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

export function describeSeen(seen: Observed): string {
  return seen.presence === "absent" ? "not listed" : seen.status;
}

function judgeStatus(seen: Observed, target: string, pending: readonly string[]): Verdict {
  if (seen.presence === "absent") return "unexpected";
  if (seen.status === target) return "reached";
  return pending.includes(seen.status) ? "pending" : "unexpected";
}

function judgePresent(
  seen: Observed,
  shows: (present: Extract<Observed, { presence: "present" }>) => boolean,
): Verdict {
  if (seen.presence === "absent") return "unexpected";
  return shows(seen) ? "reached" : "pending";
}
