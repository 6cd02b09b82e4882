import { Temporal } from "temporal-polyfill";
import type { Period } from "./schedule";

/** Local times from one to another, before a zone has made moments of them. */
export interface LocalSpan {
  readonly from: Temporal.PlainDateTime;
  readonly to: Temporal.PlainDateTime;
}

/**
 * The moment of a local time. One that the zone skips is as much later as the clock jumped, one that it repeats is the
 * first of the two: what Temporal calls `compatible`.
 */
export function momentOf(local: Temporal.PlainDateTime, zone: string): number {
  return local.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** The local date at a moment. */
export function dateAt(ms: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
}

/** A day's first moment; undefined for a date that the zone left out, as Apia did with 2011-12-30. */
export function startOfDay(date: Temporal.PlainDate, zone: string): number | undefined {
  const start = date.toZonedDateTime(zone);
  return start.toPlainDate().equals(date) ? start.epochMilliseconds : undefined;
}

/** A period that begins on a date: its end is on the same day or on the next. */
export function periodOn(date: Temporal.PlainDate, { from, to }: Period): LocalSpan {
  const endOfDay = to === "24:00";
  const day = endOfDay || to <= from ? date.add({ days: 1 }) : date;
  return { from: date.toPlainDateTime(from), to: day.toPlainDateTime(endOfDay ? "00:00" : to) };
}

/** Both dates belong to it. */
export function* datesFrom(first: Temporal.PlainDate, last: Temporal.PlainDate): Generator<Temporal.PlainDate> {
  for (let date = first; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) yield date;
}
