import type { Verdict } from "../core/steps";
import type { Clock } from "./clock";

export interface Wait<T> {
  readonly poll: () => Promise<T>;
  /** Tells reached from pending; anything else ends the wait at once, for it can't come to the target by itself. */
  readonly judge: (seen: T) => Verdict;
  /** By the local clock, in ms since 1970. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** Called before each sleep, with the time waited so far. */
  readonly progress?: (seen: T, waitedMs: number) => void;
}

export type Outcome<T> = { readonly kind: "reached" | "unexpected" | "timedOut"; readonly last: T };

/** Short at first, because most changes are quick; then steady, because each poll costs a call. */
const delaysMs = [1_000, 1_000, 2_000, 3_000, 5_000];

/** Polls until the target is reached. The outcome is data; it never starts a sleep that would pass the deadline. */
export async function waitFor<T>(wait: Wait<T>): Promise<Outcome<T>> {
  const { clock } = wait;
  const startedMs = clock.nowMs();
  for (let round = 0; ; round += 1) {
    const last = await wait.poll();
    const verdict = wait.judge(last);
    if (verdict !== "pending") return { kind: verdict, last };
    const delayMs = delaysMs[Math.min(round, delaysMs.length - 1)] ?? 5_000;
    if (clock.nowMs() + delayMs > wait.deadlineMs) return { kind: "timedOut", last };
    wait.progress?.(last, clock.nowMs() - startedMs);
    await clock.sleep(delayMs);
  }
}
