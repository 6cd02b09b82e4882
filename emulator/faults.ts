import type { Random } from "./random";

/** Before the call is executed (it has no effect), or after (it has, and the caller doesn't learn it). */
export type FaultMoment = "before" | "after";

export type WireFault =
  /** The connection is reset and nothing was done. */
  | "reset-before"
  /** It was done, then the connection is reset. */
  | "reset-after"
  /** No answer ever comes. */
  | "hang"
  /** 502 with a proxy's HTML page. */
  | "html"
  /** 200 with an empty body. */
  | "empty"
  /** The head, half of the body, then the end of the connection. */
  | "half"
  /** 200 with the body `null`. */
  | "null"
  /** The whole answer without its RequestId. */
  | "no-request-id";

/** What goes wrong. `when` says whether the call is executed; its default stands at each form. */
export type FaultThen =
  /** An error of the vendor. Known codes bring their status and text. `when`: default `before`. `retryAfter`: sent as x-acs-retry-after. */
  | { code: string; status?: number; message?: string; retryAfter?: string; when?: FaultMoment }
  /** A slow answer, in milliseconds of the machine's clock. `when`: `after` (default) executes at once and answers late, `before` executes late too. */
  | { delayMs: number; when?: FaultMoment }
  /** A broken answer. `when` (for hang, html, empty, null): default `before`; half and no-request-id are always executed. */
  | { wire: WireFault; when?: FaultMoment }
  /** An old look on Describe calls: as before the latest change of each instance, or as if there were none. */
  | { stale: "previous" | "empty" }
  /** The snapshots that a call begins will fail. */
  | { snapshot: "fails" };

export interface FaultRule {
  /** Only this call, e.g. `StopInstance`; `Describe*` with a star at the end. Default: every call. */
  action?: string;
  /** Only calls on this instance (InstanceId, InstanceId.N, or contained in InstanceIds). */
  instanceId?: string;
  /** The first matching call that fails, counted from 1 since the rule was added. Default 1. */
  nth?: number;
  /** How many matching calls fail. Default 1; with `probability`, `always`. */
  times?: number | "always";
  /** 0 to 1, drawn from the seed for each matching call. Default 1. */
  probability?: number;
  then: FaultThen;
}

export interface ActiveFault extends FaultRule {
  id: number;
  /** Matching calls seen so far. */
  seen: number;
  /** Calls that it was applied to so far. */
  applied: number;
}

interface Matched {
  action: string;
  params: Record<string, string>;
}

/** The rules in force. The first rule that matches and is due wins; all that match count the call. */
export class Faults {
  #rules: ActiveFault[] = [];
  #lastId = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(rule: FaultRule): ActiveFault {
    const active: ActiveFault = { ...rule, id: ++this.#lastId, seen: 0, applied: 0 };
    this.#rules.push(active);
    return active;
  }

  list(): ActiveFault[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  clear(): void {
    this.#rules = [];
  }

  /** What happens to this call. Counts it, so ask once per call. */
  next(call: Matched): FaultThen | undefined {
    let chosen: FaultThen | undefined;
    for (const rule of this.#rules) {
      if (!matches(rule, call)) continue;
      rule.seen += 1;
      if (chosen !== undefined || rule.seen < (rule.nth ?? 1)) continue;
      const times = rule.times ?? (rule.probability === undefined ? 1 : "always");
      if (times !== "always" && rule.applied >= times) continue;
      if (rule.probability !== undefined && this.#random.next() >= rule.probability) continue;
      rule.applied += 1;
      chosen = rule.then;
    }
    return chosen;
  }
}

function matches(rule: FaultRule, call: Matched): boolean {
  if (rule.action !== undefined) {
    const same = rule.action.endsWith("*")
      ? call.action.startsWith(rule.action.slice(0, -1))
      : call.action === rule.action;
    if (!same) return false;
  }
  if ("snapshot" in rule.then && !call.action.startsWith("CreateSnapshot")) return false;
  // A stale look is a look: it never applies to a write.
  if ("stale" in rule.then && !call.action.startsWith("Describe")) return false;
  if (rule.instanceId === undefined) return true;
  if (call.params["InstanceId"] === rule.instanceId) return true;
  if (Object.entries(call.params).some(([name, id]) => /^InstanceId\.\d+$/.test(name) && id === rule.instanceId)) {
    return true;
  }
  return call.params["InstanceIds"]?.includes(`"${rule.instanceId}"`) ?? false;
}

/** Whether the call is executed at all under this fault. */
export function isExecuted(fault: FaultThen | undefined): boolean {
  if (fault === undefined || "stale" in fault || "delayMs" in fault || "snapshot" in fault) return true;
  if ("code" in fault) return fault.when === "after";
  switch (fault.wire) {
    case "reset-before":
      return false;
    case "reset-after":
    case "half":
    case "no-request-id":
      return true;
    case "hang":
    case "html":
    case "empty":
    case "null":
      return fault.when === "after";
  }
}

/** How the ledger names it: `code:Throttling.User`, `delay:5000`, `wire:hang:after`, `stale:previous`. */
export function labelOf(fault: FaultThen): string {
  const when = "when" in fault && fault.when !== undefined ? `:${fault.when}` : "";
  if ("code" in fault) return `code:${fault.code}${when}`;
  if ("delayMs" in fault) return `delay:${fault.delayMs}${when}`;
  if ("wire" in fault) return `wire:${fault.wire}${when}`;
  if ("snapshot" in fault) return `snapshot:${fault.snapshot}`;
  return `stale:${fault.stale}`;
}
