import { describe, expect, it } from "vitest";
import { instanceId, minutesFromNow, present, regionId } from "../support/builders";
import { outputs } from "../support/recorded-outputs";
import { registered, stage } from "../support/stage";

/** `lifecycle:only` names the instances that a run may act on. What else is declared is left as it is, and stays to be done. */

const another = { settings: { "lifecycle:only": "i-another" } };
const at = minutesFromNow(600);

describe("a machine that lifecycle:only does not name", () => {
  it("has nothing to do, and what is refused of it holds nobody up", () => {
    const on = stage([present({ locks: ["security"] })], another);
    const news = registered({ state: "stopped" });
    const { inputs, failures } = on.lifecycle.check(outputs({ status: "running" }), news);
    expect(failures).toEqual([]);
    expect(on.lifecycle.diff(outputs({ status: "running" }), inputs)).toEqual({ changes: false, replaces: [] });
    expect(on.connects).toBe(0);
    expect(on.said).toEqual([
      expect.stringMatching(/^warning: lifecycle:only is set: this run acts on i-another alone/),
    ]);
  });

  it("still has arguments that can be wrong", () => {
    const { failures } = stage([], another).lifecycle.check({}, registered({ state: "stoped" }));
    expect(failures).toHaveLength(1);
  });

  it("is adopted as it is, where it is new: what is declared for it comes with a run that may act", async () => {
    const on = stage([present()], another);
    const { id, outs } = await on.lifecycle.create(registered({ state: "stopped", autoReleaseAt: at }));
    expect(id).toBe(instanceId);
    expect(on.ecs.writes()).toEqual([]);
    expect(outs).toMatchObject({ instanceId, regionId, status: "running" });
    expect(outs).not.toHaveProperty("state");
    const later = stage([present()]);
    const { inputs } = later.lifecycle.check({}, registered({ state: "stopped" }, { seen: present() }));
    expect(later.lifecycle.diff(outs, inputs).changes).toBe(true);
  });

  it("keeps what an update that failed half-way has recorded", async () => {
    const olds = { ...outputs({ status: "running", autoReleaseAt: at, ownReleaseTime: at }), __provider: "text" };
    const on = stage([present({ releaseTime: at })], another);
    const { outs } = await on.lifecycle.update(olds, registered({}));
    expect(outs).toMatchObject({ ownReleaseTime: at, autoReleaseAt: at });
    expect(outs).not.toHaveProperty("__provider");
    expect(on.ecs.calls).toEqual([]);
  });

  it("is not taken out, so no release time of ours is forgotten", async () => {
    const on = stage([present({ releaseTime: at })], another);
    const recorded = outputs({ status: "running", autoReleaseAt: at, ownReleaseTime: at });
    await expect(on.lifecycle.delete(instanceId, recorded)).rejects.toThrow(/lifecycle:only .* stays recorded/);
    expect(on.ecs.calls).toEqual([]);
  });
});

it("a value that names nobody holds back everything", () => {
  const on = stage([present()], { settings: { "lifecycle:only": "web-1" } });
  const { inputs } = on.lifecycle.check(outputs({ status: "running" }), registered({ state: "stopped" }));
  expect(on.lifecycle.diff(outputs({ status: "running" }), inputs).changes).toBe(false);
  expect(on.said.join()).toContain("acts on nothing alone");
});

it("one that it names is handled as ever", async () => {
  const on = stage([present()], { settings: { "lifecycle:only": instanceId } });
  const { inputs } = on.lifecycle.check({}, registered({ state: "stopped" }, { dryRun: false, seen: present() }));
  await on.lifecycle.create(inputs);
  expect(on.ecs.writes()).toEqual(["stop"]);
});
