import type { Evidence, Violation } from "../evidence";

/** One promise: what it is called, what it says, and a pure search for places where it was broken. */
export interface Invariant {
  readonly name: string;
  readonly promise: string;
  readonly broken: (evidence: Evidence) => readonly Omit<Violation, "invariant">[];
}
