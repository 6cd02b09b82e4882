import { expect, it } from "vitest";
import { instanceId, present } from "../support/builders";
import { run, scene, unfinished } from "../support/scene";

const releasing = { state: "released" } as const;

/** One look of the wait does not show it, as a stale copy would. */
function missingFor(ms: number, afterMs: number, releaseTakesMs: number) {
  const on = scene(present({ status: "stopped" }), { releaseTakesMs });
  const observe = on.ecs.observe.bind(on.ecs);
  const beganMs = on.clock.nowMs();
  on.ecs.observe = async (ids) => {
    const look = await observe(ids);
    const passedMs = on.clock.nowMs() - beganMs;
    const isMissing = passedMs >= afterMs && passedMs < afterMs + ms && on.ecs.count("release") > 0;
    return isMissing ? { ...look, found: new Map() } : look;
  };
  return on;
}

it.each([
  2_000, 21_500,
])("a release that was accepted is not sent again, although a look after %s ms did not show it", async (afterMs) => {
  const on = missingFor(1_500, afterMs, 60_000);
  const { releasedBy } = await run(on, releasing);
  expect(on.ecs.count("release")).toBe(1);
  expect(releasedBy).toBe("declaration");
  expect(on.ecs.get(instanceId)).toBeUndefined();
});

it("it never goes: the wait ends with its budget, and the release was sent once", async () => {
  const on = missingFor(1_500, 2_000, 86_400_000);
  const { message } = await unfinished(run(on, releasing));
  expect(on.ecs.count("release")).toBe(1);
  expect(message).toContain("is not gone in time");
});
