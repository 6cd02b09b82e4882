import { describe, expect, it, vi } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { InitFailed } from "../../provider/lifecycle";
import { minutesFromNow } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { fleetStage, machine, type Properties, regionId } from "../support/fleet-stage";

/** All members of a fleet in one resource: each is treated as the resource of one instance is. */

const stopped: Properties = { state: "stopped" };

type Stage = ReturnType<typeof fleetStage>;

/** As the engine goes about it: check, then create or diff and update. Returns what is recorded. */
async function up(stage: Stage, news: Properties, before?: { inputs: Properties; outs: Properties }) {
  const { inputs, failures } = await stage.fleet.check(before?.inputs ?? {}, news);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  if (before === undefined) return { inputs, outs: (await stage.fleet.create(inputs)).outs };
  const { changes } = stage.fleet.diff(before.outs, inputs);
  return { inputs, outs: changes ? (await stage.fleet.update(before.outs, inputs)).outs : before.outs };
}

/** What went wrong, and what is recorded all the same. */
async function failedUp(stage: Stage, news: Properties, before?: { inputs: Properties; outs: Properties }) {
  const { inputs } = await stage.fleet.check(before?.inputs ?? {}, news);
  const work = before === undefined ? stage.fleet.create(inputs) : stage.fleet.update(before.outs, inputs);
  const error: unknown = await work.catch((reason: unknown) => reason);
  return { inputs, error };
}

const membersOf = (outs: Properties) => outs.members as Readonly<Record<string, Properties>>;
const statuses = (outs: Properties) =>
  Object.fromEntries(Object.entries(membersOf(outs)).map(([id, { status }]) => [id, status]));

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

describe("members that leave", () => {
  it("are treated as onDelete says, and only then forgotten", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const args = { autoReleaseAt: minutesFromNow(600), onDelete: "stop" };
    const first = await up(stage, stage.news(args));
    stage.ecs.calls.length = 0;
    const { outs } = await up(stage.next(), stage.news(args, { instanceIds: ["i-1"] }), first);
    expect(stage.ecs.writes()).toEqual(["cancelReleaseTime", "stop"]);
    expect(stage.ecs.get("i-2")).toMatchObject({ status: "stopped", releaseTime: undefined });
    expect(statuses(outs)).toEqual({ "i-1": "running" });
  });

  it("and are declared by another resource are theirs", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const args = { onDelete: "stop" };
    const first = await up(stage, stage.news(args));
    const run = { instanceIds: ["i-1"], elsewhere: { "i-2": "unmanaged" } } as const;
    await up(stage.next(), stage.news(args, run), first);
    expect(stage.ecs.writes()).toEqual([]);
  });

  it("and had a release time of ours that nobody declares there lose it", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const args = { autoReleaseAt: minutesFromNow(600) };
    const first = await up(stage, stage.news(args));
    stage.ecs.calls.length = 0;
    const run = { instanceIds: ["i-1"], elsewhere: { "i-2": "unmanaged" } } as const;
    await up(stage.next(), stage.news(args, run), first);
    expect(stage.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(stage.ecs.get("i-1")?.releaseTime).toBeDefined();
  });

  it("and are declared by a fleet that is refused are left alone", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const { outs } = await up(stage, stage.news({ autoReleaseAt: minutesFromNow(600), onDelete: "stop" }));
    stage.ecs.calls.length = 0;
    const next = stage.next();
    const { failures } = await next.fleet.check({}, next.news({ stat: "stopped" }, { instanceIds: ["i-1"] }));
    expect(failures).toHaveLength(1);
    await next.fleet.delete(outs);
    expect(stage.ecs.writes()).toEqual(["cancelReleaseTime", "stop"]);
    expect(stage.ecs.get("i-1")?.releaseTime).toBeDefined();
    expect(stage.ecs.get("i-1")?.status).toBe("running");
  });

  it("that can't be taken out stay recorded, for another try", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const args = { onDelete: "stop" };
    const first = await up(stage, stage.news(args));
    stage.ecs.fail("stop", ecsError("Forbidden.RAM", "auth"));
    const { inputs, error } = await failedUp(stage.next(), stage.news(args, { instanceIds: ["i-1"] }), first);
    expect((error as Error).message).toMatch(/i-2.*Forbidden\.RAM/);
    const again = await up(stage.next(), stage.news(args, { instanceIds: ["i-1"] }), { inputs, outs: first.outs });
    expect(statuses(again.outs)).toEqual({ "i-1": "running" });
    expect(stage.ecs.get("i-2")?.status).toBe("stopped");
  });

  it("a destroy does the same for all", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const { outs } = await up(stage, stage.news({ autoReleaseAt: minutesFromNow(600), onDelete: "stop" }));
    stage.ecs.calls.length = 0;
    await stage.next().fleet.delete(outs);
    expect([...stage.ecs.writes()].sort()).toEqual(["cancelReleaseTime", "cancelReleaseTime", "stop", "stop"]);
  });

  it("and fails where one can't be taken out, so that nothing is forgotten", async () => {
    const stage = fleetStage([machine("i-1"), machine("i-2")]);
    const { outs } = await up(stage, stage.news({ onDelete: "stop" }));
    stage.ecs.fail("stop", ecsError("Forbidden.RAM", "auth"));
    await expect(stage.next().fleet.delete(outs)).rejects.toThrow(/Forbidden\.RAM/);
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

describe("lifecycle:only", () => {
  const only = (id: string) => ({ settings: { "lifecycle:only": id } });

  it("acts on the named ones alone; what is declared for the others stays to be done", async () => {
    const plain = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
    const first = await up(plain, plain.news({}, { instanceIds: ["i-1", "i-2"] }));
    const stage = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")], only("i-1"));
    const second = await up(stage, stage.news(stopped), first);
    expect(stage.ecs.get("i-1")?.status).toBe("stopped");
    expect(stage.ecs.writes()).toEqual(["stop"]);
    expect(statuses(second.outs)).toEqual({ "i-1": "stopped", "i-2": "running" });
    // The one that was left has not reached what the fleet declares by now.
    expect(second.outs.declarations).toEqual([{ regionId }]);
    expect(membersOf(second.outs)["i-2"]).toMatchObject({ of: 0 });
    expect(stage.said).toContainEqual(
      expect.stringMatching(/^warning: lifecycle:only is set: this run acts on i-1 alone/),
    );
    const later = fleetStage([machine("i-1", { status: "stopped" }), machine("i-2"), machine("i-3")]);
    const third = await up(later, later.news(stopped), second);
    expect(later.ecs.writes()).toEqual(["stop", "stop"]);
    expect(Object.keys(membersOf(third.outs)).sort()).toEqual(["i-1", "i-2", "i-3"]);
  });

  it("cancels nothing of the others, and takes none of them out", async () => {
    const plain = fleetStage([machine("i-1"), machine("i-2")]);
    const at = minutesFromNow(600);
    const first = await up(plain, plain.news({ autoReleaseAt: at }));
    const timed = [machine("i-1", { releaseTime: at }), machine("i-2", { releaseTime: at })];
    const stage = fleetStage(timed, only("i-1"));
    const second = await up(stage, stage.news({}, { instanceIds: ["i-1"] }), first);
    expect(stage.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(stage.ecs.get("i-2")?.releaseTime).toBe(at);
    expect(membersOf(second.outs)["i-2"]?.ownReleaseTime).toBe(at);
  });
});

describe("members of an earlier version", () => {
  const old = { inputs: { __fleet: "members", instanceIds: ["i-1", "i-2"], goneIds: [] } };

  it("are taken over with all that was recorded of them, and nothing is called", async () => {
    const at = minutesFromNow(600);
    const single = fleetStage([machine("i-1", { releaseTime: at }), machine("i-2", { releaseTime: at })]);
    const { outs } = await up(single, single.news({ autoReleaseAt: at }));
    const recorded = (id: string) => ({
      instanceId: id,
      regionId,
      autoReleaseAt: at,
      schemaVersion: 1,
      snapshotIds: [],
      ...membersOf(outs)[id],
    });
    const inherited = { "i-1": recorded("i-1"), "i-2": recorded("i-2") };
    const instances = [machine("i-1", { releaseTime: at }), machine("i-2", { releaseTime: at })];
    const stage = fleetStage(instances, { inherited });
    const { outs: taken } = await up(stage, stage.news({ autoReleaseAt: at }), { ...old, outs: old.inputs });
    expect(stage.ecs.calls).toEqual([]);
    expect(membersOf(taken)["i-1"]?.ownReleaseTime).toBe(at);
    const withdrawn = fleetStage(instances, { inherited });
    await up(withdrawn, withdrawn.news({}), { ...old, outs: old.inputs });
    expect(withdrawn.ecs.writes()).toEqual(["cancelReleaseTime", "cancelReleaseTime"]);
  });

  it("whose records can't be read are left as they are", async () => {
    const { fleet, news, ecs } = fleetStage([machine("i-1"), machine("i-2")], { inherited: new Error("no answer") });
    const { failures } = await fleet.check(old.inputs, news(stopped));
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/can't be read, so nothing is changed: no answer/),
    ]);
    expect(ecs.calls).toEqual([]);
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

const four = ["i-1", "i-2", "i-3", "i-4"];
const recordedRoster = (instanceIds: readonly string[], goneIds: readonly string[] = []): Properties => ({
  __fleet: "members",
  regionId,
  instanceIds,
  goneIds,
});
const kept = ({ instanceIds, goneIds, __fleet }: Properties) => ({ instanceIds, goneIds, __fleet });

describe("which instances are members", () => {
  it("refuses what the program refuses, and keeps what was recorded", async () => {
    const { fleet, news } = fleetStage([]);
    const answer = await fleet.check(recordedRoster(four), news({}, { instanceIds: ["i-1"], refused: ["select: no"] }));
    expect(answer).toEqual({ inputs: kept(recordedRoster(four)), failures: [{ property: "", reason: "select: no" }] });
  });

  it.each([
    undefined,
    unknownValue,
    "{}",
    "[]",
    "no JSON",
  ])("without the program's word (%s) it refuses", async (text) => {
    const { fleet } = fleetStage([]);
    const { failures } = await fleet.check(recordedRoster(four), { __fleet: "members", __run: text });
    expect(failures).toHaveLength(1);
  });

  it("a list of ids may lose as many as it likes; a selection may not, and nothing is looked at", async () => {
    const { fleet, ecs, news } = fleetStage([machine("i-1")]);
    expect((await fleet.check(recordedRoster(four), news({}))).failures).toEqual([]);
    const { failures } = await fleet.check(recordedRoster(four), news({}, { by: "selection" }));
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/3 of the 4 .*: i-2, i-3, i-4/)]);
    expect(ecs.calls).toEqual([]);
  });

  it("tells what is gone from what doesn't fit any more, and asks only once", async () => {
    const { fleet, ecs, said, news } = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
    const run = news({}, { by: "selection", instanceIds: ["i-1", "i-2"] });
    const { inputs, failures } = await fleet.check(recordedRoster(four), run);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ instanceIds: ["i-1", "i-2", "i-4"], goneIds: ["i-4"] });
    expect(said).toEqual([
      "info: i-3 is there and does not fit any more; it is only forgotten",
      expect.stringMatching(/^warning: i-4 is gone .* until it stands in exclude/),
    ]);
    expect(ecs.count("confirm")).toBe(1);
    const asked = ecs.calls.length;
    expect((await fleet.check(inputs, run)).inputs).toEqual(inputs);
    expect(ecs.calls).toHaveLength(asked);
  });

  it("looking for what is missing says so, as long as it takes", async () => {
    vi.useFakeTimers();
    try {
      const { fleet, ecs, waited, news } = fleetStage([machine("i-1"), machine("i-2"), machine("i-3")]);
      vi.spyOn(ecs, "mayObserve").mockImplementation(
        () => new Promise((resolve) => setTimeout(() => resolve(true), 13_000)),
      );
      const checking = fleet.check(recordedRoster(four), news({}, { by: "selection" }));
      await vi.advanceTimersByTimeAsync(13_000);
      expect((await checking).inputs).toMatchObject({ instanceIds: four, goneIds: ["i-4"] });
      expect(waited).toEqual([
        "i-4 is not listed in cn-hangzhou; looking again to be sure",
        "select: looking for i-4 that it finds no longer, 2 s …",
        "select: looking for i-4 that it finds no longer, 12 s …",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("what can't be looked at, and an identity that may not see, is refused", async () => {
    const failing = fleetStage([machine("i-1")]);
    failing.ecs.fail("observe", ecsError("Forbidden.RAM", "auth"));
    const blind = fleetStage([machine("i-1")]);
    blind.ecs.blind = true;
    for (const [{ fleet, news }, reason] of [
      [failing, /i-3, i-4 can't be looked at.*Forbidden\.RAM/],
      [blind, /not allowed to list/],
    ] as const) {
      const run = news({}, { by: "selection", instanceIds: ["i-1", "i-2"] });
      const { failures } = await fleet.check(recordedRoster(four), run);
      expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(reason)]);
    }
  });

  it("not known yet: a preview shows those of the last run, an update refuses", async () => {
    const { fleet, said, news } = fleetStage([]);
    const run = { unknown: ["instanceIds"], dryRun: true };
    expect(await fleet.check(recordedRoster(four), news({}, run))).toEqual({
      inputs: kept(recordedRoster(four)),
      failures: [],
    });
    expect((await fleet.check({}, news({}, run))).inputs).toMatchObject({ instanceIds: unknownValue });
    expect(said).toHaveLength(2);
    expect((await fleet.check(recordedRoster(four), news({}, { ...run, dryRun: false }))).failures).toHaveLength(1);
  });
});
