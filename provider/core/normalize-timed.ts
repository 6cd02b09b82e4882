import type { Schedule } from "./schedule/schedule";
import { normalizeSchedule } from "./schedule/normalize-schedule";
import { partOf } from "./argument-schemas";
import { timedArguments } from "./normalize";

export interface TimedDeclaration {
  /** Faults, each beginning with the argument's name. Empty: nothing is wrong. */
  readonly failures: readonly string[];
  /** Undefined: none is declared, or something is wrong with it. */
  readonly schedule: Schedule | undefined;
}

type Args = Readonly<Record<string, unknown>>;

/**
 * What is declared as a function of time, and what can't stand beside it. Pure. It is the program that reads it: the
 * provider's process never loads calendars and zones for what is decided before it is asked. `unknown` names what is not
 * known yet and was left out.
 */
export function normalizeTimed(args: Args, unknown: readonly string[] = []): TimedDeclaration {
  const timed = timedArguments(args);
  if (args.schedule === undefined && !unknown.includes("schedule")) {
    return { failures: Object.keys(timed).map(withoutSchedule), schedule: undefined };
  }
  const { failures, schedule } = normalizeSchedule(timed, unknown);
  const all = [...failures, ...contradictions(args)];
  return { failures: all, schedule: all.length === 0 ? schedule : undefined };
}

function withoutSchedule(name: string): string {
  return `${name}: overrides a schedule, and there is none; declare schedule, or take ${name} out and change state`;
}

function contradictions(args: Args): readonly string[] {
  const life = partOf(partOf(args.schedule).life);
  const rules: readonly [boolean, string][] = [
    [
      args.state !== undefined && args.schedule !== undefined,
      "state: can't be combined with schedule, which says it for every moment; declare one of the two",
    ],
    [
      Object.keys(life).length > 0 && life.since === undefined,
      "schedule.life.since: is required: the time from which its stages are counted, such as 2026-11-24T09:00:00+08:00",
    ],
    ...["autoReleaseAt", "autoReleaseAfter"].map((name): [boolean, string] => [
      life.releaseAfter !== undefined && args[name] !== undefined,
      `${name}: can't be combined with schedule.life.releaseAfter; declare one of the two`,
    ]),
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}
