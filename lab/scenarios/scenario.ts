import type { InstanceFields } from "../../emulator/index";
import type { Declaration, Properties } from "../evidence";

/** Where a story begins: what is there, what an earlier run has left behind, and what is declared now. */
export interface Scenario {
  /** `remote / desire / prior`. */
  readonly name: string;
  /** How the instance stands when the story begins, over an ordinary running one. Undefined: it is gone. */
  readonly remote: InstanceFields | undefined;
  /** How it was when the earlier run saw it, where that matters. */
  readonly before: InstanceFields;
  readonly args: Properties;
  readonly prior: Prior;
  readonly settings: Readonly<Record<string, string>>;
}

/** What was done before: nothing; an `up` of these arguments, that ended well or stopped half-way. */
export type Prior =
  | { readonly kind: "none" }
  | { readonly kind: "applied"; readonly args: Properties }
  | { readonly kind: "half"; readonly args: Properties };

export const instanceId = "i-bp1labmachine00000001";
/** There as well, declared by nobody, and never to be touched. It also proves that one may see at all. */
export const bystanderId = "i-bp1labbystander000001";
export const resourceName = "machine";
export const startsAt = "2026-06-01T12:00:20Z";

export function declarationOf({ args }: Scenario): Declaration {
  return { name: resourceName, args };
}

/** How long changes take where a story does not say otherwise. */
export const ordinaryTimings = {
  pendingMs: 2_000,
  startMs: 8_000,
  stopMs: 8_000,
  forceStopMs: 3_000,
  releaseMs: 4_000,
  snapshotMs: 20_000,
} as const;
