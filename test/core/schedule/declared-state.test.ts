import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type DeclaredState, declaredStateAt, warningsBetween } from "../../../provider/core/schedule/declared-state";
import { hasHolidays, lastKnownDate } from "../../../provider/core/schedule/holiday-calendar";
import { lifeMarks } from "../../../provider/core/schedule/life-marks";
import { normalizeSchedule } from "../../../provider/core/schedule/normalize-schedule";
import type { Schedule, TimedArgs } from "../../../provider/core/schedule/schedule";
import { timeline } from "../../../provider/core/schedule/timeline";
import { timedArgs } from "./random-schedules";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function scheduleOf(args: TimedArgs): Schedule {
  const { failures, schedule } = normalizeSchedule(args);
  if (schedule === undefined) throw new Error(failures.join("\n"));
  return schedule;
}

function at(args: TimedArgs, time: string, beganAt?: string): DeclaredState {
  return declaredStateAt(scheduleOf(args), Date.parse(time), beganAt === undefined ? undefined : Date.parse(beganAt));
}

const office: TimedArgs = {
  schedule: { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] },
};
const nights: TimedArgs = {
  schedule: { zone: "Europe/Berlin", running: [{ days: "mon-fri", from: "22:00", to: "06:00" }] },
};
const officeCron: TimedArgs = {
  schedule: { zone: "Asia/Shanghai", cron: [{ start: "0 8 * * MON-FRI", stop: "0 20 * * MON-FRI" }] },
};
const allWeekCron: TimedArgs = {
  schedule: { zone: "Asia/Shanghai", cron: [{ start: "0 8 * * MON", stop: "0 20 * * FRI" }] },
};
const china = { calendar: "china" as const };

function over(args: TimedArgs, schedule: Partial<TimedArgs["schedule"]>, until: Partial<TimedArgs> = {}): TimedArgs {
  return { ...args, ...until, schedule: { ...args.schedule, ...schedule } };
}

function berlin(from: string, to: string): TimedArgs {
  return { schedule: { zone: "Europe/Berlin", running: [{ from, to }] } };
}

describe("declaredStateAt", () => {
  // [reason, arguments, time, state, next change]
  const rows: readonly (readonly [string, TimedArgs, string, string | undefined, string | undefined])[] = [
    ["before it opens", office, "2026-11-24T07:59:59+08:00", "stopped", "2026-11-24T00:00:00Z"],
    ["from its first moment", office, "2026-11-24T08:00:00+08:00", "running", "2026-11-24T12:00:00Z"],
    ["until its last", office, "2026-11-24T19:59:59.999+08:00", "running", "2026-11-24T12:00:00Z"],
    ["the end is not part of it", office, "2026-11-24T20:00:00+08:00", "stopped", "2026-11-25T00:00:00Z"],
    ["over the weekend", office, "2026-11-27T20:00:00+08:00", "stopped", "2026-11-30T00:00:00Z"],
    ["over the turn of the year", office, "2026-12-31T21:00:00+08:00", "stopped", "2027-01-01T00:00:00Z"],
    [
      "a night belongs to the day on which it begins",
      nights,
      "2026-11-28T03:00:00+01:00",
      "running",
      "2026-11-28T05:00:00Z",
    ],
    [
      "so Sunday's night, which isn't declared, is off",
      nights,
      "2026-11-30T03:00:00+01:00",
      "stopped",
      "2026-11-30T21:00:00Z",
    ],
    [
      "24:00 goes on at 00:00",
      over(office, {
        running: [
          { days: "mon", from: "08:00", to: "24:00" },
          { days: "tue", from: "00:00", to: "09:00" },
        ],
      }),
      "2026-11-23T20:00:00+08:00",
      "running",
      "2026-11-24T01:00:00Z",
    ],
    [
      "always on",
      over(office, { running: [{ from: "00:00", to: "24:00" }] }),
      "2026-11-23T20:00:00+08:00",
      "running",
      undefined,
    ],

    ["cron as the week", officeCron, "2026-11-24T08:00:00+08:00", "running", "2026-11-24T12:00:00Z"],
    ["cron over the weekend", officeCron, "2026-11-28T12:00:00+08:00", "stopped", "2026-11-30T00:00:00Z"],
    ["cron from Monday to Friday", allWeekCron, "2026-11-25T03:00:00+08:00", "running", "2026-11-27T12:00:00Z"],
    [
      "cron: a start while it runs changes nothing",
      { schedule: { zone: "UTC", cron: [{ start: "0 * * * *", stop: "30 20 * * *" }] } },
      "2026-11-24T12:00:00Z",
      "running",
      "2026-11-24T20:30:00Z",
    ],
    [
      "cron: stopped at a minute that both name",
      { schedule: { zone: "UTC", cron: [{ start: "0 8 * * *", stop: "0 8,20 * * SAT" }] } },
      "2026-11-28T08:00:00Z",
      "stopped",
      "2026-11-29T08:00:00Z",
    ],
    [
      "cron: and not started at such a minute",
      { schedule: { zone: "UTC", cron: [{ start: "0 8,9 * * *", stop: "0 8,20 * * *" }] } },
      "2026-11-28T08:00:00Z",
      "stopped",
      "2026-11-28T09:00:00Z",
    ],
    [
      "cron: the first Monday of a month",
      { schedule: { zone: "UTC", cron: [{ start: "0 8 * * MON#1", stop: "0 20 * * *" }] } },
      "2026-11-24T12:00:00Z",
      "stopped",
      "2026-12-07T08:00:00Z",
    ],
    [
      "cron: two pairs",
      {
        schedule: {
          zone: "UTC",
          cron: [
            { start: "0 8 * * *", stop: "0 12 * * *" },
            { start: "0 11 * * *", stop: "0 14 * * *" },
          ],
        },
      },
      "2026-11-24T09:00:00Z",
      "running",
      "2026-11-24T14:00:00Z",
    ],
    [
      "cron: only on leap days",
      { schedule: { zone: "UTC", cron: [{ start: "0 0 29 2 *", stop: "0 0 1 3 *" }] } },
      "2097-01-01T00:00:00Z",
      "stopped",
      "2104-02-29T00:00:00Z",
    ],
    [
      "cron: stopped years ago",
      { schedule: { zone: "UTC", cron: [{ start: "0 0 1 3 *", stop: "0 0 29 2 *" }] } },
      "2027-06-01T00:00:00Z",
      "running",
      "2028-02-29T00:00:00Z",
    ],

    [
      "an exception stops the whole day",
      over(office, { exceptions: [{ date: "2026-11-25", state: "stopped" }] }),
      "2026-11-24T20:00:00+08:00",
      "stopped",
      "2026-11-26T00:00:00Z",
    ],
    [
      "and what is left of the night before",
      over(nights, { exceptions: [{ date: "2026-11-25", state: "stopped" }] }),
      "2026-11-24T23:00:00+01:00",
      "running",
      "2026-11-24T23:00:00Z",
    ],
    [
      "and begins nothing",
      over(nights, { exceptions: [{ date: "2026-11-25", state: "stopped" }] }),
      "2026-11-25T12:00:00+01:00",
      "stopped",
      "2026-11-26T21:00:00Z",
    ],
    [
      "an exception runs the whole day, and what begins on it",
      over(nights, { exceptions: [{ date: "2026-11-25", state: "running" }] }),
      "2026-11-25T00:00:00+01:00",
      "running",
      "2026-11-26T05:00:00Z",
    ],
    [
      "periods in place of the week's",
      over(office, { exceptions: [{ date: "2026-11-25", running: [{ from: "10:00", to: "11:00" }] }] }),
      "2026-11-25T09:00:00+08:00",
      "stopped",
      "2026-11-25T02:00:00Z",
    ],
    [
      "periods on a free day",
      over(office, { exceptions: [{ date: "2026-11-28", running: [{ from: "22:00", to: "02:00" }] }] }),
      "2026-11-29T01:00:00+08:00",
      "running",
      "2026-11-28T18:00:00Z",
    ],
    [
      "a row of dates, the last with it",
      over(office, { exceptions: [{ from: "2026-12-24", to: "2027-01-01", state: "stopped" }] }),
      "2026-12-23T20:00:00+08:00",
      "stopped",
      "2027-01-04T00:00:00Z",
    ],
    [
      "cron doesn't start on a stopped date",
      over(allWeekCron, { exceptions: [{ date: "2026-11-23", state: "stopped" }] }),
      "2026-11-24T12:00:00+08:00",
      "stopped",
      "2026-11-30T00:00:00Z",
    ],
    [
      "cron goes on after a stopped date",
      over(allWeekCron, { exceptions: [{ date: "2026-11-25", state: "stopped" }] }),
      "2026-11-25T12:00:00+08:00",
      "stopped",
      "2026-11-25T16:00:00Z",
    ],
    [
      "an exception far ahead is still seen",
      over(office, {
        running: [{ from: "00:00", to: "24:00" }],
        exceptions: [{ date: "2031-05-05", state: "stopped" }],
      }),
      "2026-11-25T12:00:00Z",
      "running",
      "2031-05-04T16:00:00Z",
    ],

    ["a holiday", over(office, { holidays: china }), "2026-10-01T12:00:00+08:00", "stopped", "2026-10-08T00:00:00Z"],
    [
      "a make-up Saturday counts like a Monday",
      over(office, { holidays: china }),
      "2026-10-10T12:00:00+08:00",
      "running",
      "2026-10-10T12:00:00Z",
    ],
    [
      "or like the day that is declared",
      over(office, {
        running: [
          { days: "mon", from: "08:00", to: "20:00" },
          { days: "fri", from: "08:00", to: "16:00" },
        ],
        holidays: { ...china, makeUpDaysLike: "fri" },
      }),
      "2026-10-10T12:00:00+08:00",
      "running",
      "2026-10-10T08:00:00Z",
    ],
    [
      "holidays like a Sunday",
      over(office, {
        running: [{ days: "sun", from: "10:00", to: "16:00" }],
        holidays: { ...china, holidaysLike: "sun" },
      }),
      "2026-10-01T12:00:00+08:00",
      "running",
      "2026-10-01T08:00:00Z",
    ],
    [
      "an exception wins over a holiday",
      over(office, {
        holidays: china,
        exceptions: [{ date: "2026-10-01", running: [{ from: "10:00", to: "13:00" }] }],
      }),
      "2026-10-01T12:00:00+08:00",
      "running",
      "2026-10-01T05:00:00Z",
    ],
    [
      "cron on a holiday",
      over(officeCron, { holidays: china }),
      "2026-10-01T12:00:00+08:00",
      "stopped",
      "2026-10-08T00:00:00Z",
    ],
    [
      "cron on a make-up day",
      over(officeCron, { holidays: china }),
      "2026-10-10T12:00:00+08:00",
      "running",
      "2026-10-10T12:00:00Z",
    ],
    [
      "cron that stops on Saturdays, on one that counts like a Monday",
      {
        schedule: {
          zone: "Asia/Shanghai",
          cron: [{ start: "0 8 * * MON", stop: "0 20 * * SAT" }],
          holidays: china,
        },
      },
      "2026-10-10T21:00:00+08:00",
      "running",
      "2026-10-17T12:00:00Z",
    ],
    [
      "and a stop that such a Saturday doesn't have is none days later either",
      {
        schedule: {
          zone: "Asia/Shanghai",
          cron: [{ start: "0 8 * * FRI", stop: "0 20 * * SAT" }],
          holidays: china,
        },
      },
      "2026-10-14T12:00:00+08:00",
      "running",
      "2026-10-17T12:00:00Z",
    ],
    [
      "the night before a holiday goes on to its end",
      over(nights, { zone: "Asia/Shanghai", holidays: china }),
      "2026-10-01T05:00:00+08:00",
      "running",
      "2026-09-30T22:00:00Z",
    ],

    [
      "a time that is skipped is as much later",
      berlin("02:30", "04:00"),
      "2026-03-29T03:29:59+02:00",
      "stopped",
      "2026-03-29T01:30:00Z",
    ],
    [
      "a period that is swallowed",
      berlin("02:30", "03:15"),
      "2026-03-28T12:00:00+01:00",
      "stopped",
      "2026-03-30T00:30:00Z",
    ],
    [
      "a time that is repeated is its first",
      berlin("02:30", "04:00"),
      "2026-10-25T02:29:59+02:00",
      "stopped",
      "2026-10-25T00:30:00Z",
    ],
    [
      "an end that is repeated too",
      berlin("01:00", "02:30"),
      "2026-10-25T02:30:00+02:00",
      "stopped",
      "2026-10-26T00:00:00Z",
    ],
    [
      "an hour more in between",
      berlin("01:00", "04:00"),
      "2026-10-25T02:30:00+01:00",
      "running",
      "2026-10-25T03:00:00Z",
    ],
    [
      "cron keeps to the same rule",
      { schedule: { zone: "Europe/Berlin", cron: [{ start: "30 2 * * *", stop: "15 3 * * *" }] } },
      "2026-03-28T12:00:00+01:00",
      "stopped",
      "2026-03-30T00:30:00Z",
    ],
    [
      "midnight that is skipped",
      { schedule: { zone: "Africa/Cairo", running: [{ days: "fri", from: "00:00", to: "06:00" }] } },
      "2026-04-23T23:59:00+02:00",
      "stopped",
      "2026-04-23T22:00:00Z",
    ],
    [
      "half an hour on Lord Howe",
      { schedule: { zone: "Australia/Lord_Howe", running: [{ from: "02:15", to: "03:00" }] } },
      "2026-10-04T02:00:00+10:30",
      "stopped",
      "2026-10-03T15:45:00Z",
    ],
    [
      "a day that a zone left out",
      { schedule: { zone: "Pacific/Apia", running: [{ days: "fri", from: "08:00", to: "10:00" }] } },
      "2011-12-29T12:00:00-10:00",
      "stopped",
      "2012-01-05T18:00:00Z",
    ],
    [
      "the same for cron",
      { schedule: { zone: "Pacific/Apia", cron: [{ start: "0 8 * * FRI", stop: "0 10 * * *" }] } },
      "2011-12-29T12:00:00-10:00",
      "stopped",
      "2012-01-05T18:00:00Z",
    ],

    [
      "kept running",
      { ...office, keepRunningUntil: "2026-11-24T23:00:00+08:00" },
      "2026-11-24T21:00:00+08:00",
      "running",
      "2026-11-24T15:00:00Z",
    ],
    [
      "kept running into the next morning",
      { ...office, keepRunningUntil: "2026-11-25T09:00:00+08:00" },
      "2026-11-24T21:00:00+08:00",
      "running",
      "2026-11-25T12:00:00Z",
    ],
    [
      "kept running, and that is over",
      { ...office, keepRunningUntil: "2026-11-24T23:00:00+08:00" },
      "2026-11-24T23:00:00+08:00",
      "stopped",
      "2026-11-25T00:00:00Z",
    ],
    [
      "held",
      { ...office, holdUntil: "2026-11-24T10:00:00+08:00" },
      "2026-11-24T09:00:00+08:00",
      undefined,
      "2026-11-24T02:00:00Z",
    ],
    [
      "held wins over kept running",
      { ...office, holdUntil: "2026-11-24T21:00:00+08:00", keepRunningUntil: "2026-11-24T22:00:00+08:00" },
      "2026-11-24T20:30:00+08:00",
      undefined,
      "2026-11-24T13:00:00Z",
    ],
  ];

  it.each(rows)("%s", (_, args, time, state, nextChangeAt) => {
    expect(at(args, time)).toMatchObject({ state, nextChangeAt });
  });
});

describe("a life in stages", () => {
  const life = over(office, { life: { stopAfter: "48h", releaseAfter: "72h" } });
  const only: TimedArgs = { schedule: { zone: "UTC", life: { stopAfter: "48h", releaseAfter: "72h" } } };
  const began = "2026-11-23T09:00:30+08:00";

  it.each([
    ["the week counts first", life, "2026-11-24T12:00:00+08:00", "running", "2026-11-24T12:00:00Z"],
    ["never stopped early", life, "2026-11-25T09:00:59+08:00", "running", "2026-11-25T01:01:00Z"],
    ["stopped for good", life, "2026-11-25T09:01:00+08:00", "stopped", "2026-11-26T01:01:00Z"],
    ["never released early", life, "2026-11-26T09:00:59+08:00", "stopped", "2026-11-26T01:01:00Z"],
    ["released, which is the last stage", life, "2026-11-26T09:01:00+08:00", "released", undefined],
    ["still released years later", life, "2036-11-26T09:01:00+08:00", "released", undefined],
    [
      "without a week it runs until it is stopped",
      only,
      "2026-11-24T03:00:00+08:00",
      "running",
      "2026-11-25T01:01:00Z",
    ],
    [
      "only a release",
      { schedule: { zone: "UTC", life: { releaseAfter: "72h" } } },
      "2026-11-24T03:00:00+08:00",
      "running",
      "2026-11-26T01:01:00Z",
    ],
    [
      "a release waits while it is held",
      { ...life, holdUntil: "2026-11-30T00:00:00Z" },
      "2026-11-28T00:00:00Z",
      undefined,
      "2026-11-30T00:00:00Z",
    ],
    [
      "and while it is kept running",
      { ...life, keepRunningUntil: "2026-11-30T00:00:00Z" },
      "2026-11-28T00:00:00Z",
      "running",
      "2026-11-30T00:00:00Z",
    ],
    [
      "a running exception doesn't undo a release",
      over(life, { exceptions: [{ date: "2026-11-28", state: "running" }] }),
      "2026-11-28T12:00:00+08:00",
      "released",
      undefined,
    ],
  ])("%s", (_, args, time, state, nextChangeAt) => {
    expect(at(args, time, began)).toMatchObject({ state, nextChangeAt, warnings: [] });
  });

  it("is not counted before its beginning is known, and that is said", () => {
    expect(at(only, "2099-01-01T00:00:00Z")).toEqual({
      state: "running",
      because: expect.stringContaining("all its life") as unknown,
      warnings: [expect.stringMatching(/^schedule\.life: its beginning is not known/)],
      nextChangeAt: undefined,
    });
  });

  it("has marks that can be named before they come", () => {
    const beganAtMs = Date.parse(began);
    const marks = lifeMarks(scheduleOf(life), beganAtMs);
    expect(marks).toEqual({
      stopAtMs: Date.parse("2026-11-25T01:01:00Z"),
      releaseAtMs: Date.parse("2026-11-26T01:01:00Z"),
    });
    expect(lifeMarks(scheduleOf(life), undefined)).toEqual({ stopAtMs: undefined, releaseAtMs: undefined });
  });

  it("says what it counts from", () => {
    expect(at(life, "2026-11-27T00:00:00Z", began).because).toBe(
      "it has lived for 72h since 2026-11-23T01:00:00Z (schedule.life.releaseAfter)",
    );
  });
});

describe("because", () => {
  it.each([
    [office, "2026-11-24T12:00:00+08:00", "open from 08:00 to 20:00, Asia/Shanghai (schedule.running)"],
    [office, "2026-11-24T22:00:00+08:00", "no period is open"],
    [
      officeCron,
      "2026-11-24T12:00:00+08:00",
      'between start "0 8 * * MON-FRI" and stop "0 20 * * MON-FRI", Asia/Shanghai (schedule.cron)',
    ],
    [over(office, { holidays: china }), "2026-10-01T12:00:00+08:00", "2026-10-01 is a holiday in China (National Day)"],
    [
      over(office, { holidays: china }),
      "2026-10-10T12:00:00+08:00",
      "2026-10-10 is a make-up working day in China (National Day) and counts like a Monday: open from 08:00 to 20:00, Asia/Shanghai",
    ],
    [
      over(office, { exceptions: [{ date: "2026-11-24", state: "stopped" }] }),
      "2026-11-24T12:00:00+08:00",
      "2026-11-24 is declared as stopped (schedule.exceptions)",
    ],
    [
      { ...office, keepRunningUntil: "2026-11-24T23:00:00+08:00" },
      "2026-11-24T12:00:00+08:00",
      "it is kept running until 2026-11-24T15:00:00Z (keepRunningUntil)",
    ],
    [
      { ...office, holdUntil: "2026-11-24T23:00:00+08:00" },
      "2026-11-24T12:00:00+08:00",
      "its power state is left alone until 2026-11-24T15:00:00Z (holdUntil)",
    ],
  ])("%j at %s", (args: TimedArgs, time, because) => {
    expect(at(args, time).because).toBe(because);
  });
});

describe("a year without holidays", () => {
  const args = over(office, { holidays: china });
  const unknownYear = Number(lastKnownDate.slice(0, 4)) + 1;

  it("is a warning, and the ordinary week counts", () => {
    expect(hasHolidays(unknownYear)).toBe(false);
    const states = ["01", "02", "03", "04", "05", "06", "07"].map(
      (day) => at(args, `${unknownYear}-10-${day}T12:00:00+08:00`).state,
    );
    expect(states.filter((state) => state === "running")).toHaveLength(5);
    expect(at(args, `${unknownYear}-10-01T12:00:00+08:00`).warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^schedule.holidays: china's holidays of ${unknownYear} are not known here, so the ordinary week counts`,
        ),
      ),
    ]);
  });

  it("is said when the next change lies in it, and not before", () => {
    const daily = over(args, { running: [{ from: "08:00", to: "20:00" }] });
    expect(at(daily, `${unknownYear - 1}-12-31T21:00:00+08:00`).warnings).toHaveLength(1);
    expect(at(daily, `${unknownYear - 1}-12-15T09:00:00+08:00`).warnings).toEqual([]);
    expect(at(office, `${unknownYear}-10-01T12:00:00+08:00`).warnings).toEqual([]);
  });

  it("is said once for each year of a picture", () => {
    const [fromMs, toMs] = [Date.UTC(unknownYear - 1, 0, 2), Date.UTC(unknownYear + 1, 6, 1)];
    expect(warningsBetween(scheduleOf(args), fromMs, toMs)).toHaveLength(2);
  });
});

describe("a schedule and its timeline", () => {
  const nowMs = Date.parse("2026-10-24T12:00:00Z");
  const zone = fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
  const any = zone.chain((name) => timedArgs(name, nowMs));
  const minutes = fc.integer({ min: -8 * 1440, max: 8 * 1440 });

  it("never disagree, wherever the timeline is cut", () => {
    fc.assert(
      fc.property(any, minutes, minutes, minutes, (args, first, end, look) => {
        const schedule = scheduleOf(args);
        const beganAtMs = nowMs - 50 * hourMs;
        const [fromMs, toMs] = [nowMs + Math.min(first, end) * 60_000, nowMs + Math.max(first, end) * 60_000];
        const segments = timeline(schedule, fromMs, toMs, beganAtMs);
        expect(segments.at(0)?.fromMs).toBe(fromMs === toMs ? undefined : fromMs);
        expect(segments.at(-1)?.toMs).toBe(fromMs === toMs ? undefined : toMs);
        for (const [index, segment] of segments.entries()) {
          const next = segments[index + 1];
          expect(segment.fromMs).toBeLessThan(segment.toMs);
          if (next === undefined) continue;
          expect(next.fromMs).toBe(segment.toMs);
          expect([next.state, next.because]).not.toEqual([segment.state, segment.because]);
        }
        const atMs = nowMs + look * 60_000;
        const segment = segments.find((one) => one.fromMs <= atMs && atMs < one.toMs);
        if (segment === undefined) return;
        const { state, because, nextChangeAt } = declaredStateAt(schedule, atMs, beganAtMs);
        expect({ state, because }).toEqual({ state: segment.state, because: segment.because });
        const change = segments.find((one) => one.fromMs > atMs && one.state !== state);
        if (change !== undefined) expect(Date.parse(nextChangeAt ?? "")).toBe(change.fromMs);
      }),
      { numRuns: 100 },
    );
  });

  it("leads from change to change without leaving one out", () => {
    fc.assert(
      fc.property(any, (args) => {
        const schedule = scheduleOf(args);
        const endMs = nowMs + 6 * dayMs;
        const changes: number[] = [];
        for (let atMs = nowMs; ; ) {
          const { nextChangeAt } = declaredStateAt(schedule, atMs, nowMs);
          if (nextChangeAt === undefined) break;
          expect(Date.parse(nextChangeAt)).toBeGreaterThan(atMs);
          atMs = Date.parse(nextChangeAt);
          if (atMs >= endMs) break;
          changes.push(atMs);
        }
        const segments = timeline(schedule, nowMs, endMs, nowMs);
        const expected = segments.filter(({ state }, index) => index > 0 && segments[index - 1]?.state !== state);
        expect(changes).toEqual(expected.map(({ fromMs }) => fromMs));
      }),
      { numRuns: 20 },
    );
  });

  it("is empty when it ends before it begins", () => {
    expect(timeline(scheduleOf(office), nowMs, nowMs)).toEqual([]);
    expect(timeline(scheduleOf(office), nowMs, nowMs - 1)).toEqual([]);
  });
});

describe("the machine's own zone", () => {
  const before = process.env.TZ;
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each(["America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"])("%s changes nothing", (own) => {
    const args = [over(office, { holidays: china }), over(officeCron, { holidays: china }), nights].map(scheduleOf);
    const all = () => args.map((schedule) => timeline(schedule, Date.UTC(2026, 8, 20), Date.UTC(2026, 9, 30)));
    process.env.TZ = "UTC";
    const inUtc = all();
    process.env.TZ = own;
    expect(new Date(0).getHours()).not.toBe(0);
    expect(all()).toEqual(inUtc);
  });
});
