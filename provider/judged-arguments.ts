import { createHash } from "node:crypto";
import { toPlainJson } from "./core/outputs";

/** By the arguments' names, a digest of each value. Not the values themselves: one may be a secret. */
export type Digests = Readonly<Record<string, string>>;

type Args = Readonly<Record<string, unknown>>;

/** The arguments that the program judged, in a form that the check can compare with those that reach it. Pure. */
export function digestsOf(args: Args): Digests {
  const entries = Object.entries(toPlainJson(args)).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
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

/** The same text for arguments that say the same, however their keys are ordered. Pure. */
export function canonicalText(args: Args): string {
  return textOf(args) ?? "";
}

/** The same text for the same meaning: the engine drops what is null and gives keys back in an order of its own. */
function textOf(value: unknown): string | undefined {
  const canonical = canonicalOf(value);
  return canonical === undefined ? undefined : JSON.stringify(canonical);
}

function canonicalOf(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => canonicalOf(item) ?? null);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]: [string, unknown]) => [key, canonicalOf(item)] as const)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
