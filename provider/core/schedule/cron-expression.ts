import { Cron } from "croner";
import { Temporal } from "temporal-polyfill";

/**
 * A cron expression over local times. The zone stays outside: times are handed to the library as if they were UTC, so
 * that a change to summer time has one rule for all that is declared.
 */
export class CronExpression {
  private readonly cron: Cron;

  /** Throws when it is no expression of five fields. */
  constructor(text: string) {
    // croner also reads a single date, and puts the machine's clock in the place of a question mark.
    if (!/^[^?\s]+( +[^?\s]+){4}$/.test(text)) throw new Error(`"${text}" has not five fields, or has a question mark`);
    this.cron = new Cron(text, { mode: "5-part", utcOffset: 0 });
  }

  /** The next time strictly after another; undefined: it never comes. */
  after(local: Temporal.PlainDateTime): Temporal.PlainDateTime | undefined {
    return localOf(this.cron.nextRun(dateOf(local)));
  }

  /** The last time strictly before another. */
  before(local: Temporal.PlainDateTime): Temporal.PlainDateTime | undefined {
    return localOf(this.cron.previousRuns(1, dateOf(local))[0]);
  }

  names(local: Temporal.PlainDateTime): boolean {
    return this.cron.match(dateOf(local));
  }
}

function dateOf(local: Temporal.PlainDateTime): Date {
  return new Date(local.toZonedDateTime("UTC").epochMilliseconds);
}

function localOf(date: Date | null | undefined): Temporal.PlainDateTime | undefined {
  return date == null
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO("UTC").toPlainDateTime();
}
