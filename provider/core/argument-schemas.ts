import * as v from "valibot";
import { rightName } from "./closest-name";

export const instanceIdPattern = /^i-[a-z0-9]{1,60}$/;

/** What was found in place of a text, which YAML may have made of one. Never the value: it may be a secret. */
export function notA(wanted: string, input: unknown, remedy = "put it in quotes"): string {
  if (input === undefined) return wanted;
  const isPlain = typeof input === "number" || typeof input === "boolean";
  return `${wanted}, not ${kindOf(input)}${isPlain ? `; ${remedy}` : ""}`;
}

function kindOf(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "string") return "a text";
  return `${typeof input === "object" ? "an" : "a"} ${typeof input}`;
}

/** A text. Whatever else is found is named by its kind. */
export function textThat(wanted: string, remedy?: string) {
  return v.string((issue) => notA(wanted, issue.input, remedy));
}

export const text = v.pipe(textThat("must be a text"), v.nonEmpty("must not be empty; leave it out instead"));

/** What is wrong with an id, which is never shown: something else may have been pasted. */
export function instanceIdFault(id: string): string {
  const rules: readonly [boolean, string][] = [
    [id === "", "it is empty"],
    [/^\s/.test(id), "it has a blank or line break at the beginning"],
    [/\s$/.test(id), "it has a blank or line break at the end"],
    [/\S\s+\S/.test(id), "it has a blank or line break inside"],
    [/[A-Z]/.test(id), "it has upper-case letters"],
    [/[^\s!-~]/.test(id), "it has a letter that only looks like one of a to z"],
    [!id.trim().startsWith("i-"), 'it does not begin with "i-"'],
    [id.length > 62, "it is too long"],
  ];
  return rules.find(([applies]) => applies)?.[1] ?? "it has another character";
}

/** The id of one instance. */
export function instanceIdThat(wanted: string) {
  return v.pipe(
    textThat(wanted),
    v.regex(instanceIdPattern, (issue) => `${wanted}; ${instanceIdFault(String(issue.input))}`),
  );
}

/** An object of which every key is known, so that a typo is told apart from a choice. All unknown ones are reported. */
export function declaredObject<const T extends v.ObjectEntries>(name: string, entries: T) {
  const names = Object.keys(entries);
  const none = `is not an argument${name === "" ? "" : ` of ${name}`}`;
  return knownKeys(entries, `must be an object with ${names.join(", ")}`, (key) => `${none}; ${rightName(key, names)}`);
}

/** Not a strict object of the library's: that stops at the first unknown key, and takes `constructor` for a known one. */
export function knownKeys<const T extends v.ObjectEntries>(entries: T, wanted: string, says: (key: string) => string) {
  const keys = v.pipe(
    v.unknown(),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value;
      if (typeof input !== "object" || input === null) return;
      for (const [key, value] of Object.entries<unknown>({ ...input })) {
        if (Object.hasOwn(entries, key)) continue;
        addIssue({ message: says(key), path: [{ type: "object", origin: "key", input: { ...input }, key, value }] });
      }
    }),
    // Nothing that the other half of the intersection would have to agree with.
    v.transform(() => ({})),
  );
  return Object.assign(v.intersect([v.object(entries, wanted), keys]), { entries });
}

/** A list of at least one: an empty one would say nothing, or everything. */
export function declaredList<const T extends v.GenericSchema>(item: T, of: string) {
  return v.pipe(
    v.array(item, `must be a list of ${of}`),
    v.nonEmpty(`must have at least one of ${of}; or leave it out`),
  );
}

/** What is written under a name, as an object; an empty one where something else stands there. */
export function partOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

/** A text that a function can read, or else what would be right. */
export function readable(reads: (text: string) => boolean, wanted: string, adds: (text: string) => string = () => "") {
  return v.pipe(
    textThat(wanted),
    v.check(reads, (issue) => `${wanted}, not ${JSON.stringify(issue.input)}${adds(issue.input)}`),
  );
}
