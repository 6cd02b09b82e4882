import type { Instance, LedgerEntry } from "../emulator/index";

export type Properties = Readonly<Record<string, unknown>>;

/** One resource as a program declares it. */
export interface Declaration {
  readonly name: string;
  /** As the program writes them; in an operation, as they reach the provider. */
  readonly args: Properties;
  /** In an operation, what the program wrote, where something may have changed it on the way. */
  readonly written?: Properties;
  /** What a transform of the engine's puts in place of what is written: the program never sees it. */
  readonly changed?: Properties;
  /** Pulumi's option: these arguments arrive as they are recorded. */
  readonly ignoreChanges?: readonly string[];
  /** The explicit provider that it is given to. Undefined: the default one. */
  readonly provider?: string;
}

/** One resource as a state file has it. */
export interface StateResource {
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly initErrors: readonly string[];
  /** The explicit provider that it was given to. Undefined: the default one. */
  readonly provider?: string | undefined;
}

export type OperationKind = "preview" | "up" | "refresh" | "destroy";
export type Method = "program" | "check" | "diff" | "create" | "update" | "read" | "delete";

/** The rows of the ledger between the call of a method and its end. */
export interface Span {
  readonly method: Method;
  /** The instance's id; undefined for the program's side, which looks at all of them. */
  readonly id: string | undefined;
  /** Rows after this one … */
  readonly afterN: number;
  /** … up to and with this one. */
  readonly toN: number;
}

/** What a judge may know of one command of Pulumi's, without asking the provider. */
export interface Operation {
  readonly kind: OperationKind;
  readonly declarations: readonly Declaration[];
  readonly settings: Readonly<Record<string, string>>;
  /** `killed`: it ended without a word, and recorded what it had recorded by then. */
  readonly exit: "ok" | "failed" | "killed";
  /** Rows of the ledger that came after this one … */
  readonly afterN: number;
  /** … up to and with this one. */
  readonly toN: number;
  /** Undefined where the tier can't tell, as with the real engine. */
  readonly spans: readonly Span[] | undefined;
  readonly stateBefore: readonly StateResource[];
  readonly stateAfter: readonly StateResource[];
  readonly worldBefore: World;
  readonly worldAfter: World;
  /** Everything that it printed: errors, warnings, progress. */
  readonly printed: readonly string[];
}

/** What really was there, by id. */
export interface World {
  readonly atMs: number;
  readonly instances: ReadonlyMap<string, Instance>;
  /** Snapshots by disk, with who made them and how far they are. */
  readonly snapshots: readonly SnapshotFact[];
  /** The disks of each instance. */
  readonly disks: ReadonlyMap<string, readonly string[]>;
}

export interface SnapshotFact {
  readonly snapshotId: string;
  readonly diskId: string;
  readonly status: string;
  readonly createdAt: string;
}

/** One whole story: operations one after another, and every request that was made. */
export interface Evidence {
  readonly operations: readonly Operation[];
  readonly ledger: readonly LedgerEntry[];
  /** Texts that must appear nowhere: keys, secrets, tokens. */
  readonly secrets: readonly string[];
}

/** A broken promise, and the rows that show it. */
export interface Violation {
  /** `S1` … `L8`. */
  readonly invariant: string;
  readonly because: string;
  readonly rows: readonly LedgerEntry[];
}
