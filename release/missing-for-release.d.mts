/** Pure: what keeps this tag from being released, one line each. */
export function missingForRelease(found: {
  readonly tag: string;
  readonly version: string;
  readonly changelog: string;
  readonly changesets: readonly string[];
}): readonly string[];
