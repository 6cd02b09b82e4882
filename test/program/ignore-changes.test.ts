import { describe, expect, it } from "vitest";
import { judge } from "../../provider/program/judge";
import { declared, settingsOf } from "../support/declarations";

/** What `ignoreChanges` may keep as it is recorded. What that is, only the check knows. */
describe("a declaration that may arrive as it is recorded", () => {
  const released = (id: string, ignored: readonly string[] = []) =>
    declared(id, { wish: { state: "released" }, ignored });
  const verdictsOf = (...all: readonly ReturnType<typeof declared>[]) => judge(all, [], settingsOf({})).verdicts;

  it.each([["state"], ["*"], ["schedule"]])("by %s counts against no other", (name) => {
    const [real, kept, second] = verdictsOf(released("i-a"), released("i-b", [name]), released("i-c", [name]));
    expect(real?.held).toEqual([]);
    expect(kept?.held).toEqual([]);
    expect(kept?.heldIfNew).toEqual([expect.stringMatching(/^state: 3 instances are due for release/)]);
    expect(second?.heldIfNew).toHaveLength(1);
  });

  it("by another argument counts as any", () => {
    const verdicts = verdictsOf(released("i-a"), released("i-b", ["stop"]));
    expect(verdicts.map(({ held }) => held.length)).toEqual([1, 1]);
  });

  it("is refused as another's own machine only if it is new", () => {
    const [one] = verdictsOf(
      declared("i-a", { wish: { state: "released" }, ignored: ["state"], instancesBehind: ["web"] }),
    );
    expect(one?.held).toEqual([]);
    expect(one?.heldIfNew).toEqual([expect.stringMatching(/alicloud\.ecs\.Instance "web"/)]);
  });
});

describe("the limits that the provider gets", () => {
  it("are resolved, and left out where there is none", () => {
    const all = [declared("i-a"), declared("i-b"), declared("i-c"), declared("i-d")];
    expect(judge(all, [], settingsOf({})).limits).toEqual({ maxReleases: 1, maxReleaseTimes: 10 });
    const settings = settingsOf({ "lifecycle:maxStops": "50%", "lifecycle:maxReleaseTimes": "0" });
    expect(judge(all, [], settings).limits).toEqual({ maxReleases: 1, maxReleaseTimes: 0, maxStops: 2 });
  });
});
