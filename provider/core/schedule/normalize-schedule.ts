import { Temporal } from "temporal-polyfill";
import * as v from "valibot";
import { durationFault, parseDurationMs } from "../duration";
import { minuteToEpochMs, parseReleaseTime } from "../release-time";
import { CronExpression } from "./cron-expression";
import { declaredList, declaredObject, partOf, readable, textThat } from "../argument-schemas";
import type { Exception, Period, Schedule, Stage, WeeklyPeriod } from "./schedule";
import { parseWeekdays, weekdayNumber, weekdays } from "./weekdays";
import { canonicalZone, faultOfZone } from "./zone";

export interface ScheduleDeclaration {
  /** Faults, each beginning with the argument's name. Empty: nothing is wrong. */
  readonly failures: readonly string[];
  /** Undefined while something is wrong. */
  readonly schedule: Schedule | undefined;
}

const zone = v.pipe(
  v.string("must be an IANA time zone such as Asia/Shanghai"),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? faultOfZone(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
);
const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
const from = readable((text) => clock.test(text), 'must be a local time in quotes such as "08:00"');
const to = readable(
  (text) => clock.test(text) || text === "24:00",
  'must be a local time in quotes such as "20:00", or "24:00" for the end of the day',
);
const days = readable(
  (text) => parseWeekdays(text) !== undefined,
  `must name days such as "mon-fri" or "sat,sun", of ${weekdays.join(", ")}`,
);
const date = readable(isDate, 'must be a date in quotes such as "2026-12-25"');
const cronExpression = readable(
  (text) => nextRunOf(text) !== undefined,
  'must be a cron expression of five fields that comes true some day, such as "0 8 * * MON-FRI"',
);
const weekday = v.picklist(weekdays, `must be one of ${weekdays.join(", ")}`);
const life = readable(
  (text) => {
    const ms = parseDurationMs(text);
    return ms !== undefined && ms >= 60_000 && ms <= 1095 * 24 * 60 * 60_000;
  },
  'must be a duration from 1m to 1095d such as "48h" or ISO 8601',
  durationFault,
);

const moment = v.pipe(
  textThat('must be a time such as "2026-12-24T18:00:00+08:00" (RFC 3339)'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const parsed = parseReleaseTime(dataset.value);
    if ("wrong" in parsed) addIssue({ message: parsed.wrong.replace('"never" or ', "") });
  }),
);

const schedule = declaredObject("schedule", {
  zone,
  running: v.optional(
    declaredList(
      declaredObject("schedule.running", {
        days: v.optional(v.lazy((input) => (Array.isArray(input) ? declaredList(days, 'days such as "mon"') : days))),
        from,
        to,
      }),
      'periods such as { days: "mon-fri", from: "08:00", to: "20:00" }',
    ),
  ),
  cron: v.optional(
    declaredList(
      declaredObject("schedule.cron", { start: cronExpression, stop: cronExpression }),
      'pairs such as { start: "0 8 * * MON-FRI", stop: "0 20 * * MON-FRI" }',
    ),
  ),
  apply: v.optional(v.picklist(["stops", "starts"], 'must be "stops" or "starts"; leave it out for both')),
  exceptions: v.optional(
    declaredList(
      declaredObject("schedule.exceptions", {
        date: v.optional(date),
        from: v.optional(date),
        to: v.optional(date),
        state: v.optional(
          v.picklist(
            ["running", "stopped"],
            'must be "running" or "stopped"; only schedule.life.releaseAfter can release, as the last stage',
          ),
        ),
        running: v.optional(
          declaredList(
            declaredObject("an exception's running", { from, to }),
            'periods such as { from: "09:00", to: "12:00" }',
          ),
        ),
      }),
      'dates such as { date: "2026-12-25", state: "stopped" }',
    ),
  ),
  holidays: v.optional(
    declaredObject("schedule.holidays", {
      calendar: v.picklist(["china"], 'must be "china"; write days of other countries under schedule.exceptions'),
      holidaysLike: v.optional(
        v.picklist(["stopped", ...weekdays], `must be "stopped" or one of ${weekdays.join(", ")}`),
      ),
      makeUpDaysLike: v.optional(weekday),
    }),
  ),
  life: v.optional(
    declaredObject("schedule.life", {
      since: v.optional(moment),
      stopAfter: v.optional(life),
      releaseAfter: v.optional(life),
    }),
  ),
});

const schema = declaredObject("", { schedule, keepRunningUntil: v.optional(moment), holdUntil: v.optional(moment) });

type Args = v.InferOutput<typeof schema>;

/**
 * `schedule`, `keepRunningUntil` and `holdUntil` in one strict form, or every fault at once. Pure.
 * `unknown` names what is not known yet and was left out of `args`, such as `schedule.zone`: no fault is found in it.
 */
export function normalizeSchedule(args: unknown, unknown: readonly string[] = []): ScheduleDeclaration {
  const result = v.safeParse(schema, args, { abortPipeEarly: true });
  const failures: string[] = [];
  for (const issue of result.issues ?? []) {
    const name = v.getDotPath(issue) ?? "arguments";
    if (unknown.some((path) => name === path || path.startsWith(`${name}.`))) continue;
    failures.push(`${name}: ${missing(issue, name) ?? issue.message}`);
  }
  // Whether two things can't stand together is not known before both are.
  if (unknown.length === 0) failures.push(...contradictions(args));
  const isWhole = result.success && failures.length === 0 && unknown.length === 0;
  return { failures, schedule: isWhole ? toSchedule(result.output) : undefined };
}

/** What is said of a required argument that isn't there at all. */
function missing(issue: v.BaseIssue<unknown>, name: string): string | undefined {
  if (issue.type !== "object" || issue.received !== "undefined") return undefined;
  const wanted = examples[name.split(".").at(-1) ?? ""];
  return wanted === undefined ? undefined : `is required: ${wanted}`;
}

const examples: Readonly<Record<string, string>> = {
  schedule: "an object with a zone, and with running, cron or life",
  zone: "an IANA time zone such as Asia/Shanghai",
  from: 'a local time in quotes such as "08:00"',
  to: 'a local time in quotes such as "20:00"',
  start: 'a cron expression such as "0 8 * * MON-FRI"',
  stop: 'a cron expression such as "0 20 * * MON-FRI"',
  calendar: '"china"',
};

type Raw = Readonly<Record<string, unknown>>;

function list(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.map(partOf) : [];
}

/** What can't stand together, told from what is readable, so that other faults don't hide it. */
function contradictions(args: unknown): readonly string[] {
  const declared = partOf(args).schedule;
  const raw = partOf(declared);
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return [];
  return [
    ...contradictionsOfWeek(raw),
    ...emptyPeriods("schedule.running", list(raw.running)),
    ...list(raw.cron).flatMap(({ start, stop }, index) =>
      typeof start === "string" && start === stop
        ? [`schedule.cron.${index}.stop: is the same as start, so nothing would ever run; write when it stops`]
        : [],
    ),
    ...list(raw.exceptions).flatMap((exception, index) => [
      ...faultsOfException(exception, `schedule.exceptions.${index}`),
      ...(exception.running !== undefined && raw.running === undefined && raw.cron === undefined
        ? [
            `schedule.exceptions.${index}.running: is in place of the week's periods, and there are none; write state, or declare running or cron`,
          ]
        : []),
    ]),
    ...datesGivenTwice(list(raw.exceptions)),
    ...faultsOfLife(raw.life),
  ];
}

function contradictionsOfWeek(raw: Raw): readonly string[] {
  const weekly = raw.running !== undefined || raw.cron !== undefined;
  const rules: readonly [boolean, string][] = [
    [
      raw.running !== undefined && raw.cron !== undefined,
      "schedule.cron: can't be combined with schedule.running; declare one of the two",
    ],
    [!weekly && raw.life === undefined, "schedule: says nothing about time; declare running, cron or life"],
    [
      !weekly && raw.apply !== undefined,
      "schedule.apply: chooses a side of periods, and there are none; declare running or cron, or take apply out",
    ],
    [
      !weekly && raw.holidays !== undefined,
      "schedule.holidays: changes what begins on a day, and without running or cron nothing does; declare one of them, or take holidays out",
    ],
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}

function emptyPeriods(name: string, periods: readonly Raw[]): readonly string[] {
  return periods.flatMap(({ from, to }, index) =>
    typeof from === "string" && from === to
      ? [`${name}.${index}.to: is the same as from; write "00:00" to "24:00" for a whole day`]
      : [],
  );
}

function faultsOfException(exception: Raw, name: string): readonly string[] {
  const { date, from, to, state, running } = exception;
  const rules: readonly [boolean, string][] = [
    [
      date === undefined && (from === undefined || to === undefined),
      `${name}: has no dates; write date, or from and to`,
    ],
    [
      date !== undefined && (from !== undefined || to !== undefined),
      `${name}.date: can't be combined with from and to; write date, or from and to`,
    ],
    [
      typeof from === "string" && typeof to === "string" && isDate(from) && isDate(to) && to < from,
      `${name}.to: is before from; write the last date of the row`,
    ],
    [
      state === undefined && running === undefined,
      `${name}: doesn't say what counts on these dates; write state or running`,
    ],
    [
      state !== undefined && running !== undefined,
      `${name}.running: can't be combined with state; declare one of the two`,
    ],
  ];
  return [
    ...rules.flatMap(([applies, text]) => (applies ? [text] : [])),
    ...emptyPeriods(`${name}.running`, list(running)),
  ];
}

function datesGivenTwice(exceptions: readonly Raw[]): readonly string[] {
  const rows = exceptions.flatMap((exception, index) => {
    const [first, last] = [exception.date ?? exception.from, exception.date ?? exception.to];
    return typeof first === "string" && typeof last === "string" && isDate(first) && isDate(last)
      ? [{ first, last, index }]
      : [];
  });
  return rows.flatMap((row) => {
    const other = rows.find(({ first, last, index }) => index < row.index && first <= row.last && row.first <= last);
    return other === undefined
      ? []
      : [
          `schedule.exceptions.${row.index}: has dates that schedule.exceptions.${other.index} has too; declare each date once`,
        ];
  });
}

function faultsOfLife(declared: unknown): readonly string[] {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return [];
  const { stopAfter, releaseAfter } = partOf(declared);
  if (stopAfter === undefined && releaseAfter === undefined) {
    return ["schedule.life: has no stage; declare stopAfter or releaseAfter, or take it out"];
  }
  const ms = (value: unknown) => (typeof value === "string" ? parseDurationMs(value) : undefined);
  const [stopMs, releaseMs] = [ms(stopAfter), ms(releaseAfter)];
  return stopMs !== undefined && releaseMs !== undefined && stopMs >= releaseMs
    ? ["schedule.life.releaseAfter: must be longer than stopAfter, since a release is the last stage"]
    : [];
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

/** From a fixed beginning, for the question is only whether it ever comes. */
function nextRunOf(expression: string): Temporal.PlainDateTime | undefined {
  try {
    return new CronExpression(expression).after(Temporal.PlainDateTime.from("2026-01-01T00:00"));
  } catch {
    return undefined;
  }
}

function toSchedule({ schedule: declared, keepRunningUntil, holdUntil }: Args): Schedule {
  const { zone, running, cron, apply, exceptions, holidays, life } = declared;
  return {
    zone: canonicalZone(zone) ?? zone,
    running: running?.map(toWeeklyPeriod),
    cron,
    apply,
    exceptions: (exceptions ?? []).map(toException).sort((a, b) => (a.from < b.from ? -1 : 1)),
    holidays: holidays && {
      holidaysLike:
        holidays.holidaysLike === undefined || holidays.holidaysLike === "stopped"
          ? undefined
          : weekdayNumber(holidays.holidaysLike),
      makeUpDaysLike: weekdayNumber(holidays.makeUpDaysLike ?? "mon"),
    },
    life: {
      sinceMs: momentMs(life?.since),
      stopAfter: toStage(life?.stopAfter),
      releaseAfter: toStage(life?.releaseAfter),
    },
    keepRunningUntilMs: momentMs(keepRunningUntil),
    holdUntilMs: momentMs(holdUntil),
  };
}

function toWeeklyPeriod({
  days,
  from,
  to,
}: Period & { readonly days?: string | readonly string[] | undefined }): WeeklyPeriod {
  const text = days === undefined ? "mon-sun" : typeof days === "string" ? days : days.join(",");
  return { days: parseWeekdays(text) ?? [], from, to };
}

function toException(args: NonNullable<Args["schedule"]["exceptions"]>[number]): Exception {
  const { date, from, to, state, running } = args;
  return {
    from: date ?? from ?? "",
    to: date ?? to ?? "",
    rule: running === undefined ? { state: state ?? "running" } : { running },
  };
}

function toStage(text: string | undefined): Stage | undefined {
  const ms = parseDurationMs(text ?? "");
  return ms === undefined || text === undefined ? undefined : { ms, text };
}

/** Cut to the minute, like a release time. */
function momentMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseReleaseTime(text);
  return "minute" in parsed ? minuteToEpochMs(parsed.minute) : undefined;
}
