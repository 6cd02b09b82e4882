import { createHash } from "node:crypto";
import { Stage } from "../explore/story";
import type { VirtualTime } from "../model/virtual-time";
import type { Scenario } from "../scenarios/scenario";
import { pairOf, tuplesOf } from "./wire-tuple";

export interface Sample {
  /** By scenario, the names of the tuples that are told. */
  readonly chosen: ReadonlyMap<string, ReadonlySet<string>>;
  /** Pairs of a call and a fault: all of them are met. */
  readonly pairs: number;
  /** Tuples that there are. */
  readonly known: number;
}

interface Ticket {
  readonly scenario: string;
  readonly name: string;
  readonly draw: string;
}

/**
 * Every fault at every kind of call at least once, then more by lot until there are so many. Which ones depends on the seed
 * alone: the lot of a tuple stays the same whatever others there are. Without `everyPair` all is by lot.
 */
export async function sample(
  scenarios: readonly Scenario[],
  time: VirtualTime,
  seed: number,
  tuples: number,
  everyPair = true,
): Promise<Sample> {
  const best = new Map<string, Ticket>();
  const all: Ticket[] = [];
  for (const scenario of scenarios) {
    const stage = await Stage.open(scenario, time);
    for (const tuple of tuplesOf(await stage.tell())) {
      const draw = createHash("sha1").update(`${seed}\n${scenario.name}\n${tuple.name}`).digest("hex");
      const ticket = { scenario: scenario.name, name: tuple.name, draw };
      all.push(ticket);
      const pair = pairOf(tuple);
      const known = best.get(pair);
      if (everyPair && (known === undefined || draw < known.draw)) best.set(pair, ticket);
    }
  }
  const certain = new Set(best.values());
  const rest = all.filter((ticket) => !certain.has(ticket)).sort((left, right) => (left.draw < right.draw ? -1 : 1));
  const chosen = new Map<string, Set<string>>();
  for (const { scenario, name } of [...certain, ...rest.slice(0, Math.max(0, tuples - certain.size))]) {
    const names = chosen.get(scenario) ?? new Set();
    chosen.set(scenario, names.add(name));
  }
  return { chosen, pairs: best.size, known: all.length };
}
