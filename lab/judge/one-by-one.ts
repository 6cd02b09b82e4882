import type { LedgerEntry } from "../../emulator/index";

/** Calls about several, each of which gets its own answer, and what they would be about one. */
const singles: Readonly<Record<string, string>> = { StartInstances: "StartInstance", StopInstances: "StopInstance" };

/** Rows never change, and what is known of one is kept by it. */
const known = new WeakMap<LedgerEntry, readonly LedgerEntry[]>();

/** A call about several machines as the calls about each that it stands for, so that a promise need not know of both. */
export function oneByOne(rows: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return rows.some(({ action }) => action in singles) ? rows.flatMap(split) : rows;
}

function split(row: LedgerEntry): readonly LedgerEntry[] {
  const action = singles[row.action];
  if (action === undefined) return [row];
  const split = known.get(row) ?? entriesOf(row, action);
  known.set(row, split);
  return split;
}

function entriesOf(row: LedgerEntry, action: string): readonly LedgerEntry[] {
  const named = Object.entries(row.params).filter(([name]) => /^InstanceId\.\d+$/.test(name));
  const common = Object.fromEntries(
    Object.entries(row.params).filter(([name]) => !/^InstanceId\.\d+$/.test(name) && name !== "BatchOptimization"),
  );
  const answers = pairsOf(row.shows ?? "", " ");
  const effects = pairsOf(row.effect, ": ");
  return named.map(([, id]) => {
    const code = answers.get(id);
    const params = { ...common, Action: action, InstanceId: id };
    const effect = effects.has(id) ? `${id}: ${effects.get(id)}` : "none";
    const isRefused = code !== undefined && code !== "200";
    return { ...row, action, params, effect, shows: null, ...(isRefused ? { status: 403, code } : {}) };
  });
}

/** `a x; b y` by what comes before the first space, or whatever parts the two. */
function pairsOf(text: string, between: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("; ").flatMap((pair): readonly [string, string][] => {
      const at = pair.indexOf(between);
      return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + between.length)]];
    }),
  );
}
