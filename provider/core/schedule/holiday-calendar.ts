// The data, not the functions beside it: those read a date in the machine's own zone, and west of UTC are a day off.
import china from "chinese-days/dist/chinese-days.json";

export interface SpecialDay {
  readonly kind: "holiday" | "makeUpDay";
  /** Its English name. */
  readonly name: string;
}

const holidays: ReadonlyMap<string, string> = new Map(Object.entries(china.holidays));
const makeUpDays: ReadonlyMap<string, string> = new Map(Object.entries(china.workdays));

/** What the Chinese calendar says of a date (`YYYY-MM-DD`); undefined: an ordinary day, or a year without data. Pure. */
export function specialDay(date: string): SpecialDay | undefined {
  const holiday = holidays.get(date);
  if (holiday !== undefined) return { kind: "holiday", name: english(holiday) };
  const makeUpDay = makeUpDays.get(date);
  return makeUpDay === undefined ? undefined : { kind: "makeUpDay", name: english(makeUpDay) };
}

/**
 * Whether the State Council's days of a year are known. A year is announced late in the one before, and single days of it
 * may come earlier with a holiday at the turn of the year; the days that are free in every year tell whether all are there.
 */
export function hasHolidays(year: number, known: ReadonlyMap<string, string> = holidays): boolean {
  return [`${year}-01-01`, `${year}-05-01`, `${year}-10-01`].every((date) => known.has(date));
}

/** The last date of which the calendar says anything. */
export const lastKnownDate: string = [...holidays.keys(), ...makeUpDays.keys()].sort().at(-1) ?? "";

/** The data has "National Day,国庆节,3". */
function english(text: string): string {
  return text.split(",")[0] ?? text;
}
