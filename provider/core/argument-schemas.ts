import * as v from "valibot";

export const instanceIdPattern = /^i-[a-z0-9]{1,60}$/;

export const text = v.pipe(v.string("must be a text"), v.nonEmpty("must not be empty; leave it out instead"));

/** An object of which every key is known, so that a typo is told apart from a choice. */
export function declaredObject<const T extends v.ObjectEntries>(name: string, entries: T) {
  const known = Object.keys(entries).join(", ");
  return v.strictObject(entries, (issue) =>
    issue.expected === "never"
      ? `is not an argument${name === "" ? "" : ` of ${name}`}; there are: ${known}`
      : `must be an object with ${known}`,
  );
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
export function readable(reads: (text: string) => boolean, wanted: string) {
  return v.pipe(
    v.string(wanted),
    v.check(reads, (issue) => `${wanted}, not ${JSON.stringify(issue.input)}`),
  );
}
