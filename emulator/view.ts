import type { Gone, Held } from "./held";
import type { Instance } from "./model";
import type { Random } from "./random";
import type { Lag, Stale, StaleLook } from "./stale";

/** How an instance looks to one read. */
export interface Look {
  readonly instance: Instance;
  /** `current`: as it is. `old`: as it was. `unseen`: it is there, and too new to be listed. */
  readonly kind: "current" | "old" | "unseen";
}

/** What a view needs of the world around it. */
export interface Seen {
  now(): number;
  readonly random: Random;
  readonly lag: Lag | undefined;
}

/**
 * What one read sees: the instances as they are, or each at some earlier moment. A fault's old look comes first; where it
 * says nothing, the world's lag. Writes never look through this.
 */
export class View {
  readonly #world: Seen;
  readonly #fault: StaleLook | undefined;
  #readLagMs: number | undefined;

  constructor(world: Seen, fault: StaleLook | undefined) {
    this.#world = world;
    this.#fault = fault;
  }

  /** Everything is as it is. */
  get isFresh(): boolean {
    return this.#fault === undefined && this.#world.lag === undefined;
  }

  /** Undefined: not there. */
  of(held: Held): Look | undefined {
    const stale = this.#staleFor(held);
    const nowMs = this.#world.now();
    if (stale === undefined) return current(held, nowMs);
    if (stale === "empty") return undefined;
    if (stale === "previous") return old(held.history.at(-1)?.instance);
    if (!("versions" in stale)) return asAt(held, this.#momentOf(held, stale));
    const back = this.#draw(Math.min(stale.versions, held.history.length + 1));
    return back === 0 ? current(held, nowMs) : old(held.history.at(-back)?.instance);
  }

  /** An instance that has vanished, as a read that lags behind still sees it. */
  ofGone({ held, atMs }: Gone): Look | undefined {
    const stale = this.#staleFor(held);
    if (stale === undefined || stale === "empty") return undefined;
    if (stale === "previous") return old(held.instance);
    if (!("versions" in stale)) {
      const momentMs = this.#momentOf(held, stale);
      const look = momentMs < atMs ? asAt(held, momentMs) : undefined;
      return look === undefined ? undefined : { ...look, kind: "old" };
    }
    // That it is not there is its present version.
    const back = this.#draw(Math.min(stale.versions, held.history.length + 2));
    if (back === 0) return undefined;
    return old(back === 1 ? held.instance : held.history.at(1 - back)?.instance);
  }

  #staleFor(held: Held): Stale | undefined {
    const fault = this.#fault;
    const { random, lag } = this.#world;
    if (fault === undefined) return lag;
    if (fault.ids !== undefined && !fault.ids.includes(held.instance.InstanceId)) return lag;
    if (fault.share !== undefined && random.next() >= fault.share) return lag;
    return fault.stale;
  }

  #momentOf(held: Held, lag: Lag): number {
    const perInstance = lag.each === "instance";
    const lagMs = perInstance ? this.#drawLag(lag) : (this.#readLagMs ??= this.#drawLag(lag));
    const momentMs = this.#world.now() - lagMs;
    if (lag.order !== "monotonic") return momentMs;
    held.seenMs = Math.max(held.seenMs, momentMs);
    return held.seenMs;
  }

  #drawLag({ minMs, maxMs }: Lag): number {
    return minMs === maxMs ? minMs : minMs + this.#draw(maxMs - minMs + 1);
  }

  #draw(below: number): number {
    return Math.floor(this.#world.random.next() * below);
  }
}

function current(held: Held, atMs: number): Look {
  return { instance: held.instance, kind: isListed(held, atMs) ? "current" : "unseen" };
}

function old(instance: Instance | undefined): Look | undefined {
  return instance === undefined ? undefined : { instance, kind: "old" };
}

/** As it was at that moment; undefined when it wasn't there yet. */
function asAt(held: Held, atMs: number): Look | undefined {
  if (atMs < held.sinceMs) return undefined;
  const then = held.history.find(({ untilMs }) => atMs < untilMs);
  if (then === undefined) return current(held, atMs);
  return isListed(held, atMs) ? old(then.instance) : undefined;
}

/** A new instance is missing from lists for a while. */
export function isListed({ appearDue }: Held, atMs: number): boolean {
  return appearDue === undefined || (appearDue.atMs ?? Number.POSITIVE_INFINITY) <= atMs;
}
