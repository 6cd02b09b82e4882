import { baseScenarios } from "./base-scenarios";
import { copyStories } from "./copy-stories";
import { fleetSizeStories } from "./fleet-size-stories";
import { fleetStories } from "./fleet-stories";
import type { LongerStory } from "./longer-story";
import { onTheWayStories } from "./on-the-way-stories";
import { providerStories, removalLimitStories } from "./provider-stories";
import { refusalStories } from "./refusal-stories";
import { releaseTimeStories } from "./release-time-stories";
import { removalStories } from "./removal-stories";
import { instanceId, resourceName, type Scenario } from "./scenario";
import { stopAndSaveStories } from "./stop-and-save-stories";

const singleStories: readonly LongerStory[] = [
  ...fleetStories,
  ...removalStories,
  ...refusalStories,
  ...releaseTimeStories,
  ...stopAndSaveStories,
  ...copyStories,
  ...onTheWayStories,
  ...providerStories,
  ...removalLimitStories,
];

/**
 * The same stories, told of fleets. Left out is what only single resources have: two copies of the state, several providers,
 * options and transforms of one resource.
 */
const toldOfFleets = [
  ...fleetStories,
  ...removalStories,
  ...refusalStories,
  ...releaseTimeStories,
  ...stopAndSaveStories,
].map((story): LongerStory => ({ ...story, name: `${story.name}, as fleets`, asFleets: true }));

/** Everything that a single `up` of a single machine is too short for. */
export const longerStories: readonly LongerStory[] = [...singleStories, ...toldOfFleets, ...fleetSizeStories];

/** The base scenarios in the same form: what was before, what came in between, and three runs of the program. */
export const baseStories: readonly LongerStory[] = baseScenarios.map(asLonger);

function asLonger({ name, before, remote, args, prior, settings }: Scenario): LongerStory {
  const program = [{ name: resourceName, args }];
  const earlier = prior.kind === "none" ? [] : [{ name: resourceName, args: prior.args }];
  return {
    name,
    instances: [before],
    settings,
    chapters: [
      ...(prior.kind === "applied" ? [{ kind: "up", program: earlier } as const] : []),
      ...(prior.kind === "half" ? [{ kind: "up", program: earlier, cutShort: "interrupted" } as const] : []),
      ...(remote === undefined ? [byHand((world) => void world.releaseInstance(instanceId))] : []),
      { kind: "wait", ms: 120_000 },
      ...(remote === undefined ? [] : [byHand((world) => void world.putInstance(remote))]),
      { kind: "up", program },
      { kind: "up", program },
      { kind: "up", program },
    ],
  };
}

type Act = Extract<LongerStory["chapters"][number], { kind: "byHand" }>["act"];

function byHand(act: Act) {
  return { kind: "byHand", act } as const;
}
