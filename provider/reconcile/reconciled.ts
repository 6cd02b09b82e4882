import type { Observed, Present, ReleasedBy, UtcMinute } from "../core/model";
import type { DoneStep } from "../core/outputs";

/** What was there in the end, and how it came to be so. */
export interface Reconciled {
  readonly observed: Observed;
  readonly atMs: number;
  readonly lastSeen: { readonly present: Present; readonly atMs: number } | undefined;
  readonly releasedBy: ReleasedBy | undefined;
  readonly done: readonly DoneStep[];
  /** The release time that is wanted, if it is a time. */
  readonly wantedReleaseTime: UtcMinute | undefined;
  /** The same, if it is the end of a declared time to live. */
  readonly fixedReleaseTime: UtcMinute | undefined;
  /** The snapshots that the release rests on. */
  readonly snapshotIds: readonly string[] | undefined;
}

/** It stopped before the declared state was reached. What was reached until then is part of it. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  constructor(
    message: string,
    readonly reached: Reconciled | undefined,
  ) {
    super(message);
    this.stack = `Unfinished: ${message}`;
  }
}
