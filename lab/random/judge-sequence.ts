import type { Violation } from "../evidence";
import { judge } from "../judge/judge";
import type { VirtualTime } from "../model/virtual-time";
import { judgeEnding } from "./ending";
import type { Sequence } from "./sequence";
import { tellSequence } from "./tell-sequence";

export interface Judged {
  readonly violations: readonly Violation[];
  readonly operations: number;
  readonly requests: number;
}

/** Tells a sequence and judges all of it: each operation, with what was before it, and how it ended. The clock must be installed. */
export async function judgeSequence(sequence: Sequence, time: VirtualTime): Promise<Judged> {
  const told = await tellSequence(sequence, time);
  const { operations, ledger } = told.evidence;
  return {
    violations: [...judge(told.evidence), ...judgeEnding(told)],
    operations: operations.length,
    requests: ledger.length,
  };
}
