import type { Temporal } from "temporal-polyfill";
import { toMinute } from "../release-time";
import { cronSpans } from "./cron-spans";
import { type DayRule, dayRule } from "./day-rule";
import { fromAbove, type Layer } from "./layers";
import { lifeMarks } from "./life-marks";
import { dateAt, datesFrom, type LocalSpan, momentOf, periodOn, startOfDay } from "./local-time";
import type { Schedule, Segment } from "./schedule";

/**
 * What is declared from one moment to another, without a gap. A new segment begins where the state changes, or the
 * reason for it. Pure: where in time it is cut changes nothing of what it says.
 * `beganAtMs` is where `life` is counted from, `life.since` where it is left out; without either no stage of a life begins.
 */
export function timeline(
  schedule: Schedule,
  fromMs: number,
  toMs: number,
  beganAtMs: number | undefined = schedule.life.sinceMs,
): readonly Segment[] {
  const { zone } = schedule;
  const rules = new Map<string, DayRule>();
  const ruleOf = (date: Temporal.PlainDate): DayRule => {
    const text = date.toString();
    const rule = rules.get(text) ?? (startOfDay(date, zone) === undefined ? leftOut : dayRule(schedule, date));
    rules.set(text, rule);
    return rule;
  };
  // A period is a day long at most, and a zone jumps by a day at most.
  const first = dateAt(fromMs, zone).subtract({ days: 2 });
  const last = dateAt(toMs, zone).add({ days: 1 });
  const days = existingDays(first, last, zone);
  const weekly = schedule.running ?? schedule.cron;
  const periods: readonly Layer[] = [
    [weekly === undefined ? alwaysRunning : neverRunning],
    days.flatMap((day) => holidayOff(day, ruleOf(day.date))),
    [
      ...days.flatMap((day) => opened(schedule, day, ruleOf(day.date))),
      ...(schedule.cron ?? []).flatMap((pair) =>
        cronSpans(pair, first, last, ruleOf).flatMap((span) =>
          segmentOf(span, zone, `between start "${pair.start}" and stop "${pair.stop}", ${zone} (schedule.cron)`),
        ),
      ),
    ].sort((a, b) => a.fromMs - b.fromMs),
    days.flatMap((day) => wholeDay(day, ruleOf(day.date))),
  ];
  const layers = [...periods.map((layer) => oneSide(schedule, layer)), ...overTheWeek(schedule, beganAtMs)];
  return fromMs < toMs ? fromAbove(layers, fromMs, toMs) : [];
}

/** A date that the zone left out. */
const leftOut: DayRule = { begins: "nothing", whole: undefined, because: undefined };
const ever = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const neverRunning: Segment = { ...ever, state: "stopped", because: "no period is open" };
const alwaysRunning: Segment = {
  ...ever,
  state: "running",
  because: "no periods are declared, so it runs all its life",
};

interface Day {
  readonly date: Temporal.PlainDate;
  readonly startMs: number;
  readonly endMs: number;
}

function existingDays(first: Temporal.PlainDate, last: Temporal.PlainDate, zone: string): readonly Day[] {
  const starts = [...datesFrom(first, last.add({ days: 1 }))].flatMap((date) => {
    const startMs = startOfDay(date, zone);
    return startMs === undefined ? [] : [{ date, startMs }];
  });
  return starts.flatMap((day, index) => {
    const endMs = starts[index + 1]?.startMs;
    return endMs === undefined ? [] : [{ ...day, endMs }];
  });
}

/** The other side is nobody's: what is there then stays. */
function oneSide({ apply }: Schedule, layer: Layer): Layer {
  if (apply === undefined) return layer;
  const applied = apply === "stops" ? "stopped" : "running";
  return layer.map((segment) =>
    segment.state === applied
      ? { ...segment, once: true }
      : {
          ...segment,
          state: undefined,
          once: true,
          because: `${segment.because}, and only ${apply} are applied (schedule.apply)`,
        },
  );
}

/** Only a reason: on a holiday it is stopped because nothing begins. */
function holidayOff({ startMs, endMs }: Day, { begins, whole, because }: DayRule): readonly Segment[] {
  return begins === "nothing" && whole === undefined && because !== undefined
    ? [{ fromMs: startMs, toMs: endMs, state: "stopped", because }]
    : [];
}

function wholeDay({ startMs, endMs }: Day, { whole, because }: DayRule): readonly Segment[] {
  return whole === undefined ? [] : [{ fromMs: startMs, toMs: endMs, state: whole, because: because ?? "" }];
}

function opened({ zone, running }: Schedule, { date }: Day, { begins, because }: DayRule): readonly Segment[] {
  if (begins === "nothing") return [];
  const periods =
    "running" in begins ? begins.running : (running ?? []).filter(({ days }) => days.includes(begins.like));
  return periods.flatMap((period) => {
    const open = `open from ${period.from} to ${period.to}, ${zone}`;
    return segmentOf(
      periodOn(date, period),
      zone,
      because === undefined ? `${open} (schedule.running)` : `${because}: ${open}`,
    );
  });
}

/** Nothing is left of a period whose local times a change of the clock swallows. */
function segmentOf({ from, to }: LocalSpan, zone: string, because: string): readonly Segment[] {
  const [fromMs, toMs] = [momentOf(from, zone), momentOf(to, zone)];
  return fromMs < toMs ? [{ fromMs, toMs, state: "running", because }] : [];
}

/** Bottom first: the stages of a life, then what the user overrides even them with. */
function overTheWeek(schedule: Schedule, beganAtMs: number | undefined): readonly Layer[] {
  const { life, keepRunningUntilMs, holdUntilMs } = schedule;
  const { stopAtMs, releaseAtMs } = lifeMarks(schedule, beganAtMs);
  const since = beganAtMs === undefined ? "" : ` since ${toMinute(beganAtMs)}`;
  const from = (fromMs: number | undefined, state: Segment["state"], because: string): Layer =>
    fromMs === undefined ? [] : [{ ...ever, fromMs, state, because }];
  const until = (toMs: number | undefined, state: Segment["state"], because: (minute: string) => string): Layer =>
    toMs === undefined ? [] : [{ ...ever, toMs, state, because: because(toMinute(toMs)) }];
  return [
    from(stopAtMs, "stopped", `it has lived for ${life.stopAfter?.text}${since} (schedule.life.stopAfter)`),
    from(releaseAtMs, "released", `it has lived for ${life.releaseAfter?.text}${since} (schedule.life.releaseAfter)`),
    until(keepRunningUntilMs, "running", (minute) => `it is kept running until ${minute} (keepRunningUntil)`),
    until(holdUntilMs, undefined, (minute) => `its power state is left alone until ${minute} (holdUntil)`),
  ];
}
