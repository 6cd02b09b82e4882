import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CronArgs, PeriodArgs, TimedArgs } from "../../../provider/core/schedule/schedule";

// The slow model: local times come from Intl.DateTimeFormat, one minute after the other, and everything else is
// whole numbers of minutes. It shares no code with what it judges, and reads the arguments as they are written.

export const minuteMs = 60_000;
const dayMinutes = 1440;
const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export type ModelState = "running" | "stopped" | "released" | "unmanaged";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, format);
  return format;
}

/** What the clocks of a zone show at a moment, in minutes as if that were UTC. */
export function wallMinute(zone: string, ms: number): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = (formatOf(zone).format(ms).match(/\d+/g) ?? []).map(
    Number,
  );
  return Date.UTC(year, month - 1, day, hour, minute) / minuteMs;
}

/** The first minutes at which the clocks of a zone show something else than a minute more. */
export function transitionsOf(zone: string, fromMs: number, toMs: number): number[] {
  const offset = (ms: number) => wallMinute(zone, ms) - ms / minuteMs;
  const found: number[] = [];
  const stepMs = 24 * 60 * minuteMs;
  for (let ms = fromMs; ms < toMs; ms += stepMs) {
    let [before, after] = [ms, ms + stepMs];
    if (offset(before) === offset(after)) continue;
    while (after - before > minuteMs) {
      const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
      if (offset(middle) === offset(before)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  return found;
}

interface Walk {
  /** The first wall minute that the walk knows. */
  readonly firstWall: number;
  readonly lastWall: number;
  /** The moment of a wall minute; of one that is repeated the first, of one that is skipped as much later as the jump. */
  momentOf(wall: number): number;
  readonly days: readonly number[];
  /** The wall minute at each minute of the walk. */
  readonly walls: readonly number[];
}

function walk(zone: string, fromMs: number, toMs: number): Walk {
  const moments = new Map<number, number>();
  const days = new Set<number>();
  const walls: number[] = [];
  let latest: { wall: number; ms: number } | undefined;
  let previous: { wall: number; ms: number } | undefined;
  for (let ms = fromMs; ms < toMs; ms += minuteMs) {
    const wall = wallMinute(zone, ms);
    walls.push(wall);
    days.add(Math.floor(wall / dayMinutes));
    if (latest !== undefined && previous !== undefined) {
      for (let skipped = latest.wall + 1; skipped < wall; skipped++) {
        moments.set(skipped, previous.ms + (skipped - previous.wall) * minuteMs);
      }
    }
    if (!moments.has(wall)) moments.set(wall, ms);
    previous = { wall, ms };
    if (latest === undefined || wall > latest.wall) latest = previous;
  }
  const firstWall = walls[0] ?? 0;
  const lastWall = latest?.wall ?? 0;
  return {
    firstWall,
    lastWall,
    days: [...days].sort((a, b) => a - b),
    walls,
    momentOf: (wall) => {
      const ms = moments.get(Math.min(Math.max(wall, firstWall), lastWall));
      if (ms === undefined) throw new Error(`the walk has no wall minute ${wall}`);
      return ms;
    },
  };
}

function clockMinute(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}

function textOf(day: number): string {
  return new Date(day * dayMinutes * minuteMs).toISOString().slice(0, 10);
}

function weekdayOf(day: number): number {
  return (new Date(day * dayMinutes * minuteMs).getUTCDay() + 6) % 7;
}

/** `mon-fri`, `sat,sun` and lists of them, day by day. */
function isOn(days: string | readonly string[] | undefined, weekday: number): boolean {
  if (days === undefined) return true;
  const parts = (typeof days === "string" ? [days] : days).flatMap((text) => text.split(","));
  return parts.some((part) => {
    const [first, last] = part.trim().split("-");
    let day = names.indexOf(first ?? "");
    const end = names.indexOf(last ?? first ?? "");
    while (day !== end) {
      if (day === weekday) return true;
      day = (day + 1) % 7;
    }
    return day === weekday;
  });
}

interface ChinaYear {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
}

const years = new Map<string, ChinaYear>();

function chinaYear(year: string): ChinaYear {
  const known = years.get(year);
  if (known !== undefined) return known;
  const path = join(__dirname, "../../../node_modules/chinese-days/dist/years", `${year}.json`);
  let read: ChinaYear = { holidays: {}, workdays: {} };
  try {
    read = JSON.parse(readFileSync(path, "utf8")) as ChinaYear;
  } catch {
    // A year that nobody has announced.
  }
  years.set(year, read);
  return read;
}

interface Rule {
  /** The weekday whose periods begin, its own periods, or nothing. */
  readonly begins: number | readonly PeriodArgs[] | undefined;
  readonly whole: "running" | "stopped" | undefined;
}

function ruleOf({ schedule }: TimedArgs, day: number): Rule {
  const text = textOf(day);
  const exception = schedule.exceptions?.find(
    ({ date, from, to }) => date === text || (from !== undefined && to !== undefined && from <= text && text <= to),
  );
  if (exception?.running !== undefined) return { begins: exception.running, whole: undefined };
  if (exception?.state === "stopped") return { begins: undefined, whole: "stopped" };
  let begins: number | undefined = weekdayOf(day);
  if (schedule.holidays !== undefined) {
    const { holidaysLike = "stopped", makeUpDaysLike = "mon" } = schedule.holidays;
    const { holidays, workdays } = chinaYear(text.slice(0, 4));
    if (text in holidays) begins = holidaysLike === "stopped" ? undefined : names.indexOf(holidaysLike);
    else if (text in workdays) begins = names.indexOf(makeUpDaysLike);
  }
  return { begins, whole: exception?.state };
}

function fieldHas(field: string, value: number): boolean {
  return field.split(",").some((part) => {
    const [range = "", step] = part.split("/");
    const [low, high] =
      range === "*" ? [0, 59] : (range.includes("-") ? range : `${range}-${range}`).split("-").map(Number);
    return (
      low !== undefined &&
      high !== undefined &&
      value >= low &&
      value <= high &&
      (step === undefined || (value - low) % Number(step) === 0)
    );
  });
}

const minutesOfDays = new Map<string, readonly boolean[]>();

/** Minute, hour and weekday (Sunday 0) only. */
function cronHas(expression: string, weekday: number, minute: number): boolean {
  const key = `${expression} on ${weekday}`;
  const known = minutesOfDays.get(key);
  if (known !== undefined) return known[minute] ?? false;
  const [minutes = "", hours = "", , , weekdays = ""] = expression.split(" ");
  const onDay = fieldHas(weekdays, (weekday + 1) % 7);
  const found = Array.from(
    { length: dayMinutes },
    (_, one) => onDay && fieldHas(hours, Math.floor(one / 60)) && fieldHas(minutes, one % 60),
  );
  minutesOfDays.set(key, found);
  return found[minute] ?? false;
}

/**
 * Local spans of a cron pair, minute by minute in local order. Begins fifty days early: each stop comes once a week,
 * but holidays that count like other days may put off several in a row.
 */
function cronSpans(args: TimedArgs, pair: CronArgs, { firstWall, lastWall, days }: Walk): [number, number][] {
  const spans: [number, number][] = [];
  let since: number | undefined;
  let stopped = false;
  const firstDay = Math.floor(firstWall / dayMinutes) - 50;
  for (let day = firstDay; day <= Math.floor(lastWall / dayMinutes); day++) {
    const left = day > Math.floor(firstWall / dayMinutes) && !days.includes(day);
    const { begins } = left ? { begins: undefined } : ruleOf(args, day);
    const weekday = typeof begins === "number" ? begins : weekdayOf(day);
    for (let minute = 0; minute < dayMinutes; minute++) {
      if (cronHas(pair.stop, weekday, minute)) {
        if (since !== undefined) spans.push([since, day * dayMinutes + minute]);
        since = undefined;
        stopped = true;
      } else if (stopped && since === undefined && typeof begins === "number" && cronHas(pair.start, weekday, minute)) {
        since = day * dayMinutes + minute;
      }
    }
  }
  if (since !== undefined) spans.push([since, lastWall]);
  return spans;
}

/** The declared state at each minute from one moment to another, both whole minutes. */
export function modelStates(
  args: TimedArgs,
  fromMs: number,
  toMs: number,
  beganAtMs?: number,
  marginMs = 2 * dayMinutes * minuteMs,
): ModelState[] {
  const { schedule } = args;
  const startMs = fromMs - marginMs;
  const walked = walk(schedule.zone, startMs, toMs + marginMs);
  const always = schedule.running === undefined && schedule.cron === undefined;
  const states: ModelState[] = walked.walls.map(() => (always ? "running" : "stopped"));
  const paint = (firstMs: number, endMs: number, state: ModelState) => {
    for (let ms = Math.max(firstMs, startMs); ms < Math.min(endMs, toMs + marginMs); ms += minuteMs) {
      states[(ms - startMs) / minuteMs] = state;
    }
  };
  for (const day of walked.days) {
    const { begins } = ruleOf(args, day);
    const periods =
      typeof begins === "number" ? (schedule.running ?? []).filter(({ days }) => isOn(days, begins)) : (begins ?? []);
    for (const { from, to } of periods) {
      const first = day * dayMinutes + clockMinute(from);
      const length = (clockMinute(to) - clockMinute(from) + dayMinutes) % dayMinutes || dayMinutes;
      if (first < walked.firstWall) continue;
      paint(walked.momentOf(first), walked.momentOf(first + length), "running");
    }
  }
  for (const pair of schedule.cron ?? []) {
    for (const [first, end] of cronSpans(args, pair, walked)) {
      if (end > walked.firstWall) paint(walked.momentOf(first), walked.momentOf(end), "running");
    }
  }
  for (const [index, wall] of walked.walls.entries()) {
    const { whole } =
      schedule.exceptions === undefined ? { whole: undefined } : ruleOf(args, Math.floor(wall / dayMinutes));
    if (whole !== undefined) states[index] = whole;
  }
  const stage = (text: string | undefined, state: ModelState) => {
    const hours = /^(\d+)h$/.exec(text ?? "")?.[1];
    if (hours === undefined || beganAtMs === undefined) return;
    paint(Math.ceil(beganAtMs / minuteMs) * minuteMs + Number(hours) * 60 * minuteMs, toMs + marginMs, state);
  };
  stage(schedule.life?.stopAfter, "stopped");
  stage(schedule.life?.releaseAfter, "released");
  const until = (text: string | undefined, state: ModelState) => {
    if (text !== undefined) paint(startMs, Math.floor(Date.parse(text) / minuteMs) * minuteMs, state);
  };
  until(args.keepRunningUntil, "running");
  until(args.holdUntil, "unmanaged");
  return states.slice(marginMs / minuteMs, states.length - marginMs / minuteMs);
}
