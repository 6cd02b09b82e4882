import type { Untold } from "./found";
import { aboutOne, type FleetSaid, type SaidOfSome } from "./fleet-said";

/** What a preview tells of each member, and of whom it can't be told. */
export interface Told {
  readonly quoted: FleetSaid["quoted"];
  readonly refused: FleetSaid["refused"];
  readonly others: (id: string) => readonly string[];
  readonly untold: (id: string) => Untold | undefined;
}

/**
 * Who is meant where not all are named. It is certain where those that are left are as many as are not named; else nobody can
 * tell, and each of them is said to be one of so many. Pure.
 */
export function toldOf(
  { quoted, plans, refused, refusals, others, remarks }: FleetSaid,
  active: readonly string[],
): Told {
  const [allQuoted, allRefused] = [new Map(quoted), new Map(refused)];
  const rest = active.filter((id) => !plans.some(({ named }) => named.has(id)));
  const cut = plans.filter(isCut);
  const [only] = cut;
  const isSure = cut.length === 1 && only !== undefined && unnamedIn(only) === rest.length;
  const example = only === undefined ? undefined : quoted.get([...only.named][0] ?? "");
  if (isSure && example !== undefined) {
    for (const instanceId of rest) allQuoted.set(instanceId, { ...example, instanceId, instanceName: undefined });
  }
  const open: { readonly said: SaidOfSome; readonly ids: ReadonlySet<string> }[] =
    isSure && example !== undefined ? [] : cut.map((said) => ({ said, ids: new Set(rest) }));
  for (const said of refusals.filter(isCut)) {
    const ids = active.filter((id) => !said.named.has(id));
    const words = said.what.replace(/^refused: /, "");
    if (unnamedIn(said) !== ids.length) open.push({ said, ids: new Set(ids) });
    else for (const id of ids) allRefused.set(id, [...(allRefused.get(id) ?? []), words]);
  }
  const ofAll = remarks.filter((said) => isCut(said) && said.count === active.length);
  const isActive = new Set(active);
  return {
    quoted: allQuoted,
    refused: allRefused,
    others: (id) => [
      ...(others.get(id) ?? []),
      ...ofAll.filter(({ named }) => isActive.has(id) && !named.has(id)).map(({ what }) => aboutOne(what, id)),
    ],
    untold: (id) => {
      const possible = open.filter(({ ids }) => ids.has(id));
      if (possible.length === 0) return undefined;
      const texts = possible.map(
        ({ said, ids }) => `may be one of ${unnamedIn(said)} of these ${ids.size}: ${said.what}`,
      );
      return { text: texts.join("; "), mayChangeRelease: possible.some(({ said }) => said.changesRelease) };
    },
  };
}

function isCut({ count, named }: SaidOfSome): boolean {
  return named.size < count;
}

function unnamedIn({ count, named }: SaidOfSome): number {
  return count - named.size;
}
