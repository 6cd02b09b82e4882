import fc from "fast-check";
import type { ExceptionArgs, PeriodArgs, TimedArgs, WeeklyPeriodArgs } from "../../../provider/core/schedule/schedule";
import { minuteMs } from "./minute-model";

const two = (value: number) => String(value).padStart(2, "0");

/** Often in the hours in which clocks are changed. */
const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 240 }), fc.constant(0));
const period: fc.Arbitrary<PeriodArgs> = fc
  .tuple(minuteOfDay, fc.oneof(minuteOfDay, fc.constant(1440)))
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({
    from: `${two(Math.floor(from / 60))}:${two(from % 60)}`,
    to: `${two(Math.floor(to / 60))}:${two(to % 60)}`,
  }));
const weekday = fc.constantFrom("mon" as const, "tue" as const, "wed" as const, "sat" as const, "sun" as const);
const days = fc.oneof(
  fc.constant("mon-fri"),
  fc.constant("sat,sun"),
  fc.constant("sun-tue, thu"),
  fc.array(weekday, { minLength: 1, maxLength: 4 }),
);
const weeklyPeriod: fc.Arbitrary<WeeklyPeriodArgs> = fc
  .tuple(fc.option(days, { nil: undefined }), period)
  .map(([on, time]) => (on === undefined ? time : { days: on, ...time }));

const cron = fc
  .tuple(
    minuteOfDay,
    minuteOfDay,
    fc.constantFrom("*", "1-5", "0,6", "1", "0-6/2"),
    fc.constantFrom("*", "1-5", "5", "0"),
  )
  .filter(([start, stop]) => start !== stop)
  .map(([start, stop, startDays, stopDays]) => ({
    start: `${start % 60} ${Math.floor(start / 60)} * * ${startDays}`,
    stop: `${stop % 60} ${Math.floor(stop / 60)} * * ${stopDays}`,
  }));
/** Every few minutes of some hours, as people write who think of cron as a clock that ticks. */
const ticking = fc.constantFrom(
  { start: "*/20 1-4 * * *", stop: "10 2,3 * * *" },
  { start: "* 8-17 * * 1-5", stop: "*/30 18-23 * * *" },
  { start: "30 2 * * *", stop: "15 3 * * *" },
  { start: "0,30 * * * *", stop: "0 2-6 * * *" },
);

const dayMs = 1440 * minuteMs;
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Dates up to four days from a moment, none twice: each has its own distance. */
function exceptions(aroundMs: number): fc.Arbitrary<ExceptionArgs[]> {
  return fc
    .uniqueArray(
      fc.record({
        day: fc.integer({ min: -4, max: 4 }),
        rule: fc.oneof(
          fc.constantFrom<ExceptionArgs>({ state: "running" }, { state: "stopped" }),
          fc.array(period, { minLength: 1, maxLength: 2 }).map((running): ExceptionArgs => ({ running })),
        ),
        row: fc.boolean(),
      }),
      { selector: ({ day }) => Math.floor(day / 2), minLength: 1, maxLength: 3 },
    )
    .map((rows) =>
      rows.map(({ day, rule, row }) => {
        const even = Math.floor(day / 2) * 2;
        return row
          ? { from: dateOf(aroundMs + even * dayMs), to: dateOf(aroundMs + (even + 1) * dayMs), ...rule }
          : { date: dateOf(aroundMs + day * dayMs), ...rule };
      }),
    );
}

/** Make-up days that count like any day, often like a Monday. */
export const holidays = fc.record(
  {
    calendar: fc.constant("china" as const),
    holidaysLike: fc.constantFrom("stopped" as const, "sun" as const, "wed" as const),
    makeUpDaysLike: weekday,
  },
  { requiredKeys: ["calendar"] },
);

/** Anything that can be declared, with what has a date near a moment. */
export function timedArgs(zone: string, aroundMs: number): fc.Arbitrary<TimedArgs> {
  const moment = fc
    .integer({ min: -4 * 1440, max: 4 * 1440 })
    .map((minutes) => new Date(aroundMs + minutes * minuteMs).toISOString());
  const week = fc.oneof(
    { weight: 3, arbitrary: fc.record({ running: fc.array(weeklyPeriod, { minLength: 1, maxLength: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ cron: fc.array(fc.oneof(cron, ticking), { minLength: 1, maxLength: 2 }) }) },
  );
  const life = fc.constantFrom(
    { stopAfter: "48h" },
    { releaseAfter: "72h" },
    { stopAfter: "48h", releaseAfter: "72h" },
  );
  const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
  return fc
    .record({
      week,
      exceptions: fc.option(exceptions(aroundMs), { nil: undefined }),
      holidays: rarely(holidays),
      life: rarely(life),
      keepRunningUntil: rarely(moment),
      holdUntil: rarely(moment),
    })
    .map(({ week, exceptions, holidays, life, ...until }) => ({
      schedule: defined({ zone, ...week, exceptions, holidays, life }),
      ...defined(until),
    }));
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}
