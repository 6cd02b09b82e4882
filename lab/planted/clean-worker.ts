import { answerAll } from "../explore/ask-workers";
import { judgeLonger } from "../explore/longer-stories";
import { variation } from "../explore/variation";
import type { Violation } from "../evidence";
import { VirtualTime } from "../model/virtual-time";
import { baseStories, longerStories } from "../scenarios/longer-stories";

/** Clean runs that one process is to make: those of the seed from a number up to another. */
export interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Alarm {
  readonly n: number;
  readonly story: string;
  readonly violations: readonly Violation[];
}

const stories = [...longerStories, ...baseStories];

/** One process that makes clean runs. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  answerAll((share: Share) => make(share, time));
}

async function make({ seed, from, to }: Share, time: VirtualTime): Promise<readonly Alarm[]> {
  const alarms: Alarm[] = [];
  for (let n = from; n < to; n += 1) {
    const story = stories[n % stories.length];
    if (story === undefined) continue;
    const { violations } = await judgeLonger(story, time, variation(seed, n));
    if (violations.length > 0) alarms.push({ n, story: story.name, violations });
  }
  return alarms;
}

main();
