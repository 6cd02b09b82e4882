import type { Status } from "./model";

/** The calls that move a status. */
export type Movement =
  | "StartInstance"
  | "StopInstance"
  | "RebootInstance"
  | "DeleteInstance"
  | "DeleteInstance (Force)";

export interface Transition {
  from: Status;
  /** What moves it: a call, or the time in that status running out. */
  by: Movement | { after: "pendingMs" | "startMs" | "stopMs" };
  to: Status | "released";
}

/** Every way from one status to another. A call on a status that has no row here is IncorrectInstanceStatus. */
export const transitions: readonly Transition[] = [
  { from: "Pending", by: { after: "pendingMs" }, to: "Starting" },
  { from: "Starting", by: { after: "startMs" }, to: "Running" },
  { from: "Stopping", by: { after: "stopMs" }, to: "Stopped" },

  { from: "Stopped", by: "StartInstance", to: "Starting" },
  { from: "Running", by: "StopInstance", to: "Stopping" },
  { from: "Running", by: "RebootInstance", to: "Starting" },

  { from: "Stopped", by: "DeleteInstance", to: "released" },
  { from: "Stopped", by: "DeleteInstance (Force)", to: "released" },
  { from: "Running", by: "DeleteInstance (Force)", to: "released" },
];

/** Where the call leads from this status; undefined when it isn't allowed there. */
export function targetOf(from: Status, by: Movement): Transition["to"] | undefined {
  return transitions.find((row) => row.from === from && row.by === by)?.to;
}

/** The statuses in which the call is allowed, as the vendor's error text lists them. */
export function allowedFrom(by: Movement): Status[] {
  return transitions.filter((row) => row.by === by).map((row) => row.from);
}

/** What time alone does to a status: the next one and the timing that says when. Stable statuses have none. */
export function timedFrom(from: Status): { to: Status; timing: "pendingMs" | "startMs" | "stopMs" } | undefined {
  for (const { from: source, by, to } of transitions) {
    if (source === from && typeof by === "object" && to !== "released") return { to, timing: by.after };
  }
  return undefined;
}
