/** The name that was most likely meant: the same but for its case, or few slips away. Pure. */
export function closestName(written: string, names: readonly string[]): string | undefined {
  const [closest] = names
    .map((name) => ({ name, slips: slipsBetween(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  return closest !== undefined && closest.slips <= Math.max(1, Math.floor(written.length / 3))
    ? closest.name
    : undefined;
}

/** What helps against an unknown name, as the end of a sentence: the nearest one, or all of them. Pure. */
export function rightName(written: string, names: readonly string[], prefix = ""): string {
  const closest = closestName(written, names);
  return closest === undefined
    ? `there are: ${names.map((name) => prefix + name).join(", ")}`
    : `did you mean ${prefix}${closest}?`;
}

/** Letters that are wrong, missing, too many, or swapped with their neighbour (the distance of Damerau and Levenshtein). */
function slipsBetween(a: string, b: string): number {
  let [beforeLast, last]: readonly number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : wrong;
      row.push(Math.min(wrong, swapped, at(last, j) + 1, at(row, j - 1) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[] | undefined, index: number): number {
  return row?.[index] ?? Number.POSITIVE_INFINITY;
}
