import type { ThrottleRule } from "./model";

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

  /** Counts the call; the rule that refuses it, if one does. */
  refuses(call: { action: string; accountId: string; regionId: string }, nowMs: number): ThrottleRule | undefined {
    if (this.#rules.length === 0) return undefined;
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    let refusing: ThrottleRule | undefined;
    for (const rule of this.#rules) {
      if (!matches(rule, call.action)) continue;
      const key = `${call.accountId} ${call.regionId} ${rule.action}`;
      const count = (this.#counts.get(key) ?? 0) + 1;
      this.#counts.set(key, count);
      if (count > rule.perMinute) refusing ??= rule;
    }
    return refusing;
  }
}

function matches(rule: ThrottleRule, action: string): boolean {
  return rule.action.endsWith("*") ? action.startsWith(rule.action.slice(0, -1)) : action === rule.action;
}
