import type { LifecycleState } from "../model";

/** A day of the week, as it is written in a schedule. */
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** From one local time to another. It belongs to the day on which it begins; `to` up to `from` is on the next day. */
export interface PeriodArgs {
  /** Local time in quotes, such as `"08:00"`. */
  readonly from: string;
  /** Local time in quotes, such as `"20:00"`; `"24:00"` is the end of the day. */
  readonly to: string;
}

/** A period of the week. */
export interface WeeklyPeriodArgs extends PeriodArgs {
  /** Days on which it begins: `"mon-fri"`, `"sat,sun"` or a list of such texts. Every day when left out. */
  readonly days?: string | readonly string[];
}

/** Two cron expressions of five fields, read in the schedule's zone. */
export interface CronArgs {
  /** When it begins to run, such as `"0 8 * * MON-FRI"`. */
  readonly start: string;
  /** When it is stopped again, such as `"0 20 * * MON-FRI"`. At a minute that both name it is stopped. */
  readonly stop: string;
}

/** A date, or a row of dates, with rules of its own. It wins over the week and over holidays. */
export interface ExceptionArgs {
  /** One date in quotes, such as `"2026-12-25"`. */
  readonly date?: string;
  /** The first date of a row, together with `to`. */
  readonly from?: string;
  /** The last date of a row; it belongs to the row. */
  readonly to?: string;
  /** `running` or `stopped` from midnight to midnight. */
  readonly state?: "running" | "stopped";
  /** Periods that begin on these dates instead of those of the week. Excludes `state`. */
  readonly running?: readonly PeriodArgs[];
}

/** Public holidays and the days on which they are made up for. */
export interface HolidaysArgs {
  /** Which calendar: `china`, with its make-up working days. */
  readonly calendar: "china";
  /** What begins on a holiday: nothing (`stopped`, the default), or what begins on this day of the week. */
  readonly holidaysLike?: "stopped" | Weekday;
  /** The day of the week that a make-up working day counts like. Default: `mon`. */
  readonly makeUpDaysLike?: Weekday;
}

/** A life in stages, counted once from a fixed beginning. */
export interface LifeArgs {
  /** From when the stages are counted, RFC 3339. */
  readonly since?: string;
  /** Stopped for good after this long, such as `48h`, whatever the week says. */
  readonly stopAfter?: string;
  /** Released after this long, such as `72h`. The last stage: it can't be undone. */
  readonly releaseAfter?: string;
}

/** The declared state as a function of time. Plain JSON, and the same in YAML. */
export interface ScheduleArgs {
  /** IANA zone in which every time, date and cron expression here is read, such as `Asia/Shanghai`. */
  readonly zone: string;
  /** When it is `running`; at all other times it is `stopped`. */
  readonly running?: readonly WeeklyPeriodArgs[];
  /** The same in cron expressions. Excludes `running`. */
  readonly cron?: readonly CronArgs[];
  /**
   * Which side of the periods is applied: `stops` stops when they end and starts nothing, `starts` starts when they begin and
   * stops nothing. Each is applied once, by the first update after its moment; what somebody does afterwards stays until the next
   * one. Overrides and the stages of `life` are applied all the same. Default: both sides, and at every update.
   */
  readonly apply?: "stops" | "starts";
  readonly exceptions?: readonly ExceptionArgs[];
  readonly holidays?: HolidaysArgs;
  readonly life?: LifeArgs;
}

/** A schedule and what overrides it for a while. */
export interface TimedArgs {
  readonly schedule: ScheduleArgs;
  /** RFC 3339. `running` until then, whatever the schedule says; a release waits as well. */
  readonly keepRunningUntil?: string;
  /** RFC 3339. Until then the power state is left as it is found, and a release waits. Wins over `keepRunningUntil`. */
  readonly holdUntil?: string;
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface WeeklyPeriod extends Period {
  /** ISO numbers, Monday is 1. */
  readonly days: readonly number[];
}

export interface CronPair {
  readonly start: string;
  readonly stop: string;
}

export interface Exception {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly state: "running" | "stopped" } | { readonly running: readonly Period[] };
}

export interface Holidays {
  /** ISO number of the weekday it counts like; undefined: nothing begins. */
  readonly holidaysLike: number | undefined;
  readonly makeUpDaysLike: number;
}

export interface Life {
  /** From where the stages are counted, if that is declared. */
  readonly sinceMs: number | undefined;
  readonly stopAfter: Stage | undefined;
  readonly releaseAfter: Stage | undefined;
}

export interface Stage {
  readonly ms: number;
  /** As it was written. */
  readonly text: string;
}

/** The one strict form of a declared schedule; plain data. */
export interface Schedule {
  readonly zone: string;
  /** Undefined: neither a week nor cron is declared, so it runs as long as it lives. */
  readonly running: readonly WeeklyPeriod[] | undefined;
  readonly cron: readonly CronPair[] | undefined;
  /** Undefined: both sides. */
  readonly apply: "stops" | "starts" | undefined;
  /** In order, none over another. */
  readonly exceptions: readonly Exception[];
  readonly holidays: Holidays | undefined;
  readonly life: Life;
  readonly keepRunningUntilMs: number | undefined;
  readonly holdUntilMs: number | undefined;
}

/** A stretch of time with one declared state and one reason. `toMs` is not part of it. */
export interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined: the power state is not managed. */
  readonly state: LifecycleState | undefined;
  /** Of a schedule that applies one side only: the state counts at its beginning, and not until its end. */
  readonly once?: true;
  readonly because: string;
}
