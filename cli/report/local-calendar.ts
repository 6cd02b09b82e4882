import { Temporal } from "temporal-polyfill";
import { UsageError } from "../usage-error";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

export interface LocalDay {
  /** Its first moment, or where the reported time begins. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `Mon` */
  readonly weekday: string;
  /** `23` */
  readonly day: string;
  /** `2026-11-23` */
  readonly date: string;
}

const at = (ms: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);

/** So many days later by the calendar of a zone: a day can have 23 or 25 hours. Pure. */
export function daysLater(fromMs: number, days: number, zone: string): number {
  return at(fromMs, zone).add({ days }).epochMilliseconds;
}

/** The local days of a stretch of time; the first and the last may be cut. Pure. */
export function localDays(fromMs: number, toMs: number, zone: string): readonly LocalDay[] {
  const days: LocalDay[] = [];
  for (let begin = fromMs; begin < toMs; ) {
    const local = at(begin, zone);
    const end = Math.min(local.startOfDay().add({ days: 1 }).epochMilliseconds, toMs);
    days.push({
      fromMs: begin,
      toMs: end,
      weekday: weekdays[local.dayOfWeek - 1] ?? "",
      day: String(local.day),
      date: local.toPlainDate().toString(),
    });
    // A zone can leave out a date; never stand still.
    begin = Math.max(end, begin + 1);
  }
  return days;
}

/** The moments of an hour of the day, such as 6, on each of these days. Pure. */
export function momentsOfHour(days: readonly LocalDay[], hour: number, zone: string): readonly number[] {
  return days.flatMap(({ date, fromMs, toMs }) => {
    const ms = Temporal.PlainDate.from(date).toPlainDateTime({ hour }).toZonedDateTime(zone).epochMilliseconds;
    return ms > fromMs && ms < toMs ? [ms] : [];
  });
}

/** `Mon 2026-11-23 08:00` */
export function localTime(ms: number, zone: string): string {
  const local = at(ms, zone);
  return `${weekdays[local.dayOfWeek - 1]} ${localMinute(ms, zone).replace("T", " ")}`;
}

/** `2026-11-23T08:00`, without a zone. */
export function localMinute(ms: number, zone: string): string {
  return at(ms, zone).toPlainDateTime().toString({ smallestUnit: "minute" });
}

/** `Asia/Shanghai (UTC+08:00)`; both offsets where the clocks change in between. */
export function zoneTitle(zone: string, fromMs: number, toMs: number): string {
  const offsets = [...new Set([fromMs, toMs - 1].map((ms) => `UTC${at(ms, zone).offset}`))];
  return zone === "UTC" ? zone : `${zone} (${offsets.join(", then ")})`;
}

/** Where the reported time begins: RFC 3339, or a date, which begins in the zone. Cut to the minute. */
export function readMoment(text: string, option: string, zone: string): number {
  try {
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const ms = isDate
      ? Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
    return Math.floor(ms / 60_000) * 60_000;
  } catch {
    throw new UsageError(
      `${option}: ${JSON.stringify(text)} is no time; write a date such as 2026-11-23, or RFC 3339 such as 2026-11-23T08:00:00+08:00`,
    );
  }
}
