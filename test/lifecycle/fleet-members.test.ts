import { describe, expect, it, vi } from "vitest";
import { unknownValue } from "../../provider/core/model";
import type { FleetRun } from "../../provider/fleet-run";
import { writeFleetRun } from "../../provider/fleet-run";
import { FleetMembers } from "../../provider/methods/fleet-members";
import { noPeers } from "../../provider/peers";
import { runInput } from "../../provider/run-info";
import { present, regionId } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { ecsError, FakeEcs } from "../support/fake-ecs";

type Properties = Record<string, unknown>;

function stage(...ids: readonly string[]) {
  const clock = new FakeClock();
  const ecs = new FakeEcs(
    clock,
    ids.map((instanceId) => present({ instanceId })),
  );
  const said: string[] = [];
  const waited: string[] = [];
  const members = new FleetMembers({
    settings: () => undefined,
    env: {},
    connect: () => ecs,
    clock,
    engine: {
      say: (severity, text) => void said.push(`${severity}: ${text}`),
      progress: (text) => void waited.push(text),
      heard: () => Promise.resolve(),
      isThere: () => Promise.resolve(true),
    },
    peers: noPeers,
  });
  return { members, ecs, said, waited };
}

function news(run: Partial<FleetRun>): Properties {
  const whole = { urn: "urn:1", dryRun: true, by: "selection", regionId, instanceIds: [], exclude: [] } as const;
  const text = writeFleetRun({ ...whole, refused: [], said: [], unknown: [], ...run });
  return { __fleet: "members", __provider: "provider text", [runInput]: text };
}

function recorded(instanceIds: readonly string[], goneIds: readonly string[] = []): Properties {
  return { __fleet: "members", instanceIds, goneIds };
}

const four = ["i-1", "i-2", "i-3", "i-4"];

describe("check", () => {
  it("takes what is found, and keeps nothing of the run", async () => {
    const { members, ecs } = stage();
    expect(await members.check({}, news({ instanceIds: ["i-2", "i-1"] }))).toEqual({
      inputs: recorded(["i-2", "i-1"]),
      failures: [],
    });
    expect(ecs.calls).toEqual([]);
  });

  it("refuses what the program refuses, and keeps what was recorded", async () => {
    const { members } = stage();
    const answer = await members.check(recorded(four), news({ instanceIds: ["i-1"], refused: ["select: no"] }));
    expect(answer).toEqual({ inputs: recorded(four), failures: [{ property: "", reason: "select: no" }] });
  });

  it.each([
    undefined,
    unknownValue,
    "{}",
    "[]",
    "no JSON",
  ])("without the program's word (%s) it refuses", async (text) => {
    const { members } = stage();
    const { failures } = await members.check(recorded(four), { __fleet: "members", [runInput]: text });
    expect(failures).toHaveLength(1);
  });

  it("a list of ids may lose as many as it likes; a selection may not, and nothing is looked at", async () => {
    const { members, ecs } = stage();
    const lost = { instanceIds: ["i-1"] };
    expect((await members.check(recorded(four), news({ ...lost, by: "ids" }))).failures).toEqual([]);
    const { failures, inputs } = await members.check(recorded(four), news(lost));
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/3 of the 4 .*: i-2, i-3, i-4/) as string },
    ]);
    expect(inputs).toEqual(recorded(four));
    expect(ecs.calls).toEqual([]);
  });

  it("tells what is gone from what doesn't fit any more, and asks only once", async () => {
    const { members, ecs, said } = stage("i-1", "i-2", "i-3");
    const run = news({ instanceIds: ["i-1", "i-2"] });
    const { inputs, failures } = await members.check(recorded(four), run);
    expect(failures).toEqual([]);
    expect(inputs).toEqual(recorded(["i-1", "i-2", "i-4"], ["i-4"]));
    expect(said).toEqual([
      "info: i-3 is there and does not fit any more; it is only forgotten",
      expect.stringMatching(/^warning: i-4 is gone .* until it stands in exclude/),
    ]);
    expect(ecs.count("confirm")).toBe(1);
    const asked = ecs.calls.length;
    expect((await members.check(inputs, run)).inputs).toEqual(inputs);
    expect(ecs.calls).toHaveLength(asked);
    expect((await members.check(inputs, news({ instanceIds: ["i-1", "i-2"], exclude: ["i-4"] }))).inputs).toEqual(
      recorded(["i-1", "i-2"]),
    );
    expect((await members.check(inputs, news({ instanceIds: ["i-1", "i-2", "i-4"] }))).inputs).toEqual(
      recorded(["i-1", "i-2", "i-4"]),
    );
  });

  it("looking for what is missing says so, as long as it takes", async () => {
    vi.useFakeTimers();
    try {
      const { members, ecs, waited } = stage("i-1", "i-2", "i-3");
      vi.spyOn(ecs, "mayObserve").mockImplementation(
        () => new Promise((resolve) => setTimeout(() => resolve(true), 13_000)),
      );
      const checking = members.check(recorded(four), news({ instanceIds: ["i-1", "i-2", "i-3"] }));
      await vi.advanceTimersByTimeAsync(13_000);
      expect((await checking).inputs).toEqual(recorded(four, ["i-4"]));
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
    const failing = stage("i-1");
    failing.ecs.fail("observe", ecsError("Forbidden.RAM", "auth"));
    const blind = stage("i-1");
    blind.ecs.blind = true;
    for (const [{ members }, reason] of [
      [failing, /i-3, i-4 can't be looked at.*Forbidden\.RAM/],
      [blind, /not allowed to list/],
    ] as const) {
      const { failures, inputs } = await members.check(recorded(four), news({ instanceIds: ["i-1", "i-2"] }));
      expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(reason)]);
      expect(inputs).toEqual(recorded(four));
    }
  });

  it("not known yet: a preview shows those of the last run, an update refuses", async () => {
    const { members, said } = stage();
    const run = { unknown: ["instanceIds"], by: "ids" } as const;
    expect(await members.check(recorded(four), news(run))).toEqual({ inputs: recorded(four), failures: [] });
    expect((await members.check({}, news(run))).inputs).toMatchObject({ instanceIds: unknownValue });
    expect(said).toHaveLength(2);
    expect((await members.check(recorded(four), news({ ...run, dryRun: false }))).failures).toHaveLength(1);
  });
});

describe("the other methods", () => {
  const { members } = stage();

  it("a change is another list, another order, or another that is gone", () => {
    const changes = (olds: Properties, news: Properties) => members.diff(olds, news).changes;
    expect(changes({ ...recorded(four), __provider: "text" }, recorded(four))).toBe(false);
    expect(changes(recorded(four), recorded(["i-1"]))).toBe(true);
    expect(changes(recorded(["i-1", "i-2"]), recorded(["i-2", "i-1"]))).toBe(true);
    expect(changes(recorded(four), recorded(four, ["i-4"]))).toBe(true);
  });

  it("create, update and read hand on the same list with its mark, and nothing hidden of the run", () => {
    const inputs = { ...recorded(four), __provider: "text" };
    expect(members.create(inputs)).toEqual({ id: "members", outs: recorded(four) });
    expect(members.update(inputs)).toEqual({ outs: recorded(four) });
    expect(members.read("members", inputs)).toEqual({ id: "members", props: inputs, inputs: recorded(four) });
  });
});
