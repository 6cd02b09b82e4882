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

it("stopping on removal, another's time that only the look before the write shows is left alone", async () => {
  const another = minutesFromNow(72 * 60);
  const on = stage([present({ releaseTime: ours })]);
  const observe = on.ecs.observe.bind(on.ecs);
  let looks = 0;
  on.ecs.observe = (ids) => {
    looks += 1;
    if (looks === 2) on.ecs.change(instanceId, { releaseTime: another });
    return observe(ids);
  };
  const recorded = outputs({ autoReleaseAt: ours, ownReleaseTime: ours, onDelete: "stop" });
  await on.lifecycle.delete(instanceId, recorded);
  expect(on.ecs.writes()).toEqual(["stop"]);
  expect(on.ecs.get(instanceId)).toMatchObject({ status: "stopped", releaseTime: another });
});
