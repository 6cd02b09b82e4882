import type { Violation } from "./evidence";

/** One story that went wrong, with all that is needed to tell it again. */
export interface Failure {
  readonly scenario: string;
  /** Which call, from 0; -1 where nothing was made to go wrong. */
  readonly call: number;
  readonly action: string;
  readonly fault: string;
  readonly violations: readonly Violation[];
  /** A command that tells this story again. */
  readonly replay: string;
}

/** What one tier has found out, as a row of the table in docs/reliability.md. */
export interface TierReport {
  readonly tier: string;
  readonly scenarios: number;
  /** Tuples of scenario × call × fault that were to be tried, and those whose fault was really reached. */
  readonly enumerated: number;
  readonly covered: number;
  /** Stories told, those without faults included. */
  readonly executions: number;
  readonly failures: readonly Failure[];
  /** By name: stories that ended in a limit that is known and documented. */
  readonly limits: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Other figures, by what they count. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What every tier is given. */
export interface TierOptions {
  readonly seed: number;
  /** A line that the next one may replace; called at least every two seconds. */
  readonly progress: (text: string) => void;
}

export type Tier = (options: TierOptions) => Promise<TierReport>;
