/** What the provider says of several members of a fleet at once, taken apart. */
export interface GroupedText {
  /** As it is said of one of them, with the machine left out or called `it`. */
  readonly text: string;
  /** How many it is said of. */
  readonly count: number;
  /** Those that are named; the provider names the first twenty, unless the configuration has it name all. */
  readonly named: readonly NamedMember[];
}

export interface NamedMember {
  readonly instanceId: string;
  readonly instanceName: string | undefined;
}

const namesInALine = 5;
const counted = /^(refused: )?(\d+) (?:×|instances:) ([\s\S]*)$/;
const restOfNames = /^ {2}and (\d+) more: /;
// A name is anybody's and may look like more names: the count tells.
const nameInRow = /(i-[a-z0-9-]+)(?: \((.*?)\))?(?:, (?=i-[a-z0-9-])|$)/gy;

/**
 * A text with its count and names. Undefined: it is none, or one whose names can't be told for sure: each has to be one of
 * the fleet's, once, and all have to be as many as the text says. Pure.
 */
export function readGroupedText(message: string, members: ReadonlySet<string>): GroupedText | undefined {
  const [, refused = "", number = "", rest = ""] = counted.exec(message.trimEnd()) ?? [];
  const count = Number(number);
  if (count < 2) return undefined;
  const lines = rest.split("\n");
  const unnamed = Number(restOfNames.exec(lines.at(-1) ?? "")?.[1] ?? 0);
  const rowCount = Math.ceil((count - unnamed) / namesInALine);
  const end = lines.length - (unnamed === 0 ? 0 : 1);
  const textEnd = end - rowCount;
  if (textEnd < 1) return undefined;
  const named = lines.slice(textEnd, end).flatMap(namesIn);
  const ids = new Set(named.map(({ instanceId }) => instanceId));
  const isSure =
    named.length === count - unnamed && ids.size === named.length && [...ids].every((id) => members.has(id));
  return isSure ? { text: `${refused}${lines.slice(0, textEnd).join("\n")}`, count, named } : undefined;
}

/** How many a text says that it is about; undefined: it names no number. Pure. */
export function countIn(message: string): number | undefined {
  const number = counted.exec(message)?.[2];
  return number === undefined ? undefined : Number(number);
}

/** Empty for a line that is no row of names to its end. */
function namesIn(line: string): readonly NamedMember[] {
  if (!line.startsWith("  i-")) return [];
  const row = line.slice(2);
  const found = [...row.matchAll(nameInRow)];
  const length = found.reduce((sum, [whole]) => sum + whole.length, 0);
  if (length !== row.length) return [];
  return found.map(([, instanceId = "", instanceName]) => ({ instanceId, instanceName }));
}
