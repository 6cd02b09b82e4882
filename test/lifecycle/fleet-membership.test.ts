import { describe, expect, it, vi } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { minutesFromNow } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { failedUp, membersOf, statuses, up } from "../support/fleet-runs";
import { fleetStage, machine, type Properties, regionId } from "../support/fleet-stage";

/** Who is a member of a fleet: who joins, who leaves, who is left alone. */

const stopped: Properties = { state: "stopped" };

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
