import type { Evidence, Violation } from "../evidence";
import { boundInvariants } from "./bounds";
import type { Invariant } from "./invariant";
import { judge } from "./judge";
import { livenessInvariants } from "./liveness";
import { meansInvariants } from "./means";
import { oneByOne } from "./one-by-one";
import { withoutCopies } from "./rows";
import { wholeRunInvariants } from "./whole-run";

/** What `safety` does not hold yet. */
export const furtherInvariants: readonly Invariant[] = [
  ...meansInvariants,
  ...livenessInvariants,
  ...boundInvariants,
  ...wholeRunInvariants,
];

/** Every invariant that one story alone can break. Pure. */
export function judgeWhole(evidence: Evidence): readonly Violation[] {
  const seen = { ...evidence, ledger: oneByOne(withoutCopies(evidence.ledger)) };
  const further = furtherInvariants.flatMap(({ name, broken }) =>
    broken(seen).map((found) => ({ invariant: name, ...found })),
  );
  return [...judge(evidence), ...further];
}
