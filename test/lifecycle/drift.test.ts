import { describe, expect, it } from "vitest";
import type { Present } from "../../provider/core/model";
import { absent, instanceId, minutesFromNow, present } from "../support/builders";
import { outputs } from "../support/recorded-outputs";
import { type Properties, registered, type Stage, stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const later = minutesFromNow(48 * 60);

/** One preview of a resource that is recorded with these arguments. */
function preview(
  on: Stage,
  recordedArgs: Properties,
  today: Properties,
  seen: Partial<Present>,
  more: Properties = {},
) {
  const observed = present(seen);
  const checked = on.lifecycle.check(registered(recordedArgs), registered(today, { seen: observed }));
  return { ...checked, ...on.lifecycle.diff(outputs({ ...recordedArgs, ...more }), checked.inputs) };
}

const warnings = (on: Stage) => on.said.filter((text) => text.startsWith("warning: "));

describe("drift: report", () => {
  const rows: readonly (readonly [string, Properties, Partial<Present>, RegExp, Properties])[] = [
    ["stopped by others", { state: "running" }, { status: "stopped" }, /state is stopped, declared is running/, {}],
    ["started by others", { state: "stopped" }, {}, /state is running, declared is stopped/, {}],
    [
      "a release time that others moved",
      { autoReleaseAt: day },
      { releaseTime: later },
      new RegExp(`autoReleaseAt is ${later}, declared is ${day}`),
      {},
    ],
    [
      "a release time that others took away",
      { autoReleaseAt: day },
      {},
      new RegExp(`autoReleaseAt is never.*${day}`),
      {},
    ],
    [
      "a release time that others set",
      { autoReleaseAt: "never" },
      { releaseTime: day },
      new RegExp(`${day}.*never`),
      {},
    ],
    [
      "a time to live that others moved",
      { autoReleaseAfter: "24h" },
      { releaseTime: later },
      new RegExp(`${later}.*${day}`),
      { autoReleaseFixedAt: day },
    ],
    [
      "stopped in another mode",
      { state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } },
      { status: "stopped", stoppedMode: "KeepCharging" },
      /mode/,
      {},
    ],
  ];

  it.each(rows)("%s: no diff, and a warning in each run", (_reason, args, seen, says, more) => {
    const declared = { ...args, drift: "report" };
    for (const on of [stage(), stage()]) {
      const { failures, changes } = preview(on, declared, declared, seen, more);
      expect(failures).toEqual([]);
      expect(changes).toBe(false);
      const said = warnings(on).filter((text) => text.includes("drift: "));
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(says);
      expect(said[0]).toMatch(/nothing is changed/);
      expect(on.said.join()).not.toMatch(/StartInstance|StopInstance|ModifyInstance/);
    }
    // The same with "correct" is a difference.
    expect(preview(stage(), args, args, seen, more).changes).toBe(true);
  });

  it("a read shows it as an output, and the next one that it is over", async () => {
    const declared = { state: "running", autoReleaseAt: day, drift: "report" };
    const on = stage([present({ status: "stopped", releaseTime: later })]);
    const { props, inputs } = await on.lifecycle.read(instanceId, outputs(declared));
    const output = Object.entries(props).find(
      ([, value]) => typeof value === "object" && value !== null && "observed" in value,
    );
    expect(output?.[1]).toEqual({
      declared: { state: "running", autoReleaseAt: day },
      observed: { state: "stopped", autoReleaseAt: later },
    });
    // The argument of the same name is one of those that stay verbatim.
    expect(props.drift).toBe("report");
    expect(inputs).toMatchObject({ drift: "report", state: "stopped" });
    on.ecs.change(instanceId, { status: "running", releaseTime: day });
    const again = await on.lifecycle.read(instanceId, props);
    expect(again.props[output?.[0] ?? "?"]).toBeNull();
    expect(again.props.drift).toBe("report");
    expect(on.ecs.writes()).toEqual([]);
  });

  it("after a refresh, without a look of the program: the same", async () => {
    const declared = { state: "running", drift: "report" };
    const { props } = await stage([present({ status: "stopped" })]).lifecycle.read(instanceId, outputs(declared));
    const on = stage();
    expect(on.lifecycle.diff(props, registered(declared)).changes).toBe(false);
    expect(warnings(on).join()).toMatch(/state is stopped/);
  });

  it("the first up applies what is declared", async () => {
    const on = stage();
    const declared = { state: "stopped", drift: "report" };
    expect(on.lifecycle.check({}, registered(declared, { seen: present() })).failures).toEqual([]);
    const { outs } = await on.lifecycle.create(registered(declared));
    expect(outs).toMatchObject({ status: "stopped", drift: "report" });
    expect(on.ecs.writes()).toEqual(["stop"]);
  });

  it("a changed declaration is applied all the same", async () => {
    const on = stage();
    const today = { state: "stopped", drift: "report" };
    const { failures, inputs, changes } = preview(on, { state: "running", drift: "report" }, today, {});
    expect(failures).toEqual([]);
    expect(changes).toBe(true);
    await on.lifecycle.update(outputs({ state: "running", drift: "report" }), inputs);
    expect(on.ecs.writes()).toEqual(["stop"]);
  });

  it("a replacement is none of its business", () => {
    const on = stage();
    const news = registered({ state: "running", drift: "report", instanceId: "i-other" });
    expect(on.lifecycle.diff(outputs({ state: "running", drift: "report", status: "stopped" }), news)).toEqual({
      changes: true,
      replaces: ["instanceId"],
    });
  });

  it.each([
    ["locked", { status: "stopped", locks: ["security"] }],
    ["an expectation that is not met", { status: "stopped", instanceName: "db" }],
    ["a status that is not known", { status: "Quarantined" }],
  ])("what correcting would refuse is only a warning: %s", (_reason, seen) => {
    const declared = { state: "running", drift: "report", expect: { instanceName: "worker" } };
    const on = stage();
    const { failures, changes } = preview(on, declared, declared, seen);
    expect(failures).toEqual([]);
    expect(changes).toBe(false);
    expect(warnings(on)).not.toEqual([]);
  });

  it("gone for no reason that is known: a warning, no failure", () => {
    const declared = { state: "running", drift: "report" };
    const on = stage([]);
    const first = stage().lifecycle.check({}, registered(declared, { seen: present() }));
    const { inputs, failures } = on.lifecycle.check(first.inputs, registered(declared, { seen: absent }));
    expect(failures).toEqual([]);
    expect(on.lifecycle.diff(outputs(declared), inputs).changes).toBe(false);
    expect(warnings(on).join()).toMatch(/gone/);
  });

  it("lifecycle:readOnly has nothing to refuse", () => {
    const declared = { state: "running", drift: "report" };
    const on = stage([present()], { settings: { "lifecycle:readOnly": "true" } });
    expect(preview(on, declared, declared, { status: "stopped" }).failures).toEqual([]);
  });

  it("as declared: nothing is said", () => {
    const declared = { state: "running", autoReleaseAt: day, drift: "report" };
    const on = stage();
    expect(preview(on, declared, declared, { releaseTime: day }).changes).toBe(false);
    expect(on.said).toEqual([]);
  });
});

describe("corrections in a row", () => {
  const declared: Properties = { state: "running" };

  it("after three the next one is a warning: somebody else owns it, too; a changed declaration begins anew", async () => {
    const on = stage();
    let { outs } = await on.lifecycle.create(registered(declared));
    const round = async (args: Properties) => {
      on.ecs.change(instanceId, { status: "stopped" });
      const run = stage([present({ status: "stopped" })]);
      const { inputs } = run.lifecycle.check(
        registered(args),
        registered(args, { seen: present({ status: "stopped" }) }),
      );
      expect(run.lifecycle.diff(outs, inputs).changes).toBe(true);
      outs = (await on.lifecycle.update(outs, inputs)).outs;
      return warnings(run);
    };
    for (const none of [[], [], []]) expect(await round(declared)).toEqual(none);
    expect(await round(declared)).toEqual([
      expect.stringMatching(/changed by others again and again.*drift: "report"/),
    ]);
    expect(await round(declared)).toHaveLength(1);
    const changed = { ...declared, timeouts: { start: "9m" } };
    await round(changed);
    expect(outs.lastRun).toMatchObject({ corrections: 0 });
    for (const none of [[], [], []]) expect(await round(changed)).toEqual(none);
    expect(await round(changed)).toHaveLength(1);
  });

  it("only those that had something to do count, and a read forgets none", async () => {
    const on = stage();
    const before = outputs({ ...declared, lastRun: { time: "t", steps: [], corrections: 2 } });
    const { outs } = await on.lifecycle.update(before, registered(declared));
    expect(outs.lastRun).toMatchObject({ corrections: 2 });
    const { props } = await on.lifecycle.read(instanceId, before);
    expect(props.lastRun).toMatchObject({ corrections: 2 });
  });

  it.each([undefined, null, "3", Number.NaN, -1, {}])("a count that is none does no harm: %j", (corrections) => {
    const on = stage();
    const before = outputs({ ...declared, lastRun: { time: "t", steps: [], corrections } });
    expect(on.lifecycle.diff(before, registered(declared)).changes).toBe(false);
    expect(on.said).toEqual([]);
  });
});
