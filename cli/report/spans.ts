import { timedArguments } from "../../provider/core/normalize";
import { lifeMarks } from "../../provider/core/schedule/life-marks";
import { warningsBetween } from "../../provider/core/schedule/declared-state";
import { normalizeSchedule } from "../../provider/core/schedule/normalize-schedule";
import type { Schedule } from "../../provider/core/schedule/schedule";
import { timeline } from "../../provider/core/schedule/timeline";
import { hiddenIn } from "./hidden-value";
import type { Power, Span } from "./report";

type Args = Readonly<Record<string, unknown>>;

/** What a declaration says for a stretch of time. */
export interface DeclaredTime {
  readonly spansBetween: (fromMs: number, toMs: number) => readonly Span[];
  /** Undefined: there is no schedule, or none that can be read. */
  readonly schedule: Schedule | undefined;
  /** A release by the schedule's last stage. */
  readonly releaseAtMs: number | undefined;
  readonly notesBetween: (fromMs: number, toMs: number) => readonly string[];
  /** In a word: `running`, `by schedule`, `not managed`, `secret`, … */
  readonly words: string;
}

/** The same function of time that the program asks: spans are cut out of its timeline and never reckoned here. Pure. */
export function declaredTime(args: Args): DeclaredTime {
  const timed = timedArguments(args);
  const hidden = args.schedule === undefined ? hiddenIn(args.state) : hiddenIn(timed);
  if (hidden !== undefined)
    return constant("unknown", `its ${args.schedule === undefined ? "state" : "schedule"} is ${hidden}`, hidden);
  if (args.schedule !== undefined) return scheduled(timed);
  const { state } = args;
  if (state === "running" || state === "stopped" || state === "released") {
    return constant(state, `declared ${state}`, state);
  }
  return state === undefined
    ? constant("unmanaged", "no state is declared", "not managed")
    : constant("unknown", "its state can't be read", "unreadable");
}

function scheduled(timed: Args): DeclaredTime {
  const { failures, schedule } = normalizeSchedule(timed);
  if (schedule === undefined) {
    return { ...constant("unknown", "its schedule can't be read", "unreadable"), notesBetween: () => failures };
  }
  return {
    spansBetween: (fromMs, toMs) =>
      timeline(schedule, fromMs, toMs).map(({ state, ...rest }) => ({ ...rest, power: state ?? "unmanaged" })),
    schedule,
    releaseAtMs: releaseOf(schedule),
    notesBetween: (fromMs, toMs) => warningsBetween(schedule, fromMs, toMs),
    words: "by schedule",
  };
}

/** A release waits for both overrides, so the timeline is asked where it really begins. */
function releaseOf(schedule: Schedule): number | undefined {
  const { releaseAtMs } = lifeMarks(schedule);
  if (releaseAtMs === undefined) return undefined;
  const { keepRunningUntilMs = releaseAtMs, holdUntilMs = releaseAtMs } = schedule;
  const latestMs = Math.max(releaseAtMs, keepRunningUntilMs, holdUntilMs);
  return timeline(schedule, releaseAtMs, latestMs + 1).find(({ state }) => state === "released")?.fromMs;
}

function constant(power: Power, because: string, words: string): DeclaredTime {
  return {
    spansBetween: (fromMs, toMs) => (fromMs < toMs ? [{ fromMs, toMs, power, because }] : []),
    schedule: undefined,
    releaseAtMs: undefined,
    notesBetween: () => [],
    words,
  };
}

/** From a release on there is nothing that could run. Pure. */
export function cutAtRelease(spans: readonly Span[], atMs: number, toMs: number, because: string): readonly Span[] {
  const before = spans
    .filter(({ fromMs }) => fromMs < atMs)
    .map((span) => ({ ...span, toMs: Math.min(span.toMs, atMs) }));
  const fromMs = Math.max(atMs, spans[0]?.fromMs ?? atMs);
  return fromMs < toMs ? [...before, { fromMs, toMs, power: "released", because }] : before;
}

/** The same without the reasons: neighbours of one power are one stretch. Pure. */
export function joined(spans: readonly Span[]): readonly Omit<Span, "because">[] {
  const stretches: Omit<Span, "because">[] = [];
  for (const { fromMs, toMs, power } of spans) {
    const before = stretches.at(-1);
    if (before?.power === power && before.toMs === fromMs) stretches[stretches.length - 1] = { ...before, toMs };
    else stretches.push({ fromMs, toMs, power });
  }
  return stretches;
}
