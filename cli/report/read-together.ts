import { UsageError } from "../usage-error";
import type { Found, FoundTogether } from "./found";
import { printable } from "./printable";

/** One thing that was read. */
export interface Read {
  /** As a person names it: `stack dev`, or a file. */
  readonly from: string;
  readonly found: Found;
}

/**
 * Several stacks as one, each with a name that tells it from the others. Throws an UsageError for one that was read twice,
 * which would count twice. Pure.
 */
export function readTogether(read: readonly Read[], option: string): FoundTogether {
  const [first] = read;
  if (first === undefined) throw new TypeError("nothing was read");
  refuseTwice(read, option);
  const names = namesOf(read);
  const parts = read.map(({ found }, index) => ({ name: names[index] ?? "", found }));
  if (parts.length === 1) return { ...first.found, parts };
  const each = <T>(of: (found: Found) => readonly T[], named: (name: string, one: T) => T) =>
    parts.flatMap(({ name, found }) => of(found).map((one) => named(name, one)));
  const inWords = (name: string, text: string) => `${name}: ${text}`;
  return {
    kind: first.found.kind,
    stack: undefined,
    instances: each(
      (found) => found.instances,
      (part, instance) => ({ ...instance, part }),
    ),
    ignored: parts.reduce((sum, { found }) => sum + found.ignored, 0),
    notes: each((found) => found.notes, inWords),
    errors: each((found) => found.errors, inWords),
    hiddenFleets: parts.reduce((sum, { found }) => sum + found.hiddenFleets, 0),
    parts,
  };
}

function refuseTwice(read: readonly Read[], option: string): void {
  const seen = new Map<string, string>();
  for (const { from, found } of read) {
    // One that names none has no resources, so nothing of it counts.
    if (found.stack === undefined) continue;
    const key = `${found.stack.project}/${found.stack.stack}`;
    const before = seen.get(key);
    if (before !== undefined) {
      throw new UsageError(
        `${option}: ${printable(before)} and ${printable(from)} are both of the stack ${key}, which would count twice; pass it once`,
      );
    }
    seen.set(key, from);
  }
}

/** The stack's name; with the project's where another project has a stack of that name. */
function namesOf(read: readonly Read[]): readonly string[] {
  const stacks = read.map(({ found }) => found.stack?.stack);
  return read.map(({ from, found: { stack } }) => {
    if (stack === undefined) return printable(from);
    const isAlone = stacks.filter((name) => name === stack.stack).length === 1;
    return isAlone ? stack.stack : `${stack.project}/${stack.stack}`;
  });
}
