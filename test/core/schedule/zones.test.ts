import china from "chinese-days/dist/chinese-days.json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declaredStateAt } from "../../../provider/core/schedule/declared-state";
import { normalizeSchedule } from "../../../provider/core/schedule/normalize-schedule";
import type { Schedule, TimedArgs } from "../../../provider/core/schedule/schedule";
import { timeline } from "../../../provider/core/schedule/timeline";
import { minuteMs, type ModelState, modelStates, transitionsOf } from "./minute-model";
import { holidays, timedArgs } from "./random-schedules";

const zones = [
  "Africa/Cairo",
  "Africa/Casablanca",
  "America/New_York",
  "America/Santiago",
  "America/St_Johns",
  "Antarctica/Troll",
  "Asia/Beirut",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Shanghai",
  "Asia/Tehran",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Europe/Dublin",
  "Europe/London",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
];
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const [fromMs, toMs] = [Date.UTC(2024, 0, 1), Date.UTC(2034, 0, 1)];

function scheduleOf(args: TimedArgs): Schedule {
  const { failures, schedule } = normalizeSchedule(args);
  if (schedule === undefined) throw new Error(failures.join("\n"));
  return schedule;
}

/** What the timeline says at each minute, and a fault where it has a gap or lies over itself. */
function statesOf(schedule: Schedule, firstMs: number, endMs: number, beganAtMs: number | undefined): ModelState[] {
  const states: ModelState[] = [];
  for (const segment of timeline(schedule, firstMs, endMs, beganAtMs)) {
    if (segment.fromMs !== firstMs + states.length * minuteMs) throw new Error(`a gap before ${segment.fromMs}`);
    const minutes = (segment.toMs - segment.fromMs) / minuteMs;
    for (let minute = 0; minute < minutes; minute++) states.push(segment.state ?? "unmanaged");
  }
  return states;
}

/** The first minutes at which two rows differ, so that a fault can be read. */
function differences(expected: readonly ModelState[], actual: readonly ModelState[], firstMs: number): string[] {
  const found: string[] = [];
  for (let minute = 0; minute < Math.max(expected.length, actual.length) && found.length < 3; minute++) {
    if (expected[minute] === actual[minute]) continue;
    const at = new Date(firstMs + minute * minuteMs).toISOString();
    found.push(`${at}: the model has ${expected[minute]}, the timeline ${actual[minute]}`);
  }
  return found;
}

/** Compares all minutes, and some of them, with the next change, through `declaredStateAt`. */
function agree(
  args: TimedArgs,
  firstMs: number,
  endMs: number,
  beganAtMs: number | undefined,
  looks: readonly number[],
): void {
  const schedule = scheduleOf(args);
  const expected = modelStates(args, firstMs, endMs, beganAtMs);
  expect(differences(expected, statesOf(schedule, firstMs, endMs, beganAtMs), firstMs)).toEqual([]);
  for (const look of looks) {
    const index = look % expected.length;
    const answer = declaredStateAt(schedule, firstMs + index * minuteMs, beganAtMs);
    expect(answer.state ?? "unmanaged").toBe(expected[index]);
    const change = expected.findIndex((state, at) => at > index && state !== expected[index]);
    if (change >= 0)
      expect(answer.nextChangeAt).toBe(new Date(firstMs + change * minuteMs).toISOString().replace(".000", ""));
    else expect(Date.parse(answer.nextChangeAt ?? "9999-01-01")).toBeGreaterThanOrEqual(endMs);
  }
}

const transitions = zones.map((zone) => ({ zone, moments: transitionsOf(zone, fromMs, toMs) }));

it("twenty zones, most of which change their clocks", () => {
  expect(zones.length).toBe(20);
  expect(transitions.filter(({ moments }) => moments.length >= 10).length).toBeGreaterThanOrEqual(12);
});

it("random schedules have everything that there is", () => {
  const some = fc.sample(timedArgs("UTC", fromMs), 500);
  const shares = [
    some.filter(({ schedule }) => schedule.cron !== undefined),
    some.filter(({ schedule }) => schedule.running !== undefined),
    some.filter(({ schedule }) => schedule.exceptions !== undefined),
    some.filter(({ schedule }) => schedule.holidays !== undefined),
    some.filter(({ schedule }) => schedule.life !== undefined),
    some.filter(({ keepRunningUntil }) => keepRunningUntil !== undefined),
    some.filter(({ holdUntil }) => holdUntil !== undefined),
  ];
  expect(shares.map(({ length }) => length > 50)).toEqual(shares.map(() => true));
});

describe.each(transitions)("$zone", ({ zone, moments }) => {
  const looks = fc.array(fc.nat(100_000), { minLength: 2, maxLength: 2 });
  const anyMinute = fc.integer({ min: fromMs / minuteMs, max: toMs / minuteMs }).map((minutes) => minutes * minuteMs);
  const moment = moments.length === 0 ? anyMinute : fc.constantFrom(...moments);

  /** Schedules around moments, and a life that began up to five days before. */
  const compare = (around: fc.Arbitrary<number>, widthMs: number, numRuns: number) =>
    fc.assert(
      fc.property(
        around.chain((ms) =>
          fc.tuple(fc.constant(ms), timedArgs(zone, ms), fc.integer({ min: 0, max: 5 * dayMs }), looks),
        ),
        ([ms, args, ageMs, at]) => agree(args, ms - widthMs, ms + widthMs, ms - ageMs, at),
      ),
      { numRuns },
    );

  it("agrees with the minutes of three days before and after a change of the clock", () => {
    compare(moment, 3 * dayMs, 2);
  });

  it("agrees with the minutes of three days before and after any minute, and so with all changes there", () => {
    compare(anyMinute, 3 * dayMs, 2);
  });

  const name =
    moments.length === 0 ? "never changes its clocks" : "agrees around every change of the clock in ten years";
  it(name, () => {
    const args: TimedArgs = {
      schedule: {
        zone,
        running: [
          { days: "mon-sat", from: "22:00", to: "01:15" },
          { from: "00:00", to: "00:20" },
          { from: "01:30", to: "01:45" },
          { from: "02:30", to: "03:15" },
        ],
      },
    };
    for (const ms of moments) agreeNearby(args, ms);
  });

  function agreeNearby(args: TimedArgs, ms: number): void {
    const [firstMs, endMs] = [ms - 3 * hourMs, ms + 3 * hourMs];
    const expected = modelStates(args, firstMs, endMs, undefined, dayMs);
    expect(differences(expected, statesOf(scheduleOf(args), firstMs, endMs, 0), firstMs)).toEqual([]);
  }
});

it("Apia, which had no 2011-12-30", () => {
  const ms = Date.UTC(2011, 11, 30, 10);
  fc.assert(
    fc.property(
      timedArgs("Pacific/Apia", ms),
      fc.array(fc.nat(100_000), { minLength: 2, maxLength: 2 }),
      (args, looks) => agree(args, ms - 3 * dayMs, ms + 3 * dayMs, ms - 2 * dayMs, looks),
    ),
    { numRuns: 8 },
  );
});

describe("China's holidays and make-up days", () => {
  it.each(["2023", "2024", "2025", "2026"])("agree with the minutes around them in %s", (year) => {
    const makeUpDays = Object.keys(china.workdays).filter((date) => date.startsWith(year));
    fc.assert(
      fc.property(
        fc
          .constantFrom(...makeUpDays)
          .map((date) => Date.parse(date))
          .chain((ms) => fc.tuple(fc.constant(ms), timedArgs("Asia/Shanghai", ms), holidays)),
        ([ms, { schedule }, some]) => {
          agree({ schedule: { ...schedule, holidays: some } }, ms - 5 * dayMs, ms + 5 * dayMs, undefined, []);
        },
      ),
      { numRuns: 4 },
    );
  });
});

// Nothing is skipped in silence: a run without it says so.
if (process.env.SCHEDULE_WHOLE_YEARS === "1") {
  describe.each(zones)("whole years in %s", (zone) => {
    it.each(Array.from({ length: 10 }, (_, index) => 2024 + index))("every minute of %d", (year) => {
      const [firstMs, endMs] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
      fc.assert(
        fc.property(timedArgs(zone, firstMs + 180 * dayMs), (args) =>
          agree(args, firstMs, endMs, undefined, [1, 300_000]),
        ),
        { numRuns: 1 },
      );
      console.log(`${zone} ${year}: every minute agrees`);
    }, 600_000);
  });
} else {
  console.log("schedules: a sample of ten years in twenty zones; SCHEDULE_WHOLE_YEARS=1 compares every minute of them");
}
