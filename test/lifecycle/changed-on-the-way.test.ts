import { describe, expect, it } from "vitest";
import { digestsOf } from "../../provider/judged-arguments";
import type { RunInfo } from "../../provider/run-info";
import { instanceId, minutesFromNow, present, regionId } from "../support/builders";
import { type Properties, registered, stage } from "../support/stage";

const at = minutesFromNow(120);
const expectation = { expect: { instanceName: "worker" } };

/** Checks what arrives where something else was judged; `recorded` are the inputs of the last run. */
function reasons(
  judged: Properties,
  arrived: Properties,
  recorded: Properties | undefined,
  run: Partial<RunInfo> = {},
) {
  const words = { seen: present(), judged: digestsOf({ instanceId, regionId, ...judged }), ...run };
  const olds = recorded === undefined ? {} : { ...registered(recorded), __recorded: "{}" };
  const { failures } = stage().lifecycle.check(olds, registered(arrived, { instanceId, ...words }));
  return failures.map(({ reason }) => reason);
}

describe("an argument that is another one than was judged", () => {
  it.each([
    ["released", { state: "running" }, { state: "released", ...expectation }, /^state: what reaches the provider/],
    ["a time to live", {}, { autoReleaseAfter: "8h" }, /^autoReleaseAfter: /],
    ["a release time", { autoReleaseAt: "never" }, { autoReleaseAt: at }, /^autoReleaseAt: /],
    ["by force", { state: "stopped" }, { state: "stopped", stop: { force: true } }, /^stop: /],
    ["a schedule", {}, { schedule: { zone: "UTC", running: [{}] } }, /^schedule: /],
    ["less expected", { state: "stopped", ...expectation }, { state: "stopped" }, /^expect: /],
  ])("%s: refused by its name, new or not", (_, judged, arrived, reason) => {
    expect(reasons(judged, arrived, undefined)).toContainEqual(expect.stringMatching(reason));
    expect(reasons(judged, arrived, judged)).toContainEqual(expect.stringMatching(reason));
  });

  it("another instance: both are named, and nothing else is believed", () => {
    const other = { instanceId: "i-other", state: "stopped" };
    expect(reasons({ state: "stopped" }, other, undefined)).toEqual([
      expect.stringMatching(
        new RegExp(`^instanceId: ${instanceId} is declared and was looked at, but i-other reaches`),
      ),
    ]);
  });

  it("is refused also when a policy changes it after a first check, which took the program's words off", () => {
    const { lifecycle } = stage();
    const words = { seen: present(), judged: digestsOf({ instanceId, regionId, state: "running" }) };
    expect(lifecycle.check({}, registered({ state: "running" }, words)).failures).toEqual([]);
    expect(lifecycle.check({}, registered({ state: "running" })).failures).toEqual([]);
    const { failures } = lifecycle.check({}, registered({ state: "stopped" }));
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^state: /)]);
  });
});

describe("ignoreChanges", () => {
  const ignored = { ignored: ["state", "autoReleaseAt", "stop"] };

  it.each([
    ["a state", { state: "released" }, { state: "running" }],
    ["none", { state: "stopped", autoReleaseAt: at }, { state: "stopped" }],
    ["all of them", { state: "stopped" }, { state: "running" }, { ignored: ["*"] }],
  ])("what arrives as it is recorded is judged so: %s", (_, judged, recorded: Properties, more = ignored) => {
    expect(reasons(judged, recorded, recorded, more)).toEqual([]);
  });

  it("what arrives as neither is refused", () => {
    expect(reasons({ state: "running" }, { state: "stopped" }, { state: "running" }, ignored)).toEqual([
      expect.stringMatching(/^state: /),
    ]);
  });

  it("a recorded release that is written no more is not done", () => {
    const recorded = { state: "released", ...expectation };
    expect(reasons({ state: "running", ...expectation }, recorded, recorded, ignored)).toEqual([
      expect.stringMatching(/^state: /),
    ]);
  });

  it("an argument that it doesn't name is refused although it is as recorded", () => {
    const recorded = { state: "running", drift: "report" };
    expect(reasons({ state: "running" }, recorded, recorded, ignored)).toEqual([expect.stringMatching(/^drift: /)]);
  });
});
