import { isInShare } from "./explore/in-share";
import { loads } from "./load/loads";
import { bugs } from "./planted/bugs";
import { baseScenarios } from "./scenarios/base-scenarios";

/** What a sample takes where a tier is told by name: others with each seed, the same ones with the same. */
export interface Sampled {
  /** Scenarios on the wire. */
  readonly scenarios: readonly string[];
  /** One load. */
  readonly load: string | undefined;
  /** A handful of the planted bugs. */
  readonly bugs: readonly string[];
  /** Where real processes wait in real time, only scenarios that take no longer than this. */
  readonly longestMs: number;
}

const share = { scenarios: 0.1, bugs: 0.08 };

export function sampled(seed: number): Sampled {
  const drawn = (some: readonly { readonly name: string }[], part: number) =>
    some.filter((_, index) => isInShare(part, index, seed)).map(({ name }) => name);
  return {
    scenarios: drawn(baseScenarios, share.scenarios),
    load: loads[seed % loads.length]?.name,
    bugs: drawn(bugs, share.bugs),
    longestMs: 15_000,
  };
}

/** Small enough that each of them draws otherwise, and short to type. */
export function anySeed(): number {
  return 1 + (Date.now() % 1_000_000);
}
