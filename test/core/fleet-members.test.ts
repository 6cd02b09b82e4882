import { describe, expect, it } from "vitest";
import type { Candidate, DesiredFleet } from "../../provider/core/fleet";
import { lost, membersOf } from "../../provider/core/fleet-members";

const criteria = {
  tags: { env: "dev" },
  instanceName: undefined,
  vpcId: undefined,
  zoneId: undefined,
  resourceGroupId: undefined,
  chargeType: undefined,
};
const bySelection: DesiredFleet = {
  regionId: "cn-hangzhou",
  members: { by: "selection", criteria },
  exclude: [],
  minMatches: 1,
  maxMatches: undefined,
  order: "parallel",
};
const byIds = (...instanceIds: string[]): DesiredFleet => ({ ...bySelection, members: { by: "ids", instanceIds } });

function found(instanceId: string, instanceName: string, env = "dev"): Candidate {
  return {
    instanceId,
    instanceName,
    tags: { env },
    vpcId: "",
    zoneId: "",
    resourceGroupId: "",
    chargeType: "PostPaid",
  };
}

describe("ids", () => {
  it("stay as they are listed, without those that are excluded, which is said", () => {
    expect(membersOf({ ...byIds("i-c", "i-a", "i-b"), exclude: ["i-a", "i-x"] }, [], [])).toEqual({
      instanceIds: ["i-c", "i-b"],
      refused: [],
      said: ["exclude: left out are i-a"],
    });
  });

  it("excluded ones are listed, and where there are none nothing is said", () => {
    expect(membersOf({ ...byIds("i-a", "i-b", "i-c"), exclude: ["i-a", "i-b"] }, [], []).said).toEqual([
      "exclude: left out are i-a, i-b",
    ]);
    expect(membersOf(byIds("i-a"), [], []).said).toEqual([]);
  });

  it("none at all is too few", () => {
    expect(membersOf({ ...byIds("i-a"), exclude: ["i-a"] }, [], []).refused).toEqual([
      expect.stringMatching(
        /^instanceIds: lists 0 instances .* minMatches is 1; list more, or lower minMatches; nothing is changed$/,
      ),
    ]);
  });
});

describe("a selection", () => {
  const three = [found("i-1", "web-10"), found("i-3", "web-2"), found("i-2", "web-2")];

  it("is in the order of the names, numbers by their size, then of the ids; each once", () => {
    expect(membersOf(bySelection, [...three, ...three], []).instanceIds).toEqual(["i-2", "i-3", "i-1"]);
  });

  it("holds nothing that doesn't fit, whatever ECS has listed", () => {
    expect(membersOf(bySelection, [...three, found("i-9", "web-9", "prod")], []).instanceIds).toHaveLength(3);
  });

  it("is counted without what is excluded", () => {
    const fleet = { ...bySelection, exclude: ["i-1"], minMatches: 3 };
    expect(membersOf(fleet, three, []).refused).toEqual([expect.stringMatching(/^select: finds 2 .* minMatches is 3/)]);
    expect(membersOf({ ...bySelection, maxMatches: 2 }, three, []).refused).toEqual([
      expect.stringMatching(/^select: finds 3 .* maxMatches is 2/),
    ]);
    expect(membersOf({ ...bySelection, exclude: ["i-1"], minMatches: 2, maxMatches: 2 }, three, []).refused).toEqual(
      [],
    );
  });

  it("a wrong count names what there is, and nothing where there is nothing", () => {
    expect(membersOf({ ...bySelection, minMatches: 4 }, three, []).refused[0]).toContain(
      "minMatches is 4: i-2, i-3, i-1;",
    );
    expect(membersOf({ ...bySelection, maxMatches: 1 }, three, []).refused[0]).toContain(
      "maxMatches is 1: i-2, i-3, i-1;",
    );
    expect(membersOf(bySelection, [], []).refused[0]).toContain("minMatches is 1; check");
    expect(membersOf({ ...bySelection, minMatches: 0 }, [], ["state: no"])).toEqual({
      instanceIds: [],
      refused: ["state: no"],
      said: [],
    });
  });

  it("equal names are in the order of the ids, whatever order they are listed in", () => {
    const equal = ["i-2", "i-1", "i-3"].map((id) => found(id, "web"));
    expect(membersOf(bySelection, equal, []).instanceIds).toEqual(["i-1", "i-2", "i-3"]);
    expect(membersOf(bySelection, [...equal].reverse(), []).instanceIds).toEqual(["i-1", "i-2", "i-3"]);
  });

  it("a refusal of what it may not do names the ids, to paste", () => {
    expect(membersOf(bySelection, three, ["state: no"]).refused).toEqual([
      'state: no. Found are, to paste: instanceIds: ["i-2","i-3","i-1"]',
    ]);
  });
});

describe("what is lost", () => {
  const ids = (count: number, from = 1) => Array.from({ length: count }, (_, n) => `i-${from + n}`);
  const before = { instanceIds: ids(4), goneIds: [] };

  it("half is believed, more is not", () => {
    expect(lost(before, { instanceIds: ids(2), exclude: [] })).toEqual({ missing: ["i-3", "i-4"], refused: undefined });
    const { refused } = lost(before, { instanceIds: ids(1), exclude: [] });
    expect(refused).toMatch(/^select: 3 of the 4 instances .*: i-2, i-3, i-4;.*exclude/);
  });

  it("new ones do not make up for it", () => {
    expect(lost(before, { instanceIds: ids(9, 4), exclude: [] }).refused).toMatch(/3 of the 4/);
  });

  it("what is excluded, or was known to be gone, is no loss", () => {
    expect(lost(before, { instanceIds: ["i-1"], exclude: ["i-2", "i-3"] })).toEqual({
      missing: ["i-4"],
      refused: undefined,
    });
    expect(lost({ ...before, goneIds: ["i-3", "i-4"] }, { instanceIds: ["i-1"], exclude: [] })).toEqual({
      missing: ["i-2"],
      refused: undefined,
    });
  });

  it("the only one is more than half", () => {
    expect(lost({ instanceIds: ["i-1"], goneIds: [] }, { instanceIds: [], exclude: [] }).refused).toBeDefined();
  });
});
