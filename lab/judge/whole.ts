import type { Evidence, Violation } from "../evidence";
import { boundInvariants } from "./bounds";
import type { Invariant } from "./invariant";
import { judgeBy, safety } from "./judge";
import { livenessInvariants } from "./liveness";
import { meansInvariants } from "./means";
import { wholeRunInvariants } from "./whole-run";

/** What `safety` does not hold yet. */
export const furtherInvariants: readonly Invariant[] = [
  ...meansInvariants,
  ...livenessInvariants,
  ...boundInvariants,
  ...wholeRunInvariants,
];

const everyInvariant: readonly Invariant[] = [...safety, ...furtherInvariants];

/** Every invariant that one story alone can break. Pure. */
export function judgeWhole(evidence: Evidence): readonly Violation[] {
  return judgeBy(everyInvariant, evidence);
}
