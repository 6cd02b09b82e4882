import { Temporal } from "temporal-polyfill";
import { CronExpression } from "./cron-expression";
import type { DayRule } from "./day-rule";
import { datesFrom, type LocalSpan } from "./local-time";
import type { CronPair } from "./schedule";

type RuleOf = (date: Temporal.PlainDate) => DayRule;
type Local = Temporal.PlainDateTime;

const isBefore = (a: Local, b: Local): boolean => Temporal.PlainDateTime.compare(a, b) < 0;

/** From each start of a pair to its next stop; all that are open at some time of these dates. */
export function cronSpans(
  pair: CronPair,
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
  ruleOf: RuleOf,
): readonly LocalSpan[] {
  const starts = new CronExpression(pair.start);
  const stops = new CronExpression(pair.stop);
  const startAfter = lookAhead(starts);
  const stopAfter = lookAhead(stops);
  const spans: LocalSpan[] = [];
  let since: Local | undefined;
  // It is off right after a stop, whatever came before: from there on the days can be followed.
  for (const date of datesFrom(dateOfStopBefore(stops, first, ruleOf), last)) {
    const { begins } = ruleOf(date);
    const starting = typeof begins === "object" && "like" in begins;
    // A day that counts like another has the times of that day of its week.
    const shift = starting ? date.dayOfWeek - begins.like : 0;
    const end = date.add({ days: 1 }).toPlainDateTime();
    let at: Local | undefined = date.toPlainDateTime().subtract({ minutes: 1 });
    while (at !== undefined) {
      if (since !== undefined) {
        at = within(stopAfter, at, end, shift);
        if (at !== undefined) spans.push({ from: since, to: at });
        since = at === undefined ? since : undefined;
      } else {
        at = starting ? within(startAfter, at, end, shift) : undefined;
        if (at !== undefined && !stops.names(at.subtract({ days: shift }))) since = at;
      }
    }
  }
  if (since !== undefined) spans.push({ from: since, to: last.add({ days: 2 }).toPlainDateTime() });
  return spans;
}

function within(after: (local: Local) => Local | undefined, at: Local, end: Local, shift: number): Local | undefined {
  const found = after(at.subtract({ days: shift }))?.add({ days: shift });
  return found === undefined || !isBefore(found, end) ? undefined : found;
}

/** Remembers the last answer, which most days only look at to see that it isn't theirs. */
function lookAhead(expression: CronExpression): (local: Local) => Local | undefined {
  let asked: Local | undefined;
  let answer: Local | undefined;
  return (local) => {
    const covered = asked !== undefined && !isBefore(local, asked) && (answer === undefined || isBefore(local, answer));
    if (!covered) {
      asked = local;
      answer = expression.after(local);
    }
    return answer;
  };
}

/** The date of a stop that happens before a date. On a day that counts like another its own times don't. */
function dateOfStopBefore(stops: CronExpression, first: Temporal.PlainDate, ruleOf: RuleOf): Temporal.PlainDate {
  let stop = stops.before(first.toPlainDateTime());
  while (stop !== undefined) {
    const date = stop.toPlainDate();
    const { begins } = ruleOf(date);
    if (typeof begins !== "object" || !("like" in begins) || begins.like === date.dayOfWeek) return date;
    stop = stops.before(date.toPlainDateTime());
  }
  return first;
}
