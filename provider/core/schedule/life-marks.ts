import type { Schedule, Stage } from "./schedule";

/** When the stages of a life begin. Undefined: not declared, or the beginning is not known. */
export interface LifeMarks {
  readonly stopAtMs: number | undefined;
  /** From here on the instance is released, which can't be undone. */
  readonly releaseAtMs: number | undefined;
}

/** Counts the stages from a fixed beginning, which is the declared one where none is given. Pure. */
export function lifeMarks({ life }: Schedule, beganAtMs: number | undefined = life.sinceMs): LifeMarks {
  return { stopAtMs: markOf(life.stopAfter, beganAtMs), releaseAtMs: markOf(life.releaseAfter, beganAtMs) };
}

/** On the next whole minute: a stage never begins early. */
function markOf(stage: Stage | undefined, beganAtMs: number | undefined): number | undefined {
  if (stage === undefined || beganAtMs === undefined) return undefined;
  return Math.ceil((beganAtMs + stage.ms) / 60_000) * 60_000;
}
