import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeSchedule } from "../../../provider/core/schedule/normalize-schedule";

const zone = "Asia/Shanghai";
const hours = { from: "08:00", to: "20:00" };
const office = { zone, running: [{ days: "mon-fri", ...hours }] };
const cron = { start: "0 8 * * MON-FRI", stop: "0 20 * * MON-FRI" };

function failuresOf(args: unknown): readonly string[] {
  return normalizeSchedule(args).failures;
}

describe("wrong schedules", () => {
  // [argument that has to be named, what the reason has to say, the schedule]
  const rows: readonly (readonly [string, RegExp, unknown])[] = [
    ["schedule", /object with zone, running/, null],
    ["schedule", /object with zone, running/, "0 8 * * *"],
    ["schedule.zone", /required.*Asia\/Shanghai/, { running: office.running }],
    ["schedule.zone", /IANA/, { ...office, zone: "" }],
    ["schedule.zone", /IANA.*not "Shanghai"/, { ...office, zone: "Shanghai" }],
    ["schedule.zone", /IANA.*not "\+08:00"/, { ...office, zone: "+08:00" }],
    ["schedule.zone", /IANA/, { ...office, zone: "CST" }],
    ["schedule.zone", /IANA/, { ...office, zone: "GMT+8" }],
    ["schedule.zone", /America\/New_York.*"EST" is a fixed offset/, { ...office, zone: "EST" }],
    ["schedule.zone", /IANA/, { ...office, zone: 8 }],
    ["schedule.timezone", /not an argument of schedule; there are: zone/, { ...office, timezone: zone }],
    ["schedule", /declare running, cron or life/, { zone }],
    ["schedule", /declare running, cron or life/, { zone, exceptions: [{ date: "2026-12-25", state: "stopped" }] }],
    ["schedule.cron", /one of the two/, { ...office, cron: [cron] }],
    ["schedule.running", /list of periods/, { zone, running: { days: "mon", ...hours } }],
    ["schedule.running", /list of periods/, { zone, running: "mon-fri" }],
    ["schedule.running", /at least one/, { zone, running: [] }],
    ["schedule.running.0", /object with days, from, to/, { zone, running: ["mon"] }],
    ["schedule.running.0.from", /required.*"08:00"/, { zone, running: [{ to: "20:00" }] }],
    ["schedule.running.0.to", /required.*"20:00"/, { zone, running: [{ from: "08:00" }] }],
    ["schedule.running.0.from", /quotes.*not "8:00"/, { zone, running: [{ from: "8:00", to: "20:00" }] }],
    ["schedule.running.0.from", /quotes/, { zone, running: [{ from: 480, to: "20:00" }] }],
    ["schedule.running.0.from", /quotes/, { zone, running: [{ from: "24:00", to: "08:00" }] }],
    ["schedule.running.0.to", /24:00.*not "25:00"/, { zone, running: [{ from: "08:00", to: "25:00" }] }],
    ["schedule.running.0.to", /24:00/, { zone, running: [{ from: "08:00", to: "24:01" }] }],
    ["schedule.running.0.to", /same as from.*"24:00"/, { zone, running: [{ from: "08:00", to: "08:00" }] }],
    ["schedule.running.0.days", /mon-fri.*not "monday"/, { zone, running: [{ days: "monday", ...hours }] }],
    ["schedule.running.0.days", /mon-fri/, { zone, running: [{ days: 1, ...hours }] }],
    ["schedule.running.0.days", /at least one/, { zone, running: [{ days: [], ...hours }] }],
    ["schedule.running.0.days.1", /mon-fri.*not "x"/, { zone, running: [{ days: ["mon", "x"], ...hours }] }],
    [
      "schedule.running.0.weekdays",
      /not an argument of schedule.running/,
      { zone, running: [{ weekdays: "mon", ...hours }] },
    ],
    ["schedule.cron", /list of pairs/, { zone, cron }],
    ["schedule.cron.0.stop", /required.*cron/, { zone, cron: [{ start: cron.start }] }],
    ["schedule.cron.0.start", /five fields.*not "8"/, { zone, cron: [{ ...cron, start: "8" }] }],
    ["schedule.cron.0.start", /five fields/, { zone, cron: [{ ...cron, start: "0 0 8 * * *" }] }],
    ["schedule.cron.0.start", /five fields/, { zone, cron: [{ ...cron, start: "0 8 ? * *" }] }],
    ["schedule.cron.0.start", /comes true/, { zone, cron: [{ ...cron, start: "0 8 30 2 *" }] }],
    ["schedule.cron.0.start", /five fields/, { zone, cron: [{ ...cron, start: "2026-12-24T08:00:00" }] }],
    ["schedule.cron.0.stop", /same as start/, { zone, cron: [{ start: cron.start, stop: cron.start }] }],
    ["schedule.exceptions", /list of dates/, { ...office, exceptions: { date: "2026-12-25" } }],
    ["schedule.exceptions.0", /has no dates/, { ...office, exceptions: [{ state: "stopped" }] }],
    ["schedule.exceptions.0", /has no dates/, { ...office, exceptions: [{ from: "2026-12-25", state: "stopped" }] }],
    ["schedule.exceptions.0", /write state or running/, { ...office, exceptions: [{ date: "2026-12-25" }] }],
    [
      "schedule.exceptions.0.date",
      /quotes.*not "25.12.2026"/,
      { ...office, exceptions: [{ date: "25.12.2026", state: "stopped" }] },
    ],
    ["schedule.exceptions.0.date", /quotes/, { ...office, exceptions: [{ date: "2026-02-30", state: "stopped" }] }],
    ["schedule.exceptions.0.date", /quotes/, { ...office, exceptions: [{ date: new Date(0), state: "stopped" }] }],
    [
      "schedule.exceptions.0.date",
      /can't be combined/,
      { ...office, exceptions: [{ date: "2026-12-25", from: "2026-12-25", to: "2026-12-26", state: "stopped" }] },
    ],
    [
      "schedule.exceptions.0.to",
      /before from/,
      { ...office, exceptions: [{ from: "2026-12-26", to: "2026-12-25", state: "stopped" }] },
    ],
    [
      "schedule.exceptions.0.state",
      /releaseAfter.*last stage/,
      { ...office, exceptions: [{ date: "2026-12-25", state: "released" }] },
    ],
    [
      "schedule.exceptions.0.state",
      /running.*stopped/,
      { ...office, exceptions: [{ date: "2026-12-25", state: false }] },
    ],
    [
      "schedule.exceptions.0.running",
      /one of the two/,
      { ...office, exceptions: [{ date: "2026-12-25", state: "stopped", running: [hours] }] },
    ],
    ["schedule.exceptions.0.running", /at least one/, { ...office, exceptions: [{ date: "2026-12-25", running: [] }] }],
    [
      "schedule.exceptions.0.running.0.to",
      /same as from/,
      { ...office, exceptions: [{ date: "2026-12-25", running: [{ from: "08:00", to: "08:00" }] }] },
    ],
    [
      "schedule.exceptions.0.running.0.days",
      /not an argument/,
      { ...office, exceptions: [{ date: "2026-12-25", running: [{ days: "mon", ...hours }] }] },
    ],
    [
      "schedule.exceptions.0.running",
      /there are none/,
      { zone, life: { stopAfter: "48h" }, exceptions: [{ date: "2026-12-25", running: [hours] }] },
    ],
    [
      "schedule.exceptions.1",
      /schedule.exceptions.0 has too/,
      {
        ...office,
        exceptions: [
          { date: "2026-12-25", state: "stopped" },
          { from: "2026-12-24", to: "2026-12-26", state: "running" },
        ],
      },
    ],
    ["schedule.holidays.calendar", /"china".*exceptions/, { ...office, holidays: { calendar: "de" } }],
    ["schedule.holidays.calendar", /required.*china/, { ...office, holidays: {} }],
    [
      "schedule.holidays.holidaysLike",
      /"stopped" or one of mon/,
      { ...office, holidays: { calendar: "china", holidaysLike: "running" } },
    ],
    [
      "schedule.holidays.makeUpDaysLike",
      /one of mon/,
      { ...office, holidays: { calendar: "china", makeUpDaysLike: "stopped" } },
    ],
    [
      "schedule.holidays",
      /without running or cron/,
      { zone, life: { stopAfter: "48h" }, holidays: { calendar: "china" } },
    ],
    ["schedule.life", /has no stage/, { zone, life: {} }],
    ["schedule.life.stopAfter", /duration.*not "two days"/, { zone, life: { stopAfter: "two days" } }],
    ["schedule.life.stopAfter", /duration/, { zone, life: { stopAfter: 48 } }],
    ["schedule.life.stopAfter", /1m/, { zone, life: { stopAfter: "59s" } }],
    ["schedule.life.releaseAfter", /1095d/, { zone, life: { releaseAfter: "1096d" } }],
    [
      "schedule.life.releaseAfter",
      /longer than stopAfter.*last stage/,
      { zone, life: { stopAfter: "72h", releaseAfter: "48h" } },
    ],
    ["schedule.life.releaseAfter", /longer than stopAfter/, { zone, life: { stopAfter: "2d", releaseAfter: "PT48H" } }],
    [
      "schedule.life.release",
      /not an argument of schedule.life/,
      { ...office, life: { stopAfter: "48h", release: "72h" } },
    ],
  ];

  it.each(rows)("%s: %s", (name, says, schedule) => {
    const failures = failuresOf({ schedule });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(new RegExp(`^${name.replaceAll(".", "\\.")}: `));
    expect(failures[0]).toMatch(says);
    expect(normalizeSchedule({ schedule }).schedule).toBeUndefined();
  });

  it.each([
    ["keepRunningUntil", /^keepRunningUntil: must be a time such as .*RFC 3339/, "tomorrow"],
    ["keepRunningUntil", /^keepRunningUntil: must be a time such as .*RFC 3339/, "never"],
    ["keepRunningUntil", /^keepRunningUntil: must be a time such as/, 5],
    ["keepRunningUntil", /^keepRunningUntil: .*no time zone/, "2026-12-24T18:00:00"],
    ["holdUntil", /^holdUntil: .*calendar/, "2026-02-30T18:00:00Z"],
    ["holdUntill", /^holdUntill: is not an argument; did you mean holdUntil\?/, "2026-12-24T18:00:00Z"],
  ])("%s %s", (name, says, value) => {
    expect(failuresOf({ schedule: office, [name]: value })).toEqual([expect.stringMatching(says)]);
  });

  it.each([undefined, null, "x", 5])("arguments that are %j", (args) => {
    expect(failuresOf(args)).toEqual([
      expect.stringMatching(/^arguments: must be an object with schedule, keepRunningUntil/),
    ]);
    expect(normalizeSchedule(args).schedule).toBeUndefined();
  });

  it("a list in the place of an object", () => {
    expect(failuresOf({ schedule: [office] })).toContainEqual(
      expect.stringMatching(/^schedule\.0: is not an argument/),
    );
    expect(failuresOf([])).toEqual([expect.stringMatching(/^schedule: is required/)]);
  });

  it("no schedule at all", () => {
    expect(failuresOf({})).toEqual([expect.stringMatching(/^schedule: is required/)]);
  });

  it("come all at once, each with its own name", () => {
    const failures = failuresOf({
      schedule: {
        zone: "CST",
        running: [
          { days: "weekdays", from: "8:00", to: "20:00" },
          { from: "09:00", to: "09:00" },
        ],
        exceptions: [{ date: "2026-13-01", state: "released" }, {}],
        holidays: { calendar: "de" },
        life: { stopAfter: "72h", releaseAfter: "48h" },
      },
      holdUntil: "later",
    });
    expect(failures.map((failure) => failure.split(": ")[0])).toEqual([
      "schedule.zone",
      "schedule.running.0.days",
      "schedule.running.0.from",
      "schedule.exceptions.0.date",
      "schedule.exceptions.0.state",
      "schedule.holidays.calendar",
      "holdUntil",
      "schedule.running.1.to",
      "schedule.exceptions.1",
      "schedule.exceptions.1",
      "schedule.life.releaseAfter",
    ]);
  });

  it("any JSON: faults or a schedule, never a throw and never both", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        for (const args of [value, { schedule: value }, { schedule: { zone, running: value, life: other } }]) {
          const { failures, schedule } = normalizeSchedule(args);
          expect(failures.length > 0).toBe(schedule === undefined);
        }
      }),
    );
  });
});

describe("what is not known yet", () => {
  it("is no fault, and the rest is still judged", () => {
    const args = { schedule: { running: [{ from: "8:00", to: "20:00" }] } };
    expect(normalizeSchedule(args, ["schedule.zone"])).toEqual({
      failures: [expect.stringMatching(/^schedule\.running\.0\.from: /)],
      schedule: undefined,
    });
    expect(normalizeSchedule({ schedule: { zone } }, ["schedule.running"])).toEqual({
      failures: [],
      schedule: undefined,
    });
    expect(normalizeSchedule({}, ["schedule"])).toEqual({ failures: [], schedule: undefined });
  });
});

describe("right schedules", () => {
  it("have one strict form", () => {
    const args = {
      schedule: {
        zone: "asia/shanghai",
        running: [
          { days: ["sat", "mon-tue"], from: "22:00", to: "06:00" },
          { from: "12:00", to: "24:00" },
        ],
        exceptions: [
          { from: "2026-12-30", to: "2027-01-02", state: "running" },
          { date: "2026-12-25", running: [{ from: "09:00", to: "12:00" }] },
        ],
        holidays: { calendar: "china" },
        life: { stopAfter: "48h", releaseAfter: "P3D" },
      },
      keepRunningUntil: "2026-12-24T18:00:59+08:00",
      holdUntil: "2026-12-20T00:00:00Z",
    };
    const { failures, schedule } = normalizeSchedule(args);
    expect(failures).toEqual([]);
    expect(schedule).toEqual({
      zone: "Asia/Shanghai",
      running: [
        { days: [1, 2, 6], from: "22:00", to: "06:00" },
        { days: [1, 2, 3, 4, 5, 6, 7], from: "12:00", to: "24:00" },
      ],
      cron: undefined,
      exceptions: [
        { from: "2026-12-25", to: "2026-12-25", rule: { running: [{ from: "09:00", to: "12:00" }] } },
        { from: "2026-12-30", to: "2027-01-02", rule: { state: "running" } },
      ],
      holidays: { holidaysLike: undefined, makeUpDaysLike: 1 },
      life: { stopAfter: { ms: 48 * 3_600_000, text: "48h" }, releaseAfter: { ms: 72 * 3_600_000, text: "P3D" } },
      keepRunningUntilMs: Date.parse("2026-12-24T10:00:00Z"),
      holdUntilMs: Date.parse("2026-12-20T00:00:00Z"),
    });
    expect(JSON.parse(JSON.stringify(args))).toEqual(args);
  });

  it.each([
    ["a life without a week", { zone, life: { releaseAfter: "72h" } }],
    [
      "cron with names, steps and the first Monday",
      { zone, cron: [{ start: "*/30 8 * * MON#1", stop: "0 20 L * *" }] },
    ],
    ["UTC", { ...office, zone: "UTC" }],
    [
      "holidays like a Sunday",
      { ...office, holidays: { calendar: "china", holidaysLike: "sun", makeUpDaysLike: "fri" } },
    ],
    ["a leap day", { ...office, exceptions: [{ date: "2028-02-29", state: "stopped" }] }],
  ])("%s", (_, schedule) => {
    expect(failuresOf({ schedule })).toEqual([]);
  });
});
