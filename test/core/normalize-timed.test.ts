import { describe, expect, it } from "vitest";
import { normalize, timedArguments } from "../../provider/core/normalize";
import { normalizeTimed } from "../../provider/core/normalize-timed";

const week = { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] };
const machine = { instanceId: "i-a", regionId: "cn-hangzhou" };

describe("the arguments of which state is made", () => {
  it("are three, and what isn't declared is none of them", () => {
    const args = { ...machine, schedule: week, holdUntil: undefined, drift: "report" };
    expect(timedArguments(args)).toEqual({ schedule: week });
  });

  it("say nothing where none is declared", () => {
    expect(normalizeTimed({ ...machine, state: "stopped" })).toEqual({ failures: [], schedule: undefined });
  });

  it("are read where nothing is wrong", () => {
    const { failures, schedule } = normalizeTimed({ ...machine, schedule: week });
    expect(failures).toEqual([]);
    expect(schedule?.zone).toBe("Asia/Shanghai");
  });
});

describe("what can't stand together", () => {
  const life = { since: "2026-11-24T09:00:00+08:00", releaseAfter: "72h" };
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["state and schedule", { state: "stopped", schedule: week }, /^state: can't be combined with schedule/],
    [
      "a life without a beginning",
      { schedule: { ...week, life: { stopAfter: "48h" } } },
      /^schedule\.life\.since: is required.*such as 2026-/,
    ],
    [
      "two ways to be released",
      { schedule: { ...week, life }, autoReleaseAt: "2027-01-01T00:00:00Z" },
      /^autoReleaseAt: can't be combined with schedule\.life\.releaseAfter/,
    ],
    [
      "two times to live",
      { schedule: { ...week, life }, autoReleaseAfter: "8h" },
      /^autoReleaseAfter: can't be combined with schedule\.life\.releaseAfter/,
    ],
    [
      "an override without a schedule",
      { holdUntil: "2027-01-01T00:00:00Z" },
      /^holdUntil: overrides a schedule, and there is none; declare schedule, or take holdUntil out/,
    ],
    [
      "an override beside a state",
      { state: "stopped", keepRunningUntil: "2027-01-01T00:00:00Z" },
      /^keepRunningUntil: overrides a schedule, and there is none/,
    ],
    [
      "a beginning that is no time",
      { schedule: { ...week, life: { ...life, since: "yesterday" } } },
      /^schedule\.life\.since: must be a time/,
    ],
  ])("%s", (_name, args, fault) => {
    const { failures, schedule } = normalizeTimed({ ...machine, ...args });
    expect(failures.filter((text) => fault.test(text))).toHaveLength(1);
    expect(schedule).toBeUndefined();
  });

  it("names each override without a schedule, and nothing else", () => {
    const until = "2027-01-01T00:00:00Z";
    const { failures } = normalizeTimed({ ...machine, state: "stopped", keepRunningUntil: until, holdUntil: until });
    expect(failures.map((text) => text.split(":")[0])).toEqual(["keepRunningUntil", "holdUntil"]);
  });

  it("is not said as long as the schedule is not known", () => {
    expect(normalizeTimed({ ...machine, holdUntil: "2027-01-01T00:00:00Z" }, ["schedule"]).failures).toEqual([]);
  });
});

describe("one resource's own reading", () => {
  it("keeps them as they were written, and takes the state from the program", () => {
    const { failures, desired } = normalize({ ...machine, schedule: week, state: "running" });
    expect(failures).toEqual([]);
    expect(desired?.state).toBe("running");
    expect(desired?.timed).toEqual({ schedule: week });
  });

  it("has none where none is declared", () => {
    expect(normalize({ ...machine, state: "running" }).desired).not.toHaveProperty("timed");
  });

  it.each([
    ["schedule", "night"],
    ["schedule", ["08:00"]],
    ["keepRunningUntil", 5],
    ["holdUntil", true],
  ])("%s: %j is refused by its name", (name, value) => {
    const { failures } = normalize({ ...machine, [name]: value });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(new RegExp(`^${name}: must be `));
  });
});
