import type { Violation } from "../evidence";
import { asIfInTurn, sameUnderSkew, throttledIsNotFailed } from "../judge/compare";
import { judgeWhole } from "../judge/whole";
import { type Fault, labelOf } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import type { VirtualTime } from "../model/virtual-time";
import type { LongerStory } from "../scenarios/longer-story";
import { type LongerPlan, type LongerTelling, tellLonger, type ToldLonger } from "./tell-longer";

/** What can't be told apart where the rows of two runs are mixed. */
const alone = ["S3", "S4", "S5", "S8", "S14", "L1", "L2", "L3", "L4"];

/** A story as it goes by itself, and what is wrong with it; where two run at once, also against the same in turn. */
export async function judgeLonger(
  story: LongerStory,
  time: VirtualTime,
  telling: LongerTelling = {},
): Promise<{ readonly told: ToldLonger; readonly violations: readonly Violation[] }> {
  const told = await tellLonger(story, time, telling);
  const mixed = story.chapters.some(({ kind }) => kind === "twice") && telling.inTurn !== true;
  const violations = judgeWhole(told.evidence).filter(({ invariant }) => !mixed || !alone.includes(invariant));
  const compared = mixed ? asIfInTurn(told, await tellLonger(story, time, { ...telling, inTurn: true })) : [];
  return { told, violations: [...told.seen, ...violations, ...compared] };
}

/** One more telling of a story, that is compared with how it goes by itself. */
export interface Variant {
  readonly name: string;
  /** What goes wrong goes wrong at a write. */
  readonly isAtWrite: boolean;
  /** What goes wrong is that the process dies. */
  readonly isKill?: boolean;
  readonly tell: () => Promise<readonly Violation[]>;
}

/** In so many ways the calls of two runs come one after the other. */
const interleavings = 50;
const skewsMs = [-86_400_000, -16 * 60_000, 16 * 60_000, 86_400_000];

/** The same story with a wrong local clock, and throttled for a while at each call. */
export function variantsOf(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  const skewed = skewsMs.map(
    (skewMs): Variant => ({
      name: `clock ${skewMs / 60_000} min ahead`,
      isAtWrite: false,
      tell: async () => {
        const { told, violations } = await judgeLonger(story, time, { skewMs });
        return [...sameUnderSkew(told, plain), ...violations];
      },
    }),
  );
  const isTwice = story.chapters.some(({ kind }) => kind === "twice");
  const otherwise = Array.from({ length: isTwice ? interleavings : 0 }, (_, index): Variant => {
    const seed = 100 + index;
    return {
      name: `the two get between each other otherwise, seed ${seed}`,
      isAtWrite: false,
      tell: async () => (await judgeLonger(story, time, { seed })).violations,
    };
  });
  return [...otherwise, ...skewed, ...throttledVariants(story, plain, time)];
}

function throttledVariants(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  if (story.chapters.some(({ kind }) => kind === "twice")) return [];
  const fault: Fault = {
    kind: "emulated",
    label: "code Throttling.User 400",
    then: { code: "Throttling.User", status: 400 },
  };
  return plain.sent.flatMap((calls, command) =>
    calls.map(
      ({ index, action }): Variant => ({
        name: `command ${command}, throttled three times from call ${index} on`,
        isAtWrite: !action.startsWith("Describe"),
        tell: async () => {
          const { told, violations } = await judgeLonger(story, time, {
            plan: (inCommand, call) => (inCommand === command && call >= index && call < index + 3 ? fault : undefined),
          });
          const [throttled, reference] = [told.evidence.operations[command], plain.evidence.operations[command]];
          if (throttled === undefined || reference === undefined) return violations;
          return [...throttledIsNotFailed(throttled, reference), ...violations];
        },
      }),
    ),
  );
}

/** Every single fault at every call of every command. */
export function faultyVariants(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  if (story.chapters.some(({ kind }) => kind === "twice")) return [];
  return plain.sent.flatMap((calls, command) =>
    calls.flatMap(({ index, action }) =>
      faultsAt(action).map(
        (fault): Variant => ({
          name: `command ${command}, ${index}/${labelOf(fault)}`,
          isAtWrite: !action.startsWith("Describe"),
          isKill: fault.kind === "crash",
          tell: async () => {
            const plan: LongerPlan = (inCommand, call) => (inCommand === command && call === index ? fault : undefined);
            return (await judgeLonger(story, time, { plan })).violations;
          },
        }),
      ),
    ),
  );
}
