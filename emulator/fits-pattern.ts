/**
 * Whether the text fits the pattern, in which a star stands for anything. Pure. No regular expression: those with many
 * stars take for ever on a text that nearly fits.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  let [at, from] = [0, 0];
  // The latest star, and how much of the text it stands for so far.
  let [star, taken] = [-1, 0];
  while (at < text.length) {
    if (pattern[from] === "*") {
      [star, taken] = [from, at];
      from += 1;
    } else if (pattern[from] === text[at]) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      taken += 1;
      [at, from] = [taken, star + 1];
    } else {
      return false;
    }
  }
  while (pattern[from] === "*") from += 1;
  return from === pattern.length;
}
