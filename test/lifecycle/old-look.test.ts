import { expect, it } from "vitest";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { outputs } from "../support/recorded-outputs";
import { stage } from "../support/stage";

const ours = minutesFromNow(24 * 60);
const earlier = minutesFromNow(48 * 60);

it.each([
  { reason: "none", shown: undefined },
  { reason: "the one that stood there before", shown: earlier },
])("a resource is removed while looks still show $reason: the time of ours is found by a second one", async ({
  shown,
}) => {
  const on = stage([present({ releaseTime: shown })]);
  on.ecs.after(4_000, () => on.ecs.change(instanceId, { releaseTime: ours }));
  await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: ours, ownReleaseTime: ours }));
  expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
  expect(on.ecs.get(instanceId)).toMatchObject({ releaseTime: undefined });
});

it("another's time that stays is left alone", async () => {
  const on = stage([present({ releaseTime: earlier })]);
  await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: ours, ownReleaseTime: ours }));
  expect(on.ecs.writes()).toEqual([]);
  expect(on.said.join()).toMatch(/did not set that time/);
});
