import { expect, it } from "vitest";
import type { Present } from "../../provider/core/model";
import type { InitFailed } from "../../provider/lifecycle";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { lostAnswer } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import type { Stage } from "../support/stage";
import { registered, stage } from "../support/stage";

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

/** The look of this number, counted from 1, shows the world as it was before; all others show it as it is. */
function oldLook(on: Stage, number: number, before: Partial<Present>): void {
  const observe = on.ecs.observe.bind(on.ecs);
  let looks = 0;
  on.ecs.observe = async (ids) => {
    looks += 1;
    const look = await observe(ids);
    const seen = look.found.get(instanceId);
    if (looks !== number || seen?.presence !== "present") return look;
    return { ...look, found: new Map([[instanceId, { ...seen, ...before }]]) };
  };
}

it.each([
  { reason: "none", shown: undefined },
  { reason: "the one that stood there before", shown: earlier },
])("removed while the look before the write alone shows $reason: the time of ours goes", async ({ shown }) => {
  const on = stage([present({ releaseTime: ours })]);
  oldLook(on, 2, { releaseTime: shown });
  await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: ours, ownReleaseTime: ours }));
  expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
  expect(on.ecs.get(instanceId)).toMatchObject({ releaseTime: undefined });
});

it("a cancellation of which the answer was lost counts as done only when a second look agrees", async () => {
  const on = stage([present({ releaseTime: ours })]);
  on.ecs.fail("cancelReleaseTime", lostAnswer());
  oldLook(on, 2, { releaseTime: undefined });
  await on.lifecycle.update(outputs({ autoReleaseAt: ours, ownReleaseTime: ours }), registered());
  expect(on.ecs.get(instanceId)).toMatchObject({ releaseTime: undefined });
});

it("another machine that comes under the id while it is acted on is not recorded as the adopted one", async () => {
  const on = stage([present({ status: "stopped" })]);
  const before = outputs({ state: "stopped", status: "stopped" });
  on.ecs.after(1, () => on.ecs.change(instanceId, { serialNumber: "serial-2", createdAt: "2026-02-02T00:00Z" }));
  const error = await thrown(on.lifecycle.update(before, registered({ state: "running" })));
  expect(error.message).toMatch(/is another machine than before/);
  expect(on.ecs.writes()).toEqual(["start"]);
  expect((error as InitFailed).properties).toMatchObject({ createdAt: "2026-01-01T00:00Z", serialNumber: "serial-1" });
});

it.each([
  "retain",
  "stop",
])("removed under %s, another's time is left alone, whatever an old look shows of ours", async (onDelete) => {
  const on = stage([present({ releaseTime: earlier })]);
  oldLook(on, 2, { releaseTime: ours });
  await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: ours, ownReleaseTime: ours, onDelete }));
  expect(on.ecs.writes()).toEqual(onDelete === "stop" ? ["stop"] : []);
  expect(on.ecs.get(instanceId)).toMatchObject({ releaseTime: earlier });
});
