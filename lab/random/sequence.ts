/** What a machine is like when a sequence begins. */
export const machineKinds = [
  "running",
  "stopped",
  "starting",
  "stopping",
  "protected",
  "subscription",
  "spot",
  "classic",
  "scaled",
  "locked",
  "unpaid",
  "timed",
] as const;
export type MachineKind = (typeof machineKinds)[number];

/** A declaration in words that mean the same at any time: moments are counted from when it is declared. */
export interface Wish {
  readonly state?: "running" | "stopped" | "released";
  /** Minutes from now, `never`, or a time to live. */
  readonly time?: number | "never" | { readonly after: string };
  readonly stop?: Readonly<Record<string, unknown>>;
  readonly release?: Readonly<Record<string, unknown>>;
  /** The machine's name, its tag, or a name that it doesn't have. */
  readonly expect?: "name" | "tag" | "other";
  readonly drift?: "report";
  readonly onDelete?: "retain" | "retainTimer" | "stop";
  /** An argument that there is not. */
  readonly wrong?: true;
}

/** What somebody does in the console. */
export const hands = [
  "start",
  "stop",
  "delete",
  "protect",
  "unprotect",
  "time",
  "cancel",
  "reclaim",
  "lock",
  "unlock",
  "tag",
  "name",
  "replace",
] as const;
export type Hand = (typeof hands)[number];

/** Something goes wrong at one call of a run, counted from 0; `fault` as faults-to-try names it. */
export interface Mishap {
  readonly call: number;
  readonly fault: string;
}

/** One step. Machines are counted from 0; a number beyond the last one begins again at the first, so that any list of steps can be told. */
export type Step =
  | { readonly do: "declare"; readonly machine: number; readonly wish: Wish }
  | { readonly do: "declareAll"; readonly wish: Wish }
  /** From now on it is declared as another one is. */
  | { readonly do: "join"; readonly machine: number; readonly other: number }
  | { readonly do: "takeOut" | "rename" | "lose"; readonly machine: number }
  | { readonly do: "preview" | "refresh" | "destroy" }
  | { readonly do: "up"; readonly mishap?: Mishap }
  /** From now on calls go wrong in this way with this chance. */
  | { readonly do: "trouble"; readonly fault: string; readonly share: number }
  | { readonly do: "throttle"; readonly perMinute: number }
  /** Looks show what was there up to so many seconds before. */
  | { readonly do: "lag"; readonly seconds: number }
  /** No trouble, no limit and no lag any more. */
  | { readonly do: "calm" }
  | { readonly do: "pass"; readonly seconds: number }
  /** After so many seconds, which may fall into the next run. */
  | { readonly do: "hand"; readonly machine: number; readonly act: Hand; readonly afterSeconds: number }
  /** The local clock is ahead by so much. */
  | { readonly do: "skew"; readonly minutes: number };

export interface Sequence {
  readonly machines: readonly MachineKind[];
  readonly maxReleases: 0 | 1 | 100;
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** Machines of which the same is declared are one resource. */
  readonly asFleets?: true;
  readonly steps: readonly Step[];
}
