import { describe, expect, it } from "vitest";
import { normalize } from "../../provider/core/normalize";
import { declaredOnly } from "../../provider/core/outputs";
import { InitFailed } from "../../provider/lifecycle";
import { absent, instanceId, minutesFromNow, nowMs, present } from "../support/builders";
import { ecsError, lostAnswer } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import { type Properties, registered, stage } from "../support/stage";

const hour = 3_600_000;
const eight = minutesFromNow(8 * 60);
const foreign = minutesFromNow(20 * 60);
const declared: Properties = { autoReleaseAfter: "8h" };
const fixedOutputs = (different: Properties = {}) =>
  outputs({ ...declared, autoReleaseFixedAt: eight, autoReleaseTime: eight, ...different });

function memoryOf(inputs: Properties): Record<string, unknown> {
  return JSON.parse(String(inputs.__recorded)) as Record<string, unknown>;
}

async function failed(running: Promise<unknown>): Promise<InitFailed> {
  const error = await thrown(running);
  if (!(error instanceof InitFailed)) throw error;
  return error;
}

describe("a time to live from run to run", () => {
  it("create fixes it, and an unchanged declaration never moves it, however late the next run is", async () => {
    const on = stage();
    const first = on.lifecycle.check({}, registered(declared, { seen: present() }));
    expect(first.failures).toEqual([]);
    const { outs } = await on.lifecycle.create(first.inputs);
    expect(outs).toMatchObject({ ...declared, autoReleaseFixedAt: eight, autoReleaseTime: eight });
    let olds: Properties = first.inputs;
    for (const laterMs of [hour, 3 * hour, 7 * hour]) {
      const run = stage();
      const seen = present({ releaseTime: eight });
      const checked = run.lifecycle.check(olds, registered(declared, { seen, atMs: nowMs + laterMs }));
      expect(checked.failures).toEqual([]);
      expect(memoryOf(checked.inputs).fixedAt).toBe(eight);
      expect(run.lifecycle.diff(outs, checked.inputs)).toEqual({ changes: false, replaces: [] });
      expect(run.said).toEqual([]);
      olds = checked.inputs;
    }
  });

  it("create runs a minute after the check: what was set is what is remembered", async () => {
    const on = stage();
    const first = on.lifecycle.check({}, registered(declared, { seen: present() }));
    on.clock.advance(70_000);
    const { outs } = await on.lifecycle.create(first.inputs);
    const set = minutesFromNow(8 * 60 + 2);
    expect(outs.autoReleaseFixedAt).toBe(set);
    const run = stage([], { settings: { "lifecycle:readOnly": "true" } });
    const next = run.lifecycle.check(
      first.inputs,
      registered(declared, { seen: present({ releaseTime: set }), atMs: nowMs + hour }),
    );
    expect(memoryOf(next.inputs).fixedAt).toBe(set);
    expect(run.lifecycle.diff(outs, next.inputs).changes).toBe(false);
    const after = stage([], { settings: { "lifecycle:readOnly": "true" } });
    const seen = present({ releaseTime: set });
    expect(after.lifecycle.check(next.inputs, registered(declared, { seen, atMs: nowMs + 2 * hour })).failures).toEqual(
      [],
    );
  });

  it("a read keeps the declaration and remembers the end", async () => {
    const on = stage([present({ releaseTime: eight })]);
    const { props, inputs } = await on.lifecycle.read(instanceId, fixedOutputs());
    expect(inputs).toMatchObject(declared);
    expect(inputs).not.toHaveProperty("autoReleaseAt");
    expect(memoryOf(inputs).fixedAt).toBe(eight);
    expect(props).toMatchObject({ ...declared, autoReleaseFixedAt: eight });
  });

  it.each([
    ["moved", foreign],
    ["taken away", undefined],
  ])("%s by others: the inputs mirror it, the outputs keep what was declared, and an update restores it", async (_reason, releaseTime) => {
    const on = stage([present({ releaseTime })]);
    const { props, inputs } = await on.lifecycle.read(instanceId, fixedOutputs());
    expect(inputs).toMatchObject({ autoReleaseAt: releaseTime ?? "never" });
    expect(props).toMatchObject({ ...declared, autoReleaseFixedAt: eight });
    // An hour later.
    on.clock.advance(hour);
    const seen = present({ releaseTime });
    const checked = on.lifecycle.check(inputs, registered(declared, { seen, atMs: nowMs + hour, dryRun: false }));
    expect(checked.failures).toEqual([]);
    expect(memoryOf(checked.inputs).fixedAt, "the end that was fixed is not forgotten").toBe(eight);
    expect(on.lifecycle.diff(props, checked.inputs).changes).toBe(true);
    const { outs } = await on.lifecycle.update(props, checked.inputs);
    expect(on.ecs.calls.filter(({ name }) => name === "setReleaseTime").map(({ options }) => options)).toEqual([
      { at: eight },
    ]);
    expect(outs).toMatchObject({ ...declared, autoReleaseFixedAt: eight, autoReleaseTime: eight });
    // And then everything is as it was, for the check, too: with readOnly there is nothing to refuse.
    const next = stage([], { settings: { "lifecycle:readOnly": "true" } });
    const quiet = registered(declared, { seen: present({ releaseTime: eight }), atMs: nowMs + 2 * hour });
    const again = next.lifecycle.check(checked.inputs, quiet);
    expect(again.failures).toEqual([]);
    expect(next.lifecycle.diff(outs, again.inputs).changes).toBe(false);
  });

  it.each([
    ["another duration", { autoReleaseAfter: "10h" }, 10],
    ["a renew", { autoReleaseAfter: "8h", renew: "1" }, 8],
  ])("%s counts again from now", async (_reason, args, hours) => {
    const on = stage([present({ releaseTime: eight })]);
    on.clock.advance(5 * hour);
    const { inputs } = on.lifecycle.check(
      registered(declared, undefined),
      registered(args, { seen: present({ releaseTime: eight }), atMs: nowMs + 5 * hour }),
    );
    expect(on.lifecycle.diff(fixedOutputs(), inputs).changes).toBe(true);
    const { outs } = await on.lifecycle.update(fixedOutputs(), inputs);
    const at = minutesFromNow((5 + hours) * 60);
    expect(outs).toMatchObject({ ...args, autoReleaseFixedAt: at, autoReleaseTime: at });
    // The moment comes from a clock, so no check writes it: it is read off what is there in the next run.
    expect(memoryOf(inputs).fixedAt).toBeUndefined();
    const seen = present({ releaseTime: at });
    const next = stage().lifecycle.check(inputs, registered(args, { seen, atMs: nowMs + 6 * hour }));
    expect(memoryOf(next.inputs).fixedAt).toBe(at);
  });

  it("the same duration in other words is no change", () => {
    for (const autoReleaseAfter of ["480m", "PT8H", "7h60m"])
      expect(stage().lifecycle.diff(fixedOutputs(), registered({ autoReleaseAfter })).changes).toBe(false);
  });

  it("taken out: cancelled, and forgotten", async () => {
    const on = stage([present({ releaseTime: eight })]);
    const { outs } = await on.lifecycle.update(fixedOutputs(), registered());
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(outs).toMatchObject({ autoReleaseFixedAt: null, autoReleaseTime: null });
    expect(outs).not.toHaveProperty("autoReleaseAfter");
    const foreignLater = stage([present({ releaseTime: foreign })]);
    await foreignLater.lifecycle.update(outs, registered());
    expect(foreignLater.ecs.writes()).toEqual([]);
  });

  it("replaced by a time, and a time by it: one write each", async () => {
    const toTime = stage([present({ releaseTime: eight })]);
    const first = await toTime.lifecycle.update(fixedOutputs(), registered({ autoReleaseAt: foreign }));
    expect(toTime.ecs.writes()).toEqual(["setReleaseTime"]);
    expect(first.outs).toMatchObject({ autoReleaseAt: foreign, autoReleaseFixedAt: null });
    const toLive = stage([present({ releaseTime: foreign })]);
    const second = await toLive.lifecycle.update(outputs({ autoReleaseAt: foreign }), registered(declared));
    expect(toLive.ecs.writes()).toEqual(["setReleaseTime"]);
    expect(second.outs).toMatchObject({ autoReleaseFixedAt: eight });
    expect(second.outs).not.toHaveProperty("autoReleaseAt");
  });

  it("gone after its end: by the timer, and no diff", async () => {
    const on = stage([]);
    on.clock.advance(9 * hour);
    const before = fixedOutputs({ state: "running" });
    const { props } = await on.lifecycle.read(instanceId, before);
    expect(props).toMatchObject({ status: "released", releasedBy: "timer" });
    const args = { ...declared, state: "running" };
    for (const olds of [before, props]) {
      const run = stage([]);
      const recordedInputs = { ...registered(args), __recorded: JSON.stringify({ seenAt: "x", fixedAt: eight }) };
      const { inputs, failures } = run.lifecycle.check(
        recordedInputs,
        registered(args, { seen: absent, atMs: nowMs + 9 * hour }),
      );
      expect(failures).toEqual([]);
      expect(run.lifecycle.diff(olds, inputs).changes).toBe(false);
    }
  });

  it("gone before its end is no timer's work", async () => {
    const { props } = await stage([]).lifecycle.read(instanceId, fixedOutputs());
    expect(props.releasedBy).toBe("unknown");
  });

  it.each([
    ["retain", eight, ["cancelReleaseTime"]],
    ["retain", foreign, []],
    ["retain", undefined, []],
    ["retainTimer", eight, []],
    ["stop", eight, ["cancelReleaseTime", "stop"]],
  ])("removed with %s, in force %s: %j", async (onDelete, releaseTime, writes) => {
    const on = stage([present({ releaseTime })]);
    await on.lifecycle.delete(instanceId, fixedOutputs({ onDelete, autoReleaseTime: releaseTime }));
    expect(on.ecs.writes()).toEqual(writes);
    if (onDelete === "retainTimer") expect(on.said.join()).toMatch(new RegExp(`will still be released at ${eight}`));
  });
});

describe("half-way", () => {
  /** What every record of a failed run has to be good for. */
  async function isReadable(properties: Properties, inForce: string | undefined): Promise<void> {
    expect(normalize(declaredOnly(properties)).failures).toEqual([]);
    const on = stage([present({ status: "stopped", releaseTime: inForce })]);
    await on.lifecycle.read(instanceId, properties);
    await on.lifecycle.delete(instanceId, properties);
    expect(on.ecs.writes(), "the release time that is in force is ours, and nobody declares it any more").toEqual(
      inForce === undefined ? [] : ["cancelReleaseTime"],
    );
  }

  const forbidden = ecsError("Forbidden.RAM", "auth");
  const rows: readonly (readonly [string, Properties, Properties, string])[] = [
    ["another time", { autoReleaseAt: foreign }, { autoReleaseAt: eight }, foreign],
    [
      "a shorter time to live",
      { autoReleaseAfter: "8h", autoReleaseFixedAt: eight },
      { autoReleaseAfter: "4h" },
      eight,
    ],
    ["a time to live in place of a time", { autoReleaseAt: foreign }, { autoReleaseAfter: "8h" }, foreign],
    [
      "a renewed time to live in place of a time",
      { autoReleaseAt: foreign },
      { autoReleaseAfter: "8h", renew: "1" },
      foreign,
    ],
    [
      "a time in place of a time to live",
      { autoReleaseAfter: "8h", autoReleaseFixedAt: eight },
      { autoReleaseAt: minutesFromNow(120) },
      eight,
    ],
    [
      "a time in place of a renewed time to live",
      { autoReleaseAfter: "8h", renew: "1", autoReleaseFixedAt: eight },
      { autoReleaseAt: minutesFromNow(120) },
      eight,
    ],
  ];

  it.each(
    rows,
  )("%s can't be set after the stop: the old one stays recorded as ours", async (_reason, then, today, inForce) => {
    const on = stage([present({ releaseTime: inForce })]);
    on.ecs.fail("setReleaseTime", forbidden);
    const error = await failed(
      on.lifecycle.update(outputs({ ...then, autoReleaseTime: inForce }), registered({ ...today, state: "stopped" })),
    );
    expect(on.ecs.writes()).toEqual(["stop", "setReleaseTime"]);
    expect(error.properties).toMatchObject({ status: "stopped", autoReleaseTime: inForce });
    await isReadable(error.properties, inForce);
    // And the next up goes on to what is declared.
    const { outs } = await on.lifecycle.update(error.properties, registered({ ...today, state: "stopped" }));
    expect(outs).toMatchObject(today);
    expect(on.ecs.count("stop")).toBe(1);
  });

  it.each([
    ["released", { state: "released", expect: { instanceName: "worker" } }],
    ["stopped", { state: "stopped" }],
    ["never", { autoReleaseAt: "never" }],
  ])("%s is declared instead, and the answers of the cancelling are all lost: it stays recorded as ours", async (_reason, today) => {
    for (const then of [{ autoReleaseAt: eight }, { autoReleaseAfter: "8h", autoReleaseFixedAt: eight }]) {
      const on = stage([present({ releaseTime: eight })]);
      on.ecs.fail("cancelReleaseTime", ...Array.from({ length: 9 }, lostAnswer));
      const error = await failed(on.lifecycle.update(outputs({ ...then, autoReleaseTime: eight }), registered(today)));
      await isReadable(error.properties, eight);
    }
  });

  it("a first run that could not set it records the end that it has fixed", async () => {
    const on = stage();
    on.ecs.fail("setReleaseTime", forbidden);
    const error = await failed(on.lifecycle.create(registered({ ...declared, state: "stopped" })));
    expect(error.properties).toMatchObject({ ...declared, autoReleaseFixedAt: eight, autoReleaseTime: null });
    on.clock.advance(hour);
    const { outs } = await on.lifecycle.update(error.properties, registered({ ...declared, state: "stopped" }));
    expect(outs).toMatchObject({ autoReleaseFixedAt: eight, autoReleaseTime: eight });
    await isReadable(error.properties, undefined);
  });
});
