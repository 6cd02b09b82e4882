import type { ThrottleRule } from "./model";
import { isWithin } from "./window";

/** Counts calls by account, region and rule, in whole minutes of the world's clock. */
export class Throttle {
  readonly #rules: readonly ThrottleRule[];
  #minute = 0;
  #counts = new Map<string, number>();

  constructor(rules: readonly ThrottleRule[]) {
    this.#rules = rules;
  }

  get rules(): ThrottleRule[] {
    return [...this.#rules];
  }

  /** With what was counted so far. */
  copy(rules: readonly ThrottleRule[] = this.#rules): Throttle {
    const copy = new Throttle(rules);
    copy.#minute = this.#minute;
    copy.#counts = new Map(this.#counts);
    return copy;
  }

  /** Counts the call; the rule that refuses it, if one does. */
  refuses(call: { action: string; accountId: string; regionId: string }, nowMs: number): ThrottleRule | undefined {
    if (this.#rules.length === 0) return undefined;
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    const counted = new Map<string, number>();
    let refusing: ThrottleRule | undefined;
    for (const rule of this.#rules) {
      if (!matches(rule, call.action)) continue;
      // Several rules for one call (say, a lower one for a while) are several limits on one count.
      const count = counted.get(rule.action) ?? this.#count(`${call.accountId} ${call.regionId} ${rule.action}`);
      counted.set(rule.action, count);
      if (!isWithin(rule.window, nowMs)) continue;
      if (count + foreignSoFar(rule, nowMs) > rule.perMinute) refusing ??= rule;
    }
    return refusing;
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}

/** What others have asked in this minute: their calls come evenly. */
function foreignSoFar({ foreignPerMinute = 0 }: ThrottleRule, nowMs: number): number {
  return Math.floor((foreignPerMinute * (nowMs % 60_000)) / 60_000);
}

function matches(rule: ThrottleRule, action: string): boolean {
  return rule.action.endsWith("*") ? action.startsWith(rule.action.slice(0, -1)) : action === rule.action;
}
