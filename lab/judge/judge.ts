import type { Evidence, Violation } from "../evidence";
import type { Invariant } from "./invariant";
import { reachInvariants } from "./reach";
import { recordInvariants } from "./records";
import { releaseTimeInvariants } from "./release-times";
import { releaseInvariants } from "./releases";
import { oneByOne } from "./one-by-one";
import { withoutCopies } from "./rows";

export const safety: readonly Invariant[] = [
  ...releaseInvariants,
  ...releaseTimeInvariants,
  ...reachInvariants,
  ...recordInvariants,
];

/** Everything that was promised against everything that was done. Pure; it takes the ledger's word and nobody else's. */
export function judge(evidence: Evidence): readonly Violation[] {
  return judgeBy(safety, evidence);
}

/** What breaks any of these invariants. Pure. */
export function judgeBy(invariants: readonly Invariant[], evidence: Evidence): readonly Violation[] {
  const seen = { ...evidence, ledger: oneByOne(withoutCopies(evidence.ledger)) };
  return invariants.flatMap(({ name, broken }) => broken(seen).map((found) => ({ invariant: name, ...found })));
}

/** A violation in a sentence, with the rows of the ledger that show it. */
export function explain({ invariant, because, rows }: Violation): string {
  const shown = rows.map(
    ({ n, at, action, params, effect, status, code, fault }) =>
      `    #${n} ${at} ${action} ${JSON.stringify(params)} → ${status ?? "no answer"}${code === null ? "" : ` ${code}`}, ${effect}${fault === null ? "" : ` [${fault}]`}`,
  );
  return [`${invariant}: ${because}`, ...shown].join("\n");
}
