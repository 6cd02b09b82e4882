import { describe, expect, it } from "vitest";
import { InitFailed } from "../../provider/lifecycle";
import { instanceId, localDisk, minutesFromNow, present, systemDisk } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import { type Properties, registered, stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const later = minutesFromNow(48 * 60);
const readOnly = { "lifecycle:readOnly": "true" };

const acts: readonly (readonly [string, Properties, Parameters<typeof present>[0]])[] = [
  ["start", { state: "running" }, { status: "stopped" }],
  ["stop", { state: "stopped" }, {}],
  ["release", { state: "released", expect: { instanceName: "worker" } }, { status: "stopped" }],
  ["set a release time", { autoReleaseAt: day }, {}],
  ["a time to live", { autoReleaseAfter: "8h" }, {}],
  ["postpone", { autoReleaseAt: later }, { releaseTime: day }],
  ["cancel", { autoReleaseAt: "never" }, { releaseTime: day }],
];

describe("lifecycle:readOnly", () => {
  it.each(acts)("%s: the check fails, and whatever gets past it is not permitted", async (_reason, args, seen) => {
    const observed = present(seen);
    const on = stage([observed], { settings: readOnly });
    for (const olds of [{}, registered(args)]) {
      const { failures } = on.lifecycle.check(olds, registered(args, { seen: observed }));
      expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^\w+: .*lifecycle:readOnly/)]);
    }
    for (const running of [
      on.lifecycle.create(registered(args)),
      on.lifecycle.update(outputs({ status: observed.status }), registered(args)),
    ]) {
      const error = await thrown(running);
      expect(error).not.toBeInstanceOf(InitFailed);
      expect(error.message).toMatch(/lifecycle:readOnly/);
    }
    expect(on.ecs.writes()).toEqual([]);
  });

  it.each([
    ["as declared", { state: "running" }, {}],
    ["nothing managed", {}, { releaseTime: day }],
    ["on its way", { state: "running" }, { status: "starting" }],
    ["a passed time that was declared before", { autoReleaseAt: minutesFromNow(-5) }, {}],
  ])("%s: there is nothing to refuse", (_reason, args, seen) => {
    const on = stage([present(seen)], { settings: readOnly });
    expect(on.lifecycle.check(registered(args), registered(args, { seen: present(seen) })).failures).toEqual([]);
  });

  it("an update without any call is recorded", async () => {
    const on = stage([present()], { settings: readOnly });
    const { outs } = await on.lifecycle.update(
      outputs({ state: "running" }),
      registered({ state: "running", onDelete: "stop" }),
    );
    expect(outs).toMatchObject({ onDelete: "stop" });
  });

  it.each([
    ["a release time of ours", { autoReleaseAt: day }, { releaseTime: day }],
    ["stop", { onDelete: "stop" }, {}],
  ])("delete, %s: fails and calls nothing", async (_reason, args, seen) => {
    const on = stage([present(seen)], { settings: readOnly });
    expect((await thrown(on.lifecycle.delete(instanceId, outputs(args)))).message).toMatch(/lifecycle:readOnly/);
    expect(on.ecs.writes()).toEqual([]);
  });

  it.each([
    ["nothing to do", {}, {}],
    ["retainTimer", { autoReleaseAt: day, onDelete: "retainTimer" }, { releaseTime: day }],
    ["a release time of others", { autoReleaseAt: day }, { releaseTime: later }],
    ["stop, stopped already", { onDelete: "stop" }, { status: "stopped", stoppedMode: "KeepCharging" }],
  ])("delete, %s: works", async (_reason, args, seen) => {
    const on = stage([present(seen)], { settings: readOnly });
    await on.lifecycle.delete(instanceId, outputs(args));
    expect(on.ecs.writes()).toEqual([]);
  });

  it.each([
    ["true", true],
    ["1", true],
    ["yes", true],
    ["TRUE", true],
    ["off", true],
    ["false", false],
    [undefined, false],
  ])("set to %s: on %s, and on where it is not understood", async (setting, on) => {
    const at = stage([present()], setting === undefined ? {} : { settings: { "lifecycle:readOnly": setting } });
    await at.lifecycle.create(registered({ state: "stopped" })).catch(() => undefined);
    expect(at.ecs.writes()).toEqual(on ? [] : ["stop"]);
  });

  it("read and diff are as always", async () => {
    const on = stage([present({ status: "stopped" })], { settings: readOnly });
    const { props } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(props).toMatchObject({ status: "stopped" });
    expect(on.lifecycle.diff(props, registered({ state: "running" })).changes).toBe(true);
  });
});

describe("protective steps", () => {
  const protective: readonly (readonly [string, Properties, Properties])[] = [
    ["cancel", { autoReleaseAt: "never" }, {}],
    ["postpone", { autoReleaseAt: later }, {}],
    ["taken out", {}, { autoReleaseAt: day }],
  ];
  const seen = present({
    releaseTime: day,
    instanceName: "renamed",
    tags: { "ack.aliyun.com": "c1" },
    deletionProtection: true,
  });

  it.each(protective)("%s: held by no limit, owner, expectation or distrust", async (_reason, args, then) => {
    const on = stage([seen]);
    const declared = { ...args, expect: { instanceName: "worker", tags: { env: "prod" }, chargeType: "PrePaid" } };
    const held = ["state: too many", "state: what is seen is not believed"];
    const { inputs, failures } = on.lifecycle.check(
      registered(then),
      registered(declared, { seen, held, heldIfNew: ["state: too many at first"], dryRun: false }),
    );
    expect(failures).toEqual([]);
    await on.lifecycle.update(outputs(then), inputs);
    expect(on.ecs.writes()).toHaveLength(1);
  });

  it.each(protective)("%s: held by readOnly and by expect.accountId", async (_reason, args, then) => {
    const locked = stage([seen], { settings: readOnly });
    await thrown(locked.lifecycle.update(outputs(then), registered(args)));
    expect(locked.ecs.writes()).toEqual([]);
    const other = stage([seen]);
    const message = (
      await thrown(other.lifecycle.update(outputs(then), registered({ ...args, expect: { accountId: "42" } })))
    ).message;
    expect(message).toMatch(/^expect\.accountId: /);
    expect(other.ecs.writes()).toEqual([]);
  });

  it("a lost engine does not hold them", async () => {
    const on = stage([seen]);
    on.engineIsThere = false;
    await on.lifecycle.update(outputs(), registered({ autoReleaseAt: "never" }));
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
  });
});

describe("what is held only where the resource is new", () => {
  const run = { seen: present(), heldIfNew: ["state: too many stops at first"] };
  it("new: a check failure, and no stop either way", async () => {
    const on = stage();
    const { failures, inputs } = on.lifecycle.check({}, registered({ state: "stopped" }, run));
    expect(failures).toEqual([{ property: "", reason: "state: too many stops at first" }]);
    await thrown(on.lifecycle.create(inputs));
    expect(on.ecs.writes()).toEqual([]);
  });

  it("another instance under the same name is new", () => {
    const olds = registered({ instanceId: "i-other", state: "stopped" });
    expect(stage().lifecycle.check(olds, registered({ state: "stopped" }, run)).failures).toHaveLength(1);
  });

  it("known: goes on", async () => {
    const on = stage();
    const { failures, inputs } = on.lifecycle.check(
      registered({ state: "running" }),
      registered({ state: "stopped" }, run),
    );
    expect(failures).toEqual([]);
    await on.lifecycle.update(outputs({ state: "running" }), inputs);
    expect(on.ecs.writes()).toEqual(["stop"]);
  });
});

describe("lifting protection is part of the release", () => {
  const args = { state: "released", expect: { instanceName: "worker" }, release: { deletionProtection: "lift" } };
  const seen = present({ status: "stopped", deletionProtection: true });

  it("over the limit of releases, or without an engine, it is not lifted", async () => {
    const none = stage([seen], { settings: { "lifecycle:maxReleases": "0" } });
    expect((await thrown(none.lifecycle.create(registered(args)))).message).toMatch(/lifecycle:maxReleases/);
    expect(none.ecs.writes()).toEqual([]);
    const alone = stage([seen]);
    alone.engineIsThere = false;
    await thrown(alone.lifecycle.create(registered(args)));
    expect(alone.ecs.writes()).toEqual([]);
  });

  it("counts once with its release", async () => {
    const ids = ["i-a", "i-b"];
    const on = stage(ids.map((id) => present({ ...seen, instanceId: id })));
    for (const id of ids) await on.lifecycle.create(registered({ ...args, instanceId: id })).catch(() => undefined);
    expect(on.ecs.writes()).toEqual(["setDeletionProtection", "release"]);
  });

  it("refused and put back: recorded as it is", async () => {
    const on = stage([present({ deletionProtection: true })]);
    on.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    const error = await thrown(on.lifecycle.create(registered(args)));
    if (!(error instanceof InitFailed)) throw error;
    expect(on.ecs.get(instanceId)).toMatchObject({ deletionProtection: true });
    expect(error.properties).toMatchObject({ status: "stopped", deletionProtection: true });
  });
});

describe("a release with snapshots", () => {
  const args = { state: "released", expect: { instanceName: "worker" }, release: { snapshot: { retentionDays: 7 } } };

  it("their ids are outputs, and stay", async () => {
    const on = stage([present()], { disks: [systemDisk] });
    const { outs } = await on.lifecycle.create(registered(args));
    expect(outs).toMatchObject({ releasedBy: "declaration", snapshotIds: [on.ecs.snapshots[0]?.snapshotId] });
    const { outs: again } = await on.lifecycle.update(outs, registered({ ...args, timeouts: { stop: "9m" } }));
    expect(again.snapshotIds).toEqual(outs.snapshotIds);
    const { props } = await on.lifecycle.read(instanceId, outs);
    expect(props.snapshotIds).toEqual(outs.snapshotIds);
  });

  it("out of time: half-way, and the next up goes on without a second one", async () => {
    const on = stage([present()], { disks: [systemDisk], snapshotTakesMs: 3_600_000 });
    const short = registered({ ...args, timeouts: { snapshot: "5m" } });
    const error = await thrown(on.lifecycle.create(short));
    if (!(error instanceof InitFailed)) throw error;
    expect(error.properties).toMatchObject({ status: "stopped", releasedBy: null });
    on.clock.advance(3_600_000);
    const { outs } = await on.lifecycle.update(error.properties, short);
    expect(outs).toMatchObject({ releasedBy: "declaration", snapshotIds: ["s-2"] });
    expect(on.ecs.snapshots).toHaveLength(1);
  });
});

describe("onDelete stop with the options of a stop", () => {
  it("a stopped machine is not started to change its mode", async () => {
    const on = stage([present({ status: "stopped", stoppedMode: "KeepCharging" })], { disks: [systemDisk] });
    await on.lifecycle.delete(
      instanceId,
      outputs({ onDelete: "stop", stop: { mode: "StopCharging", applyModeNow: true } }),
    );
    expect(on.ecs.writes()).toEqual([]);
  });

  it("a mode that can't work is only said: destroy always works", async () => {
    const on = stage([present({ releaseTime: day })], { disks: [systemDisk, localDisk] });
    await on.lifecycle.delete(
      instanceId,
      outputs({ onDelete: "stop", autoReleaseAt: day, stop: { mode: "StopCharging" } }),
    );
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(on.said.join()).toMatch(/warning: .*d-local/);
  });

  it("disks that may not be listed do not keep a release time of ours in force", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.ecs.fail("inspect", ...Array.from({ length: 9 }, () => ecsError("Forbidden.RAM", "auth")));
    await on.lifecycle
      .delete(instanceId, outputs({ onDelete: "stop", autoReleaseAt: day, stop: { mode: "StopCharging" } }))
      .catch((error: Error) => expect(error.message).toMatch(/Forbidden/));
    expect(on.ecs.get(instanceId)).toMatchObject({ releaseTime: undefined });
  });

  it("gently, then by force", async () => {
    const on = stage([present()], { stopTakesMs: 999_999_999 });
    await on.lifecycle.delete(instanceId, outputs({ onDelete: "stop", stop: { forceAfter: "1m" } }));
    expect(on.ecs.writes()).toEqual(["stop", "stop"]);
    expect(on.ecs.get(instanceId)).toMatchObject({ status: "stopped" });
  });

  it("snapshots, lift and ownedHere are of a release, and there is none", async () => {
    const on = stage([present({ deletionProtection: true })], { disks: [systemDisk] });
    const release = { snapshot: true, deletionProtection: "lift", ownedHere: true };
    await on.lifecycle.delete(instanceId, outputs({ onDelete: "stop", state: "released", release }));
    expect(on.ecs.writes()).toEqual(["stop"]);
  });

  it("another account than expected: nothing is called, and it is not taken for done", async () => {
    for (const args of [{ onDelete: "stop" }, { autoReleaseAt: day }]) {
      const on = stage([present({ releaseTime: day })]);
      const error = await thrown(on.lifecycle.delete(instanceId, outputs({ ...args, expect: { accountId: "42" } })));
      expect(error.message).toMatch(/expect\.accountId/);
      expect(on.ecs.writes()).toEqual([]);
    }
  });
});
