/** One text in the compiled program that is put in place of another. */
export interface Edit {
  /** Below the folder of the compiled program, e.g. `provider/reconcile/reconcile.js`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A mistake that somebody could make, or has made somewhere. */
export interface Bug {
  readonly name: string;
  /** The incident or the promise that it stands for. */
  readonly because: string;
  /** The invariants of which one has to catch it. */
  readonly caughtBy: readonly string[];
  readonly edits: readonly Edit[];
}

/** The first edit, and whatever else belongs to the same mistake. */
export function bug(
  name: string,
  because: string,
  caughtBy: readonly string[],
  { also = [], ...edit }: Edit & { readonly also?: readonly Edit[] },
): Bug {
  return { name, because, caughtBy, edits: [edit, ...also] };
}
