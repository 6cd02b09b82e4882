import type { Properties } from "../evidence";
import { byHand, declare, destroy, named, refresh, up, wait, worker } from "./chapters";
import { type Chapter, type LongerStory, machine } from "./longer-story";

const one = machine(1);
const time = "2026-06-03T04:00:00Z";

/**
 * The two calls that prove an absence are answered by copies of their own. Both are behind, and show nothing of a machine
 * that is there; the list is right again by its next answer. `from`: the look at which that begins, counted from 1.
 */
function copiesBehind(from: number): Chapter {
  return byHand((world) => {
    world.addFault({ action: "DescribeInstances", nth: from, then: { stale: "empty" } });
    world.addFault({ action: "DescribeInstanceAttribute", then: { stale: "empty" } });
  });
}

/** Of an `up`, the first look is the program's own. */
const secondLook = 2;

const wishes: readonly (readonly [string, Properties, Properties])[] = [
  ["released", { state: "stopped" }, { state: "released", ...named }],
  ["no state", { state: "running", autoReleaseAt: time }, { autoReleaseAt: "never" }],
  ["time to live", { state: "running" }, { autoReleaseAfter: "2d" }],
];

/** Two answers that agree prove nothing where they come from two copies: what is there must not be taken for gone. */
export const copyStories: readonly LongerStory[] = [
  ...wishes.map(
    ([name, before, after]): LongerStory => ({
      name: `two copies are behind: ${name}`,
      instances: [worker(one)],
      chapters: [up(declare(one, before)), wait(60_000), copiesBehind(secondLook), up(declare(one, after))],
    }),
  ),
  {
    name: "two copies are behind: refresh",
    instances: [worker(one)],
    chapters: [up(declare(one, { state: "running" })), wait(60_000), copiesBehind(1), refresh],
  },
  {
    name: "two copies are behind: destroyed, with our release time",
    instances: [worker(one)],
    chapters: [up(declare(one, { state: "running", autoReleaseAt: time })), wait(60_000), copiesBehind(1), destroy],
  },
];
