import { tellAndJudge } from "../explore/judged-story";
import { faultyVariants, judgeLonger, type Variant, variantsOf } from "../explore/longer-stories";
import { Stage } from "../explore/story";
import type { ToldLonger } from "../explore/tell-longer";
import type { Violation } from "../evidence";
import type { VirtualTime } from "../model/virtual-time";
import { baseScenarios } from "../scenarios/base-scenarios";
import { baseStories, longerStories } from "../scenarios/longer-stories";
import type { LongerStory } from "../scenarios/longer-story";

/** One story told, and what was wrong with it. */
export interface Probed {
  readonly story: string;
  /** What was done to it; empty where it went its way by itself. */
  readonly variant: string;
  readonly violations: readonly Violation[];
}

/**
 * Every story there is, the ones that tell most first: each as it goes by itself; then, story by story and round after
 * round, with a wrong clock or throttled, with faults at its writes, and with faults at its looks. It knows nothing of
 * what it looks for. The clock must be installed.
 */
export async function* probes(time: VirtualTime): AsyncGenerator<Probed> {
  const plain = new Map<LongerStory, ToldLonger>();
  for (const story of [...longerStories, ...baseStories]) {
    const violations = await untold(async () => {
      const judged = await judgeLonger(story, time);
      plain.set(story, judged.told);
      return judged.violations;
    });
    yield { story: story.name, variant: "", violations };
  }
  const lines = [...plain].flatMap(([story, told]) => [
    ...[scattered(variantsOf(story, told, time))].map((variants) => ({ name: story.name, variants, each: 1 })),
    ...byKindOfCall(faultsOf(story, told, time)).map(([variants, each]) => ({ name: story.name, variants, each })),
  ]);
  for (let round = 0; lines.some(({ variants, each }) => variants.length > round * each); round += 1) {
    for (const { name, variants, each } of scattered(lines)) {
      for (const variant of variants.slice(round * each, (round + 1) * each)) {
        yield { story: name, variant: variant.name, violations: await untold(variant.tell) };
      }
    }
  }
}

/** A story that can't even be told to its end breaks no promise by that, and is no good sign either. */
async function untold(tell: () => Promise<readonly Violation[]>): Promise<readonly Violation[]> {
  try {
    return await tell();
  } catch (error) {
    return [{ invariant: "told", because: error instanceof Error ? (error.stack ?? "") : String(error), rows: [] }];
  }
}

/** What goes wrong at writes is worth more than what goes wrong at looks, so there are two of those for each of these. */
function byKindOfCall(variants: readonly Variant[]): readonly (readonly [readonly Variant[], number])[] {
  const atWrites = variants.filter(({ isAtWrite }) => isAtWrite);
  const atLooks = variants.filter(({ isAtWrite }) => !isAtWrite);
  return [
    [scattered(atWrites), 2],
    [scattered(atLooks), 1],
  ];
}

/** Of a base scenario there is more to say: it is compared with itself without faults. */
function faultsOf(story: LongerStory, told: ToldLonger, time: VirtualTime): readonly Variant[] {
  const scenario = baseScenarios.find(({ name }) => name === story.name);
  return scenario === undefined
    ? faultyVariants(story, told, time)
    : tellAndJudge(scenario, told.sent.at(-3) ?? [], () => Stage.open(scenario, time));
}

/** The same order in every run, in which neighbours stand far apart. */
function scattered<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item, index) => ({ item, place: (index * 0.618_033_988_749_895) % 1 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
