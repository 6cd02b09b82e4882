/** What is said of one member of a fleet. */
export interface Said {
  readonly instanceId: string;
  /** As it is shown beside the id; empty where it has none. */
  readonly name: string;
  readonly text: string;
}

/** The same text about several members, in which nothing but the id and the name differs. */
export interface Group {
  /** The text, with the place where the machine is named left out. */
  readonly text: string;
  readonly members: readonly Said[];
}

/** So many members of a group are named. */
const mostNamed = 20;
const namesInALine = 5;

/** Texts that differ by the machine alone, largest group first. Pure. */
export function groupsOf(all: readonly Said[]): readonly Group[] {
  // One that is the same for several is about all of them, and may name each, as that of a limit does.
  const same = grouped(all, ({ text }) => text);
  const groups = grouped(all, (one) => ((same.get(one.text) ?? []).length > 1 ? one.text : withoutMachine(one)));
  return [...groups]
    .map(([text, members]) => ({ text, members }))
    .sort((one, other) => other.members.length - one.members.length);
}

function grouped(all: readonly Said[], textOf: (one: Said) => string): ReadonlyMap<string, readonly Said[]> {
  const groups = new Map<string, Said[]>();
  for (const one of all) {
    const text = textOf(one);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [one]);
    else group.push(one);
  }
  return groups;
}

/** The members of a group, by name and id; of a large one the first, and how many more there are. Pure. */
export function namesOf(members: readonly Said[], showAll: boolean): readonly string[] {
  const shown = showAll ? members : members.slice(0, mostNamed);
  const names = shown.map(({ instanceId, name }) => (name === "" ? instanceId : `${instanceId} (${name})`));
  const more = members.length - shown.length;
  const rows = Array.from({ length: Math.ceil(names.length / namesInALine) }, (_, row) =>
    names.slice(row * namesInALine, (row + 1) * namesInALine).join(", "),
  );
  if (more === 0) return rows;
  const rest = `and ${more} more: \`pulumi config set lifecycle:showAll true\`, or \`alicloud-lifecycle report\`, lists all`;
  return [...rows, rest];
}

function withoutMachine({ instanceId, name, text }: Said): string {
  const whole = name === "" ? instanceId : `${instanceId} (${name})`;
  const [first = "", ...rest] = text.split("\n");
  // At its beginning, or behind the call's name, the machine is just left out.
  const beginning = [`${whole}: `, `${instanceId}: `, `${instanceId} `].find((start) => first.startsWith(start)) ?? "";
  const without = first.slice(beginning.length).replace(new RegExp(`^(\\w+) ${instanceId}(?=[ :])`), "$1");
  const named = name === "" ? without : without.replaceAll(whole, "it");
  return [named, ...rest].join("\n").replaceAll(new RegExp(`${instanceId}(?![\\w-])`, "g"), "it");
}
