import type { Random } from "./random";
import { labelOfStale, type StaleLook } from "./stale";
import { isWithin, type Window } from "./window";

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
  | "no-request-id"
  /** 200 with a body that begins like JSON and isn't. */
  | "bad-json"
  /** 500 with a JSON body that has no Code. */
  | "no-code"
  /** The whole answer, in small pieces over `overMs` milliseconds of the machine's clock. */
  | "drip"
  /** The connection is closed as soon as it is opened: nothing of a request is read, so no rule can ask for an action. */
  | "refuse";

/** What goes wrong. `when` says whether the call is executed; its default stands at each form. */
export type FaultThen =
  /** An error of the vendor. Known codes bring their status and text. `when`: default `before`. `retryAfter`: sent as x-acs-retry-after. */
  | { code: string; status?: number; message?: string; retryAfter?: string; when?: FaultMoment }
  /** A slow answer, in milliseconds of the machine's clock. `when`: `after` (default) executes at once and answers late, `before` executes late too. */
  | { delayMs: number; when?: FaultMoment }
  /** A broken answer. `when` (for hang, html, empty, null, bad-json, no-code): default `before`; half, drip and no-request-id are always executed. `overMs`: of a drip, default 10000. */
  | { wire: WireFault; when?: FaultMoment; overMs?: number }
  /** Something in between delivers the request twice, and only the second answer arrives: `refused` is SignatureNonceUsed, though the first was executed; `executed` executes both. */
  | { duplicate: "refused" | "executed" }
  /** Stands still until `world.holds` lets that name go (over HTTP only). `when`: `before` it is executed, or `after` (default), not yet answered. */
  | { hold: string; when?: FaultMoment }
  /** An old look on Describe calls. */
  | StaleLook
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
  /** Only in that stretch of the world's time; other calls are not counted. */
  window?: Window;
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

  /** With its counts; chance comes from the given source from then on. */
  copy(random: Random): Faults {
    const copy = new Faults(random);
    copy.#rules = this.list();
    copy.#lastId = this.#lastId;
    return copy;
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
  next(call: Matched, nowMs: number): FaultThen | undefined {
    return this.#choose((rule) => !isRefusal(rule) && isWithin(rule.window, nowMs) && matches(rule, call));
  }

  /** Whether a connection is closed before anything is read of it. Counts it, so ask once per connection. */
  refuses(nowMs: number): boolean {
    if (this.#rules.length === 0) return false;
    return this.#choose((rule) => isRefusal(rule) && isWithin(rule.window, nowMs)) !== undefined;
  }

  #choose(fits: (rule: ActiveFault) => boolean): FaultThen | undefined {
    let chosen: FaultThen | undefined;
    for (const rule of this.#rules) {
      if (!fits(rule)) continue;
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

function isRefusal({ then }: FaultRule): boolean {
  return "wire" in then && then.wire === "refuse";
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
  if (fault === undefined) return true;
  if ("code" in fault) return fault.when === "after";
  if (!("wire" in fault)) return true;
  switch (fault.wire) {
    case "reset-before":
    case "refuse":
      return false;
    case "reset-after":
    case "half":
    case "no-request-id":
    case "drip":
      return true;
    case "hang":
    case "html":
    case "empty":
    case "null":
    case "bad-json":
    case "no-code":
      return fault.when === "after";
  }
}

/** The HTTP status that goes over the wire instead of that of the answer; null when none does. */
export function statusUnder(wire: WireFault | undefined, status: number): number | null {
  switch (wire) {
    case "reset-before":
    case "reset-after":
    case "hang":
    case "refuse":
      return null;
    case "html":
      return 502;
    case "no-code":
      return 500;
    case "empty":
    case "null":
    case "bad-json":
      return 200;
    case "half":
    case "no-request-id":
    case "drip":
    case undefined:
      return status;
  }
}

/** How the ledger names it: `code:Throttling.User`, `delay:5000`, `wire:hang:after`, `stale:previous`. */
export function labelOf(fault: FaultThen): string {
  const when = "when" in fault && fault.when !== undefined ? `:${fault.when}` : "";
  if ("code" in fault) return `code:${fault.code}${when}`;
  if ("delayMs" in fault) return `delay:${fault.delayMs}${when}`;
  if ("wire" in fault) return `wire:${fault.wire}${when}`;
  if ("duplicate" in fault) return `duplicate:${fault.duplicate}`;
  if ("hold" in fault) return `hold:${fault.hold}${when}`;
  if ("snapshot" in fault) return `snapshot:${fault.snapshot}`;
  return labelOfStale(fault);
}
