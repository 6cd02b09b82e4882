import { createHash } from "node:crypto";
import { canonicalText } from "./core/canonical-text";
import { toPlainJson } from "./core/outputs";

/** By the arguments' names, a digest of each value. Not the values themselves: one may be a secret. */
export type Digests = Readonly<Record<string, string>>;

type Args = Readonly<Record<string, unknown>>;

/** The arguments that the program judged, in a form that the check can compare with those that reach it. Pure. */
export function digestsOf(args: Args): Digests {
  const entries = Object.entries(toPlainJson(args)).flatMap(([name, value]): [string, string][] => {
    const text = canonicalText(value);
    return text === undefined ? [] : [[name, digestOf(text)]];
  });
  return Object.fromEntries(entries);
}

/** The members of a fleet differ by their ids alone, so most texts are digested again and again. */
const known = new Map<string, string>();
const mostKnown = 1_000;

function digestOf(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  if (known.size >= mostKnown) known.clear();
  known.set(text, digest);
  return digest;
}

/** The names of what is not the same in both: changed, added or taken away. Pure. */
export function differing(one: Digests, other: Digests): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).sort();
}
