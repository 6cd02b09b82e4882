import type { Temporal } from "temporal-polyfill";
import { specialDay } from "./holiday-calendar";
import type { Exception, Period, Schedule } from "./schedule";
import { weekdayName } from "./weekdays";

/** What counts on one local date. */
export interface DayRule {
  /** What begins on it: what begins on that day of the week, these periods, or nothing. */
  readonly begins: { readonly like: number } | { readonly running: readonly Period[] } | "nothing";
  /** From midnight to midnight, over everything that is open then. */
  readonly whole: "running" | "stopped" | undefined;
  /** Why it isn't an ordinary day; undefined: it is one. */
  readonly because: string | undefined;
}

/** Exceptions win over holidays, and holidays over the week. Pure. */
export function dayRule(schedule: Schedule, date: Temporal.PlainDate): DayRule {
  const text = date.toString();
  const exception = exceptionOn(schedule.exceptions, text);
  if (exception === undefined) return ruleOfCalendar(schedule, date);
  if ("running" in exception.rule) {
    return {
      begins: exception.rule,
      whole: undefined,
      because: `${text} has periods of its own (schedule.exceptions)`,
    };
  }
  const { state } = exception.rule;
  return {
    begins: state === "running" ? ruleOfCalendar(schedule, date).begins : "nothing",
    whole: state,
    because: `${text} is declared as ${state} (schedule.exceptions)`,
  };
}

function ruleOfCalendar({ holidays }: Schedule, date: Temporal.PlainDate): DayRule {
  const ordinary: DayRule = { begins: { like: date.dayOfWeek }, whole: undefined, because: undefined };
  if (holidays === undefined) return ordinary;
  const special = specialDay(date.toString());
  if (special === undefined) return ordinary;
  const isHoliday = special.kind === "holiday";
  const like = isHoliday ? holidays.holidaysLike : holidays.makeUpDaysLike;
  const what = `${date.toString()} is a ${isHoliday ? "holiday" : "make-up working day"} in China (${special.name})`;
  return like === undefined
    ? { begins: "nothing", whole: undefined, because: what }
    : { begins: { like }, whole: undefined, because: `${what} and counts like a ${weekdayName(like)}` };
}

/** Dates as texts are in the order of the calendar. */
function exceptionOn(exceptions: readonly Exception[], date: string): Exception | undefined {
  return exceptions.find(({ from, to }) => from <= date && date <= to);
}
