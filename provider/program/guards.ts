import type { Desired, Observed, Step } from "../core/model";
import { isProtective } from "../core/steps";
import { plan } from "../core/plan";
import type { Settings } from "../ecs/config";
import type { Limit } from "./limits";
import { isPercentage, parseLimit } from "./limits";

export interface Counted {
  /** Arguments that may arrive as they are recorded, because of `ignoreChanges`: only the check knows. */
  readonly ignored?: readonly string[];
  readonly desired: Desired;
  readonly observed: Observed | undefined;
  readonly atMs: number;
}

interface Guard {
  readonly key: string;
  readonly argument: string;
  /** The arguments that it follows from. */
  readonly from: readonly string[];
  /** Behind the number, e.g. "instances are due for release". */
  readonly due: string;
  readonly counts: (one: Counted) => boolean;
  readonly byDefault: number;
}

const stateArguments = ["state", "schedule", "keepRunningUntil", "holdUntil"];

const maxReleases: Guard = {
  key: "lifecycle:maxReleases",
  argument: "state",
  from: stateArguments,
  due: "instances are due for release",
  counts: isReleased,
  byDefault: 1,
};

/** Limits that are on without being asked for. What can't be looked at is not counted here: releases of it are refused by themselves. */
const guards: readonly Guard[] = [
  maxReleases,
  {
    key: "lifecycle:maxReleaseTimes",
    argument: "autoReleaseAt",
    from: ["autoReleaseAt", "autoReleaseAfter", "renew"],
    due: "new or earlier release times are due",
    counts: getsDangerousTime,
    byDefault: 10,
  },
  {
    key: "lifecycle:maxStops",
    argument: "state",
    from: stateArguments,
    due: "instances are due to be stopped",
    counts: isStopped,
    byDefault: Number.POSITIVE_INFINITY,
  },
];

export interface OverLimits {
  /** Why it must not be done. */
  readonly held: readonly string[];
  /** The same, where the resource turns out to be new, so that `ignoreChanges` has nothing to keep. */
  readonly heldIfNew: readonly string[];
}

/** The guards over all that a program declares. What is the same for all of them is counted once, not once for each. */
export class Guards {
  private readonly scopes = new Map<string, { readonly limit: Limit; readonly scope: readonly Counted[] }>();
  private readonly dues = new Map<string, readonly Counted[]>();
  private readonly texts = new Map<readonly Counted[], string>();
  private stops: readonly Counted[] | undefined;
  private sights: { readonly seen: readonly Counted[]; readonly missing: readonly Counted[] } | undefined;

  constructor(
    private readonly all: readonly Counted[],
    private readonly settings: Settings,
  ) {}

  /**
   * Over a limit, everything that counts is refused: a random part of what was meant would be worse than nothing. What may
   * be kept as it is recorded counts against no other, and is itself refused only if it is new.
   */
  overLimits(one: Counted): OverLimits {
    const held: string[] = [];
    const heldIfNew: string[] = [];
    for (const guard of guards) {
      const { limit } = this.scopeOf(guard, one);
      const isKept = mayBeKept(one, guard.from);
      // A wrong limit fails closed, also for what could not be looked at.
      if ("wrong" in limit) {
        if (mayCount(guard, one)) (isKept ? heldIfNew : held).push(limit.wrong);
        continue;
      }
      if (!guard.counts(one)) continue;
      const due = this.dueWith(guard, one, isKept);
      if (due.length > limit.count) (isKept ? heldIfNew : held).push(this.tooMany(guard, due, limit.count));
    }
    return { held, heldIfNew };
  }

  /** A first adoption that stops many machines at once is more likely a mistake than a nightly routine is. */
  overFirstStops(one: Counted): readonly string[] {
    if (this.settings("lifecycle:maxStops") !== undefined || !isStopped(one)) return [];
    const { all } = this;
    this.stops ??= all.filter(isStopped);
    const limit = Math.max(5, Math.floor(all.length / 4));
    const due = this.stops.length;
    if (due <= limit) return [];
    return [
      `state: ${due} instances are due to be stopped, more than ${limit} (a quarter of what is declared, and at least 5); for instances that are adopted only now that needs \`pulumi config set lifecycle:maxStops ${due}\``,
    ];
  }

  /** Half or more of five or more missing without explanation: then it is the observer that is wrong. */
  distrust(one: Counted): readonly string[] {
    if (!isReleased(one) && !getsDangerousTime(one)) return [];
    this.sights ??= sightsOf(this.all);
    const { seen, missing } = this.sights;
    if (seen.length < 5 || missing.length * 2 < seen.length) return [];
    return [
      `state: ${missing.length} of ${seen.length} declared instances are not listed and nothing explains it, so what is seen is not believed and nothing is released; check the region, the account and the rights`,
    ];
  }

  /** What all regions together may do: the provider counts no finer than that. Undefined: no limit. */
  limitsAtMost(): { readonly maxReleases?: number; readonly maxReleaseTimes?: number; readonly maxStops?: number } {
    const limits = guards.map((guard) => [guard.key.replace("lifecycle:", ""), this.atMost(guard)] as const);
    return Object.fromEntries(limits.filter(([, count]) => Number.isFinite(count)));
  }

  private atMost(guard: Guard): number {
    const ones = isPercentage(this.settings(guard.key))
      ? [...new Map(this.all.map((one) => [one.desired.regionId, one])).values()]
      : this.all.slice(0, 1);
    const limits = ones.map((one) => this.scopeOf(guard, one).limit);
    return limits.reduce((sum, limit) => sum + ("wrong" in limit ? 0 : limit.count), 0);
  }

  /** A percentage is one of the instances in the same region; a number is one of the whole program. */
  private scopeOf(guard: Guard, { desired: { regionId } }: Counted) {
    const setting = this.settings(guard.key);
    const isOfRegion = isPercentage(setting);
    const key = `${guard.key} ${isOfRegion ? regionId : ""}`;
    const known = this.scopes.get(key);
    if (known !== undefined) return known;
    const scope = isOfRegion ? this.all.filter(({ desired }) => desired.regionId === regionId) : this.all;
    const counted = { limit: parseLimit(guard.key, setting, guard.byDefault, scope.length), scope };
    this.scopes.set(key, counted);
    return counted;
  }

  /** Those that count together with it. */
  private dueWith(guard: Guard, one: Counted, isKept: boolean): readonly Counted[] {
    const { scope } = this.scopeOf(guard, one);
    const key = `${guard.key} ${scope === this.all ? "" : one.desired.regionId} ${isKept}`;
    const known = this.dues.get(key);
    if (known !== undefined) return known;
    const due = scope.filter((other) => guard.counts(other) && (isKept || !mayBeKept(other, guard.from)));
    this.dues.set(key, due);
    return due;
  }

  private tooMany(guard: Guard, counted: readonly Counted[], limit: number): string {
    const text = this.texts.get(counted) ?? tooMany(guard, counted, this.settings(guard.key) ?? String(limit));
    this.texts.set(counted, text);
    return text;
  }
}

/** Whether one of these arguments may arrive as it is recorded, whatever is written. Pure. */
export function mayBeKept({ ignored = [] }: Counted, names: readonly string[]): boolean {
  return ignored.some((name) => name === "*" || names.includes(name));
}

function sightsOf(all: readonly Counted[]) {
  const lookedAt = new Set(all.flatMap(({ desired, observed }) => (observed === undefined ? [] : [desired.regionId])));
  // A machine that may have gone at the end of its time to live tells neither way: when that was, only the state knows.
  const seen = all.filter(
    ({ desired, observed }) =>
      lookedAt.has(desired.regionId) && (observed?.presence === "present" || desired.releaseTime.kind !== "after"),
  );
  // Without a verdict where there was a look, the two calls disagree about it, which speaks for no observer.
  const missing = seen.filter((one) => one.observed === undefined || isUnexplained(one));
  return { seen, missing };
}

function tooMany({ key, argument, due }: Guard, counted: readonly Counted[], limit: string): string {
  const names = counted.map(({ desired }) => desired.instanceId).join(", ");
  return `${argument}: ${counted.length} ${due} and ${key} is ${limit}, so none is: ${names}; declare fewer, or run \`pulumi config set ${key} ${counted.length}\``;
}

/** Every limit is asked for every declaration about all of them, so each is planned once and remembered as long as it lives. */
const planned = new WeakMap<Counted, readonly Step[]>();

function stepsOf(one: Counted): readonly Step[] {
  const known = planned.get(one);
  if (known !== undefined) return known;
  const { desired, observed, atMs } = one;
  const steps = observed?.presence === "present" ? plan(desired, observed, undefined, atMs).steps : [];
  planned.set(one, steps);
  return steps;
}

function isReleased(one: Counted): boolean {
  return stepsOf(one).some((step) => step.kind === "release");
}

function isStopped(one: Counted): boolean {
  return stepsOf(one).some((step) => step.kind === "stop");
}

/** Planned without what is recorded, a time to live keeps the time that is there, unless that is later than one counted now. */
function getsDangerousTime(one: Counted): boolean {
  return stepsOf(one).some((step) => step.kind === "setReleaseTime" && !isProtective(step));
}

function mayCount({ key }: Guard, { desired }: Counted): boolean {
  if (key === "lifecycle:maxReleases") return desired.state === "released";
  if (key === "lifecycle:maxStops") return desired.state === "stopped" || desired.state === "released";
  return desired.releaseTime.kind === "at" || desired.releaseTime.kind === "after";
}

function isUnexplained({ desired, observed, atMs }: Counted): boolean {
  if (observed?.presence !== "absent" || desired.state === "released") return false;
  return desired.releaseTime.kind !== "at" || Date.parse(desired.releaseTime.at) > atMs;
}
