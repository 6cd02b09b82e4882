import { afterEach, expect, test } from "vitest";
import { judgeLonger } from "../../lab/explore/longer-stories";
import { VirtualTime } from "../../lab/model/virtual-time";
import { copyStories } from "../../lab/scenarios/copy-stories";
import { fleetSizeStories } from "../../lab/scenarios/fleet-size-stories";
import { fleetStories } from "../../lab/scenarios/fleet-stories";
import { refusalStories } from "../../lab/scenarios/refusal-stories";
import { releaseTimeStories } from "../../lab/scenarios/release-time-stories";
import { removalStories } from "../../lab/scenarios/removal-stories";
import { stopAndSaveStories } from "../../lab/scenarios/stop-and-save-stories";

const time = new VirtualTime(0);

afterEach(() => {
  time.uninstall();
});

/** As each goes by itself; what can go wrong in them is for the laboratory. So mutation testing has the judge's eye as well. */
test.each(
  Object.entries({
    copyStories,
    fleetSizeStories,
    fleetStories,
    refusalStories,
    releaseTimeStories,
    removalStories,
    stopAndSaveStories,
  }),
)("no story of %s breaks a promise", async (_, stories) => {
  time.install();
  for (const story of stories) {
    const { violations } = await judgeLonger(story, time);
    expect(
      violations.map(({ invariant, because }) => `${invariant}: ${because}`),
      story.name,
    ).toEqual([]);
  }
});
