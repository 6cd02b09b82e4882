import type { Violation } from "../evidence";
import { VirtualTime } from "../model/virtual-time";
import { longerStories } from "../scenarios/longer-stories";
import { answerAll } from "./ask-workers";
import { isInShare } from "./in-share";
import { faultyVariants, judgeLonger, variantsOf } from "./longer-stories";

/** A story, which share of its faults is told, and which of its kills, and perhaps only one of its variants. */
export interface LongerUnit {
  readonly story: string;
  readonly share: number;
  readonly kills: number;
  readonly draw?: number | undefined;
  readonly only?: string | undefined;
}

export interface LongerExplored {
  readonly enumerated: number;
  readonly executions: number;
  readonly wrong: readonly { readonly variant: string; readonly violations: readonly Violation[] }[];
}

async function explore(
  { story: name, share, kills, draw, only }: LongerUnit,
  time: VirtualTime,
): Promise<LongerExplored> {
  const story = longerStories.find((one) => one.name === name);
  if (story === undefined) throw new Error(`there is no story ${name}`);
  const { told, violations } = await judgeLonger(story, time);
  const wrong = violations.length === 0 ? [] : [{ variant: "", violations }];
  const faulty = faultyVariants(story, told, time).filter(({ isKill }, index) =>
    isInShare(isKill === true ? kills : share, name.length + index, draw),
  );
  const chosen = [...variantsOf(story, told, time), ...faulty].filter((one) => only === undefined || one.name === only);
  for (const variant of chosen) {
    const found = await variant.tell();
    if (found.length > 0) wrong.push({ variant: variant.name, violations: found });
  }
  return { enumerated: chosen.length, executions: chosen.length + 1, wrong };
}

function main(): void {
  const time = new VirtualTime(0);
  time.install();
  answerAll((unit: LongerUnit) => explore(unit, time));
}

main();
