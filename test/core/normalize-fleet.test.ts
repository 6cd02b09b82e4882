import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { normalizeFleet } from "../../provider/core/normalize-fleet";

const region = "cn-hangzhou";
const select = { tags: { env: "dev" } };

function failures(args: Record<string, unknown>): readonly string[] {
  const { failures, fleet, forbidden } = normalizeFleet(args, region);
  if (failures.length > 0) expect({ fleet, forbidden }).toEqual({ fleet: undefined, forbidden: [] });
  return failures;
}

describe("which instances", () => {
  it("ids, with the defaults of all that is left out", () => {
    expect(normalizeFleet({ instanceIds: ["i-b", "i-a"], state: "released" }, region)).toEqual({
      failures: [],
      unknown: [],
      forbidden: [],
      fleet: {
        regionId: region,
        members: { by: "ids", instanceIds: ["i-b", "i-a"] },
        exclude: [],
        minMatches: 1,
        maxMatches: undefined,
        order: "parallel",
      },
    });
  });

  it("a selection, with every criterion", () => {
    const all = {
      tags: { env: "dev", constructor: "x" },
      instanceName: "web-*",
      vpcId: "vpc-1",
      zoneId: "cn-hangzhou-h",
      resourceGroupId: "rg-1",
      chargeType: "PostPaid",
    };
    const more = { exclude: ["i-a"], minMatches: 0, maxMatches: 3, order: "backward", regionId: "cn-beijing" };
    expect(normalizeFleet({ select: all, ...more }, region).fleet).toEqual({
      members: { by: "selection", criteria: all },
      ...more,
    });
  });

  it.each([
    [{}, /^instanceIds: is required, .* or select/],
    [{ instanceIds: ["i-a"], select }, /^select: can't be combined with instanceIds/],
    [{ instanceIds: ["i-a", "i-b", "i-a"] }, /^instanceIds: i-a stands there more than once/],
    [{ instanceIds: "i-a" }, /^instanceIds: must be a list/],
    [{ instanceIds: ["web-1"] }, /^instanceIds\.0: must be an instance id .*; it does not begin with "i-"$/],
    [{ select: {} }, /^select: must have at least one criterion/],
    [{ select: "dev" }, /^select: must be an object/],
    [{ select: { tags: {} } }, /^select\.tags: must name at least one tag/],
    [{ select: { tags: { "": "x" } } }, /^select\.tags: must not have an empty key/],
    [{ select: { tags: { env: 1 } } }, /^select\.tags: must hold texts only/],
    [{ select: { tags: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, "v"])) } }, /20 tags at most/],
    [{ select: { tags: "env=dev" } }, /^select\.tags: must be an object of texts$/],
    [{ select: { tags: null } }, /^select\.tags: must be an object of texts$/],
    [{ select: { tags: ["env"] } }, /^select\.tags: must be an object of texts$/],
    [{ select: { tags: { "": 1 } } }, /^select\.tags: must hold texts only$/],
    [{ select: { vpcId: undefined } }, /^select: must have at least one criterion/],
    [{ select: { vpcId: null } }, /^select\.vpcId: must be a text, not null$/],
    [
      { instanceIds: [5] },
      /^instanceIds\.0: must be an instance id such as i-bp67acfmxazb4p, not a number; put it in quotes$/,
    ],
    [{ instanceIds: ["i-a", "i-b", "i-b", "i-a"] }, /^instanceIds: i-b, i-a stands there more than once/],
    [{ select, minMatches: 3, maxMatches: "2" }, /^maxMatches: must be a whole number/],
    [{ select, minMatches: "3", maxMatches: 2 }, /^minMatches: must be a whole number/],
    [{ select: { instanceName: "" } }, /^select\.instanceName: must not be empty/],
    [{ select: { instanceName: "**" } }, /^select\.instanceName: must be more than "\*"/],
    [{ select: { vpcId: "" } }, /^select\.vpcId: must not be empty/],
    [{ select: { chargeType: "Spot" } }, /^select\.chargeType: must be "PostPaid" or "PrePaid"/],
    [{ select: { name: "web" } }, /^select\.name: is not a criterion; there are: tags, instanceName/],
    [{ select, exclude: ["web"] }, /^exclude\.0: must be an instance id/],
    [{ select, minMatches: -1 }, /^minMatches: must be a whole number, 0 or more/],
    [{ select, maxMatches: 0 }, /^maxMatches: must be a whole number, 1 or more/],
    [{ select, minMatches: 3, maxMatches: 2 }, /^maxMatches: must not be smaller than minMatches/],
    [{ select, order: "reverse" }, /^order: must be "parallel", "forward" or "backward", not "reverse"/],
    [{ select, instanceId: "i-a" }, /^instanceId: is not an argument of a fleet/],
    [{ select, stat: "stopped" }, /^stat: is not an argument; did you mean state\?$/],
    [{ select, state: "stoped" }, /^state: must be "running"/],
    [{ select, stop: { forceAfter: "1h" } }, /^stop\.forceAfter: must be shorter than timeouts\.stop/],
  ])("%j is refused by name", (args, reason) => {
    expect(failures(args)).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    [{ select: { tags: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, "v"])) } }],
    [{ select: { instanceName: "*web" } }],
    [{ select: { chargeType: "PrePaid" } }],
    [{ select, minMatches: 2, maxMatches: 2 }],
    [{ select, order: "parallel" }],
    [{ select, order: "forward" }],
    [{ select, instanceIds: undefined, stat: undefined }],
  ])("%j is taken", (args) => {
    expect(failures(args)).toEqual([]);
  });

  it("every fault at once", () => {
    expect(failures({ select: {}, order: "x", state: "y", minMatches: 0.5 })).toHaveLength(4);
  });

  it("needs a region", () => {
    expect(normalizeFleet({ select }, undefined).failures).toEqual([expect.stringMatching(/^regionId: no region/)]);
  });
});

describe("what is not known yet", () => {
  it.each([
    [{ instanceIds: unknownValue }, ["instanceIds"]],
    [{ select: { tags: { env: unknownValue } } }, ["select"]],
    [{ instanceIds: ["i-a"], exclude: [unknownValue] }, ["exclude"]],
    [{ instanceIds: ["i-a"], regionId: unknownValue }, ["regionId"]],
  ])("%j leaves the members open without a fault", (args, unknown) => {
    expect(normalizeFleet(args, region)).toMatchObject({ failures: [], unknown, fleet: undefined });
  });

  it("an argument of the instances leaves the members known", () => {
    const { fleet, unknown } = normalizeFleet({ instanceIds: ["i-a"], state: unknownValue }, region);
    expect(unknown).toEqual(["state"]);
    expect(fleet?.members).toEqual({ by: "ids", instanceIds: ["i-a"] });
  });

  it("hides no other fault", () => {
    expect(failures({ instanceIds: unknownValue, select, order: "x" })).toEqual([
      expect.stringMatching(/^order/),
      expect.stringMatching(/^select: can't be combined/),
    ]);
  });
});

describe("what a selection may not do", () => {
  it.each([
    [{ state: "released" }, /^state: released/],
    [{ autoReleaseAt: "2030-01-01T00:00:00Z" }, /^autoReleaseAt/],
    [{ autoReleaseAfter: "8h" }, /^autoReleaseAfter/],
    [{ onDelete: "stop" }, /^onDelete: stop/],
    [{ onDelete: "retainTimer" }, /^onDelete: retainTimer/],
  ])("%j", (args, reason) => {
    expect(normalizeFleet({ select, ...args }, region).forbidden).toEqual([expect.stringMatching(reason)]);
    expect(normalizeFleet({ instanceIds: ["i-a"], ...args }, region).forbidden).toEqual([]);
  });

  it("cancelling a release time is no release time", () => {
    const { forbidden } = normalizeFleet(
      { select, autoReleaseAt: "never", onDelete: "retain", state: "stopped" },
      region,
    );
    expect(forbidden).toEqual([]);
  });
});
