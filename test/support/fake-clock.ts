import type { Clock } from "../../provider/reconcile/clock";
import { nowMs } from "./builders";

/** Time that passes only in sleeps, so that delays can be asserted to the millisecond. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];

  constructor(private currentMs = nowMs) {}

  nowMs(): number {
    return this.currentMs;
  }

  sleep(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new Error(`a sleep of ${ms} ms`);
    this.sleeps.push(ms);
    this.currentMs += ms;
    return Promise.resolve();
  }

  /** Time that passes for another reason than a sleep, such as a slow call. */
  advance(ms: number): void {
    this.currentMs += ms;
  }
}
