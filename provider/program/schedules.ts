import { timedArguments } from "../core/normalize";
import { normalizeTimed } from "../core/normalize-timed";
import { toMinute } from "../core/release-time";
import type { DeclaredState } from "../core/schedule/declared-state";
import { declaredStateAt } from "../core/schedule/declared-state";
import { lastBoundary } from "../core/schedule/last-boundary";
import { lifeMarks } from "../core/schedule/life-marks";
import { describeNextOpening } from "../core/schedule/next-opening";
import type { Schedule } from "../core/schedule/schedule";
import type { Scheduled } from "../run-info";

type Args = Readonly<Record<string, unknown>>;

/** What one resource declares of time. */
export interface Timed {
  /** Faults, each beginning with the argument's name. */
  readonly failures: readonly string[];
  /** Undefined: nothing is declared, or something is wrong with it. */
  readonly scheduledAt: ((atMs: number) => Scheduled) | undefined;
  /** What is worth a word at a moment. */
  readonly warningsAt: (atMs: number, instanceId: string) => readonly string[];
}

/**
 * The schedules of a program. The members of a fleet share one and are looked at in one moment, so each is read once, and
 * asked once for each moment.
 */
export class Schedules {
  private readonly known = new Map<string, Timed>();

  read(args: Args): Timed {
    const { state, autoReleaseAt, autoReleaseAfter } = args;
    const all = { ...timedArguments(args), state, autoReleaseAt, autoReleaseAfter };
    const text = JSON.stringify(all);
    const timed = this.known.get(text) ?? read(all);
    this.known.set(text, timed);
    return timed;
  }
}

function read(args: Args): Timed {
  const { failures, schedule } = normalizeTimed(args);
  if (schedule === undefined) return { failures, scheduledAt: undefined, warningsAt: () => [] };
  const at = remembered((atMs) => declaredStateAt(schedule, atMs));
  return {
    failures,
    scheduledAt: remembered((atMs) => toScheduled(schedule, atMs, at(atMs))),
    warningsAt: (atMs, instanceId) => [
      ...at(atMs).warnings,
      ...endOfLife(schedule, atMs, instanceId),
      ...passed("keepRunningUntil", schedule.keepRunningUntilMs, atMs),
      ...passed("holdUntil", schedule.holdUntilMs, atMs),
    ],
  };
}

/** Asked once for each moment. */
function remembered<T>(answer: (atMs: number) => T): (atMs: number) => T {
  const known = new Map<number, { readonly answer: T }>();
  return (atMs) => {
    const found = known.get(atMs) ?? { answer: answer(atMs) };
    known.set(atMs, found);
    return found.answer;
  };
}

function toScheduled(schedule: Schedule, atMs: number, { state, because, nextChangeAt }: DeclaredState): Scheduled {
  const opening =
    nextChangeAt === undefined ? undefined : describeNextOpening(schedule, atMs, Date.parse(nextChangeAt));
  const { since, once } = lastBoundary(schedule, atMs);
  return {
    ...(state === undefined ? {} : { state }),
    since,
    ...(once ? { once } : {}),
    because: opening === undefined ? because : `${because}: ${opening}`,
    ...(nextChangeAt === undefined ? {} : { nextChangeAt }),
  };
}

/** A release that only needs time to pass is named in every preview before it. */
function endOfLife(schedule: Schedule, atMs: number, instanceId: string): readonly string[] {
  const { releaseAtMs } = lifeMarks(schedule);
  if (releaseAtMs === undefined || releaseAtMs <= atMs) return [];
  return [
    `schedule.life.releaseAfter: the first update from ${toMinute(releaseAtMs)} on releases ${instanceId} for ever, which CAN'T BE UNDONE`,
  ];
}

function passed(name: string, untilMs: number | undefined, atMs: number): readonly string[] {
  if (untilMs === undefined || untilMs > atMs) return [];
  return [`${name}: ${toMinute(untilMs)} has passed, so it has no effect; declare a later time or take it out`];
}
