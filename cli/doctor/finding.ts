/** `unknown` is what can't be told without harm, or wasn't told; it is never a guess. */
export type Answer = "yes" | "no" | "unknown";

export type Area = "machine" | "connection" | "rights";

/** One thing that the doctor looked at. */
export interface Finding {
  readonly area: Area;
  /** What was looked at: `node`, `credentials`, or a RAM action such as `ecs:StopInstance`. */
  readonly check: string;
  readonly answer: Answer;
  /** What was found, for people. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** What was found, for programs: a version, an id, a region, an address; of the clock the seconds that it is ahead. */
  readonly value?: string | number;
}

/** Nothing says no. */
export function isFine(findings: readonly Finding[]): boolean {
  return findings.every(({ answer }) => answer !== "no");
}
