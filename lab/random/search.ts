import * as fc from "fast-check";
import type { Violation } from "../evidence";
import type { VirtualTime } from "../model/virtual-time";
import { anySequence } from "./any-sequence";
import { judgeSequence } from "./judge-sequence";
import type { Sequence } from "./sequence";

/** A sequence that went wrong, made as short as it goes, and where it came from. */
export interface Found {
  readonly seed: number;
  /** fast-check's: the way from the seed to this sequence. */
  readonly path: string;
  readonly sequence: Sequence;
  readonly violations: readonly Violation[];
}

export interface Searched {
  /** Sequences told; those for shortening one that went wrong not counted. */
  readonly sequences: number;
  readonly operations: number;
  readonly requests: number;
  readonly found: Found | undefined;
}

/** As often as a sequence is told anew to make it shorter. */
const mostTold = 1_500;

/**
 * So many sequences from a seed, the same ones each time, until one goes wrong; that one is made as short as it goes. The
 * clock must be installed.
 */
export async function search(seed: number, sequences: number, time: VirtualTime): Promise<Searched> {
  let [told, operations, requests, shortened] = [0, 0, 0, 0];
  let wrong: string | undefined;
  const judgeIt = async (sequence: Sequence): Promise<void> => {
    if (wrong === undefined) told += 1;
    else if ((shortened += 1) > mostTold) return;
    const judged = await judgeSequence(sequence, time);
    if (wrong === undefined) {
      operations += judged.operations;
      requests += judged.requests;
    }
    // Shortened, it must still be wrong in the same way, or one fault would turn into another.
    const names = judged.violations.map(({ invariant }) => invariant);
    const [first] = names;
    if (first === undefined || (wrong !== undefined && !names.includes(wrong))) return;
    wrong ??= first;
    throw new WentWrong(judged.violations);
  };
  const details = await fc.check(fc.asyncProperty(anySequence, judgeIt), { seed, numRuns: sequences });
  const found = details.failed && details.counterexample !== null ? toFound(details) : undefined;
  return { sequences: told, operations, requests, found };
}

class WentWrong extends Error {
  override readonly name = "WentWrong";

  constructor(readonly violations: readonly Violation[]) {
    super(violations.map(({ invariant, because }) => `${invariant}: ${because}`).join("\n"));
  }
}

function toFound({ seed, counterexamplePath, counterexample, errorInstance }: fc.RunDetails<[Sequence]>): Found {
  const [sequence] = counterexample ?? [];
  // Anything else is a fault of the laboratory's own, and ends it.
  if (sequence === undefined || !(errorInstance instanceof WentWrong)) throw errorInstance;
  return { seed, path: counterexamplePath ?? "", sequence, violations: errorInstance.violations };
}
