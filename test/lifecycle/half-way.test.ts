import { expect, it } from "vitest";
import { InitFailed } from "../../provider/lifecycle";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import { type Properties, registered, stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const never = Number.POSITIVE_INFINITY;

/** Checked with what the program saw, as the engine does before it lets anything be done. */
function checked(on: ReturnType<typeof stage>, olds: Properties, args: Properties): Properties {
  const { inputs, failures } = on.lifecycle.check(olds, registered(args, { seen: present(), dryRun: false }));
  expect(failures).toEqual([]);
  return inputs;
}

it.each([
  "stop",
  "observe",
] as const)("an up by which nothing was sent records nothing: %s is refused", async (call) => {
  const on = stage();
  const inputs = checked(on, {}, { state: "stopped" });
  on.ecs.fail(call, ecsError("Forbidden.RAM", "auth"));
  const error = await thrown(on.lifecycle.create(inputs));
  expect(error).not.toBeInstanceOf(InitFailed);
  expect(error.message).toMatch(/Forbidden\.RAM/);
});

it("an update that stops half-way makes another's release time none of ours, so that nobody cancels it later", async () => {
  const on = stage([present({ releaseTime: day })], { stopTakesMs: never });
  const recorded = outputs({ state: "running", autoReleaseTime: day });
  const inputs = checked(on, recorded, { state: "stopped", onDelete: "retain" });
  const error = await thrown(on.lifecycle.update(recorded, inputs));
  if (!(error instanceof InitFailed)) throw error;
  expect(error.reasons.join()).toMatch(/is not stopped in time/);
  expect(error.name).toBe("InitFailed");
  expect(error.message).toBe(error.reasons.join("\n"));
  expect(error.stack).toBe(`InitFailed: ${error.message}`);
  expect(error.properties).toMatchObject({ autoReleaseTime: day, ownReleaseTime: null, status: "stopping" });
  const later = stage([present({ releaseTime: day })]);
  await later.lifecycle.delete(instanceId, error.properties);
  expect(later.ecs.writes()).toEqual([]);
});

it("one that stops half-way before it could cancel ours keeps it as ours, whoever has moved it", async () => {
  const moved = minutesFromNow(12 * 60);
  const on = stage([present({ releaseTime: moved, status: "stopped" })], { startTakesMs: never });
  const recorded = outputs({ state: "stopped", autoReleaseAt: day, autoReleaseTime: moved, ownReleaseTime: day });
  const inputs = checked(on, recorded, { state: "running" });
  on.ecs.fail(
    "cancelReleaseTime",
    ...Array.from({ length: 3 }, () => ecsError("ServiceUnavailable", "unknownOutcome")),
  );
  const error = await thrown(on.lifecycle.update(recorded, inputs));
  if (!(error instanceof InitFailed)) throw error;
  expect(error.properties).toMatchObject({ ownReleaseTime: moved });
});

it("what can't be read is refused by its name, without a call", async () => {
  const on = stage();
  const { message } = await thrown(on.lifecycle.create(registered({ state: "paused" })));
  expect(message).toMatch(/^state: /);
  expect(on.connects).toBe(0);
});
