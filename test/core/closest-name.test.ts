import { describe, expect, it } from "vitest";
import { closestName, rightName } from "../../provider/core/closest-name";

const names = ["instances", "maxReleases", "maxReleaseTimes", "maxStops", "readOnly"];

describe("the nearest name", () => {
  it.each([
    ["readonly", "readOnly"],
    ["READONLY", "readOnly"],
    ["maxRelease", "maxReleases"],
    ["maxReleasesTimes", "maxReleaseTimes"],
    ["maxStop", "maxStops"],
    ["maxSotps", "maxStops"],
    ["instnace", "instances"],
    ["max_stops", "maxStops"],
  ])("%s is %s", (written, name) => {
    expect(closestName(written, names)).toBe(name);
  });

  it.each(["", "x", "stop", "foo", "releaseLimit", "constructor"])("%j is none of them", (written) => {
    expect(closestName(written, names)).toBeUndefined();
  });

  it("a swap of neighbours is one slip, other changes one each", () => {
    expect(closestName("bac", ["abc"])).toBe("abc");
    expect(closestName("cba", ["abc"])).toBeUndefined();
    expect(closestName("ab", ["abc"])).toBe("abc");
    expect(closestName("abcd", ["abc"])).toBe("abc");
    expect(closestName("abxy", ["abc"])).toBeUndefined();
    expect(closestName("a", [])).toBeUndefined();
  });
});

it("is advised, and else all that there are", () => {
  expect(rightName("maxStop", names, "lifecycle:")).toBe("did you mean lifecycle:maxStops?");
  expect(rightName("foo", ["a", "b"], "lifecycle:")).toBe("there are: lifecycle:a, lifecycle:b");
  expect(rightName("moed", ["mode", "force"])).toBe("did you mean mode?");
});
