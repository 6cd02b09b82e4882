import { describe, expect, it } from "vitest";
import { InitFailed } from "../../provider/lifecycle";
import { minutesFromNow } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { failedUp, membersOf, statuses, up } from "../support/fleet-runs";
import { fleetStage, machine, type Properties, regionId } from "../support/fleet-stage";

/** All members of a fleet in one resource: each is treated as the resource of one instance is. */

const stopped: Properties = { state: "stopped" };

describe("an up", () => {
  it("brings each member to what is declared, and records each by its id", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2", { status: "stopped", stoppedMode: "KeepCharging" })]);
    const { inputs, outs } = await up(stage, stage.news(stopped));
    expect(stage.ecs.writes()).toEqual(["stop"]);
    expect(statuses(outs)).toEqual({ "i-1": "stopped", "i-2": "stopped" });
    expect(inputs).toEqual({
      state: "stopped",
      regionId,
      instanceIds: ["i-1", "i-2"],
      goneIds: [],
      __fleet: "members",
    });
    // What all have declared is written once, as the fleet's own arguments.
    expect(outs).toMatchObject({ state: "stopped", regionId });
    expect(outs).not.toHaveProperty("declarations");
  });

  it("is followed by one that has nothing to do, and calls nothing", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const first = await up(stage, stage.news(stopped));
    const calls = stage.ecs.calls.length;
    const { inputs } = await stage.fleet.check(first.inputs, stage.news(stopped));
    expect(stage.fleet.diff(first.outs, inputs)).toEqual({ changes: false, replaces: [] });
    expect(stage.ecs.calls).toHaveLength(calls);
  });

  it("corrects the one that others have changed, and asks nothing about the rest", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
    const first = await up(stage, stage.news(stopped));
    stage.ecs.change("i-2", { status: "running" });
    const before = membersOf(first.outs);
    stage.ecs.calls.length = 0;
    const { outs } = await up(stage, stage.news(stopped), first);
    expect(stage.ecs.calls.map(({ id }) => id)).not.toContain("i-1");
    expect(statuses(outs)).toEqual({ "i-1": "stopped", "i-2": "stopped", "i-3": "stopped" });
    expect(membersOf(outs)["i-1"]).toEqual(before["i-1"]);
    expect(membersOf(outs)["i-2"]?.lastRun).toMatchObject({ corrections: 1, steps: [{ call: "StopInstance" }] });
  });

  it("without the program's look calls nothing", async () => {
    const stage = fleetStage([machine("i-1")]);
    await expect(stage.fleet.create({ state: "stopped", regionId, instanceIds: ["i-1"], goneIds: [] })).rejects.toThrow(
      /has not looked/,
    );
    expect(stage.ecs.calls).toEqual([]);
  });
});

describe("a member that fails", () => {
  it("keeps no other from being handled, and the next run goes on with it alone", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
    stage.ecs.fail("stop", ecsError("IncorrectInstanceStatus.Odd", "input"));
    const { inputs, error } = await failedUp(stage, stage.news(stopped));
    expect(error).toBeInstanceOf(InitFailed);
    const { properties, reasons } = error as InitFailed;
    expect(reasons).toEqual([expect.stringMatching(/i-1: Call: IncorrectInstanceStatus\.Odd/)]);
    // Nothing was reached of it, so it is as new as before.
    expect(statuses(properties)).toEqual({ "i-2": "stopped", "i-3": "stopped" });
    stage.ecs.calls.length = 0;
    const { outs } = await up(stage, stage.news(stopped), { inputs, outs: properties });
    expect(stage.ecs.writes()).toEqual(["stop"]);
    expect(stage.ecs.calls.map(({ id }) => id)).not.toContain("i-2");
    expect(statuses(outs)).toEqual({ "i-2": "stopped", "i-3": "stopped", "i-1": "stopped" });
  });

  it("where all of them fail the state stays as it was", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const odd = ecsError("IncorrectInstanceStatus.Odd", "input");
    stage.ecs.fail("stop", odd, odd);
    const { error } = await failedUp(stage, stage.news(stopped));
    expect(error).not.toBeInstanceOf(InitFailed);
    expect((error as Error).message).toMatch(/^2 instances: .*IncorrectInstanceStatus\.Odd.*\n {2}i-1, i-2$/s);
  });

  it("in order, it holds back those after it", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
    stage.ecs.fail("stop", "works", ecsError("IncorrectInstanceStatus.Odd", "input"));
    const { error } = await failedUp(stage, stage.news(stopped, { order: "backward" }));
    expect(statuses((error as InitFailed).properties)).toEqual({ "i-3": "stopped" });
    expect((error as InitFailed).reasons.join("\n")).toMatch(/i-1 is held back by order, because i-2 failed/);
    expect(stage.ecs.get("i-1")?.status).toBe("running");
  });
});

describe("a member that is refused", () => {
  it("holds back those after it where they are handled in order", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2", { locks: ["security"] }), machine("i-3")]);
    const { error } = await failedUp(stage, stage.news(stopped, { order: "forward" }));
    expect(statuses((error as InitFailed).properties)).toEqual({ "i-1": "stopped" });
    expect((error as InitFailed).reasons).toEqual([
      expect.stringMatching(/i-2.*security/),
      "i-3 is held back by order, because i-2 failed",
    ]);
    expect(stage.ecs.writes()).toEqual(["stop"]);
  });

  const mixed = () => fleetStage([machine("i-1"), machine("i-2", { locks: ["security"] })]);

  it("is said in the preview, which goes on, and by the update, which handles the others and then fails", async () => {
    const stage = mixed();
    const { failures } = await stage.fleet.check({}, stage.news(stopped, { dryRun: true }));
    expect(failures).toEqual([]);
    expect(stage.said).toEqual([
      expect.stringMatching(/^info: 2 instances: 1 × running -> stopped, 1 refused$/),
      expect.stringMatching(/^info: i-1 \(web-1\): running -> stopped\n {2}1\. StopInstance/),
      expect.stringMatching(/^warning: refused: .*i-2.*security/),
    ]);
    const update = mixed();
    const { error } = await failedUp(update, update.news(stopped));
    expect(statuses((error as InitFailed).properties)).toEqual({ "i-1": "stopped" });
    expect((error as InitFailed).reasons).toEqual([expect.stringMatching(/i-2.*security/)]);
    expect(update.ecs.writes()).toEqual(["stop"]);
  });

  it("because another machine carries its id by now, is refused in the preview as well", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const first = await up(stage, stage.news({}));
    stage.ecs.change("i-2", { serialNumber: "another" });
    const next = stage.next();
    const { inputs } = await next.fleet.check(first.inputs, next.news(stopped, { dryRun: true }));
    expect(next.fleet.diff(first.outs, inputs).changes).toBe(true);
    expect(next.said).toEqual([
      "info: 2 instances: 1 × running -> stopped, 1 refused",
      expect.stringMatching(/^info: i-1 \(web-1\): running -> stopped/),
      expect.stringMatching(/^warning: refused: instanceId: i-2 is another machine than before/),
    ]);
    const { error } = await failedUp(stage.next(), stage.news(stopped), first);
    expect((error as InitFailed).reasons).toEqual([expect.stringMatching(/^instanceId: i-2 is another machine/)]);
    expect(stage.ecs.writes()).toEqual(["stop"]);
    // As long as nothing is to be done, nobody is troubled with it.
    const idle = stage.next();
    const { inputs: same } = await idle.fleet.check(first.inputs, idle.news({}, { dryRun: true }));
    expect([idle.fleet.diff(first.outs, same).changes, idle.said]).toEqual([false, []]);
  });

  it("where nothing else is to be done the preview fails, too: in the first run and in a later one", async () => {
    const stage = fleetStage([machine("i-1", { locks: ["security"] }), machine("i-2", { locks: ["security"] })]);
    const { failures } = await stage.fleet.check({}, stage.news(stopped, { dryRun: true }));
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^2 instances: .*security/)]);
    const first = await up(stage, stage.news({}));
    const { inputs } = await stage.fleet.check(first.inputs, stage.news(stopped, { dryRun: true }));
    expect(() => stage.fleet.diff(first.outs, inputs)).toThrow(/^2 instances: .*security/);
    expect(stage.ecs.writes()).toEqual([]);
  });
});

describe("limits", () => {
  const over = {
    together: ["state: 2 instances are due, so none is"],
    held: ["state: 2 instances are due, so none is"],
  };

  it("hold for all or for none: nothing of the fleet is done", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2"), machine("i-3", { status: "stopped" })]);
    const { failures } = await stage.fleet.check({}, stage.news(stopped, {}, { "i-1": over, "i-2": over }));
    expect(failures).toEqual([{ property: "", reason: "state: 2 instances are due, so none is" }]);
  });

  it("that hold for new members alone are judged by what is recorded, and not by what was declared", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const first = await up(stage, stage.news({}, { instanceIds: ["i-1"] }));
    const ifNew = { togetherIfNew: ["state: first stops"], heldIfNew: ["state: first stops"] };
    const { inputs } = await stage.fleet.check(first.inputs, stage.news(stopped, {}, { "i-1": ifNew, "i-2": ifNew }));
    expect(() => stage.fleet.diff(first.outs, inputs)).toThrow("state: first stops");
    const known = await stage.fleet.check(
      first.inputs,
      stage.news(stopped, { instanceIds: ["i-1"] }, { "i-1": ifNew }),
    );
    expect(stage.fleet.diff(first.outs, known.inputs).changes).toBe(true);
  });
});

describe("release times of ours", () => {
  it("are kept by the record through a run that had nothing to do with them", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const at = minutesFromNow(600);
    const first = await up(stage, stage.news({ autoReleaseAt: at }));
    stage.ecs.change("i-2", { status: "stopped" });
    const second = await up(stage, stage.news({ autoReleaseAt: at, state: "running" }), first);
    expect(membersOf(second.outs)["i-1"]?.ownReleaseTime).toBe(at);
    const third = await up(stage, stage.news({ state: "running" }), second);
    expect(stage.ecs.get("i-1")?.releaseTime).toBeUndefined();
    expect(membersOf(third.outs)["i-1"]).not.toHaveProperty("ownReleaseTime");
  });

  it.each([
    "correct",
    "report",
  ])("that a run has failed to cancel are cancelled by the next one, whatever an old look shows (drift: %s)", async (drift) => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const at = minutesFromNow(600);
    const first = await up(stage, stage.news({ autoReleaseAt: at }));
    const lost = Array.from({ length: 3 }, () => ecsError("ServiceUnavailable", "unknownOutcome"));
    stage.ecs.fail("cancelReleaseTime", ...lost);
    const taken = { drift };
    const { error } = await failedUp(stage, stage.news(taken, { instanceIds: ["i-1"] }), first);
    const { properties } = error as InitFailed;
    expect(membersOf(properties)["i-1"]).toMatchObject({ ownReleaseTime: at });
    // The program's look is older than the time.
    const seen = { "i-1": { seen: machine("i-1") } };
    const { outs } = await up(stage.next(), stage.news(taken, { instanceIds: ["i-1"] }, seen), {
      inputs: first.inputs,
      outs: properties,
    });
    expect(stage.ecs.get("i-1")?.releaseTime).toBeUndefined();
    expect(membersOf(outs)["i-1"]).not.toHaveProperty("ownReleaseTime");
  });

  it("a time to live is counted once for each", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const first = await up(stage, stage.news({ autoReleaseAfter: "8h" }, { instanceIds: ["i-1"] }));
    const fixed = membersOf(first.outs)["i-1"]?.autoReleaseFixedAt;
    await stage.clock.sleep(3_600_000);
    const { outs } = await up(stage, stage.news({ autoReleaseAfter: "8h" }), first);
    expect(membersOf(outs)["i-1"]?.autoReleaseFixedAt).toBe(fixed);
    expect(membersOf(outs)["i-2"]?.autoReleaseFixedAt).not.toBe(fixed);
  });
});

describe("a refresh", () => {
  it("mirrors each member, and a gone one as gone", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const { outs } = await up(stage, stage.news(stopped));
    stage.ecs.change("i-1", { status: "running" });
    stage.ecs.vanish("i-2");
    const { props, inputs } = await stage.fleet.read("members", outs);
    expect(statuses(props)).toEqual({ "i-1": "running", "i-2": "absent" });
    expect(inputs).toMatchObject({ state: "stopped", instanceIds: ["i-1", "i-2"] });
  });

  it("that can't look keeps all that was recorded", async () => {
    const stage = fleetStage([machine("i-1")]);
    const { outs } = await up(stage, stage.news(stopped));
    stage.ecs.fail("observe", ecsError("ServiceUnavailable", "auth"));
    await expect(stage.fleet.read("members", outs)).rejects.toThrow(/could not look at i-1/);
  });
});
