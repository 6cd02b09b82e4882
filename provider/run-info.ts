import type { Absent, LifecycleState, Present, UtcMinute } from "./core/model";
import type { Digests } from "./judged-arguments";

/** What a schedule declares at the moment of the look. */
export interface Scheduled {
  /** Undefined: the power state is not managed now. */
  readonly state?: LifecycleState;
  /** The moment from which on that is declared. */
  readonly since?: UtcMinute;
  /** A side of periods that is applied alone: the state counts at that moment, and what is done later stays. */
  readonly once?: boolean;
  readonly because: string;
  /** Undefined: it never is another one again. */
  readonly nextChangeAt?: UtcMinute;
}

/**
 * What the program's side hands to the provider with each resource, as JSON text in the hidden input `__run`.
 * The check takes it off, so it reaches neither the state nor any display.
 */
export interface RunInfo {
  readonly urn: string;
  readonly dryRun: boolean;
  /** Where the program looked; the provider may find that the resource is recorded in another region. */
  readonly regionId?: string;
  /** Which instance the program looked at. What reaches the check may be about another one. */
  readonly instanceId?: string;
  /** The arguments that plan, limits and guards were judged by. Undefined: nothing was judged. */
  readonly judged?: Digests;
  /** Digests of the settings and variables by which the program found its account. Undefined: nobody looked. */
  readonly account?: Digests;
  /** Arguments that the resource's `ignoreChanges` names: they may arrive as they are recorded. */
  readonly ignored?: readonly string[];
  /** The server's clock at that look, in ms since 1970. */
  readonly atMs?: number;
  /** Undefined: nobody looked, or the look failed. */
  readonly seen?: Present | Absent;
  /** Why the look failed, or which arguments are not known yet. */
  readonly unverified?: string;
  /** Why nothing at all may be done for this resource, by reasons that only the whole program knows. */
  readonly refused: readonly string[];
  /** Why nothing that acts may be done: limits and owners. Cancelling or postponing a release time goes on. */
  readonly held: readonly string[];
  /** The same, where the resource is new in this run: the program can't know that, the check can. */
  readonly heldIfNew: readonly string[];
  /** Those of them that hold for all that they count, or for none: limits, and a look that is not believed. */
  readonly together?: readonly string[];
  readonly togetherIfNew?: readonly string[];
  /** Where a schedule is declared: `state` is made of this. */
  readonly scheduled?: Scheduled;
  /** The resolved limits of this run, for the provider's own, second line of defence. Undefined: no limit, or none resolved. */
  readonly maxReleases?: number;
  readonly maxReleaseTimes?: number;
  readonly maxStops?: number;
}

/** The hidden input's name. Pulumi shows no property that begins with two underscores. */
export const runInput = "__run";

/** Every name that is ours or Pulumi's. Any other is an argument, also one that begins with two underscores. */
export const hiddenInputs: readonly string[] = [runInput, "__recorded", "__fleet", "__provider"];

export function writeRunInfo(info: RunInfo): string {
  return JSON.stringify(info);
}

/** Undefined when it is missing or not known, as in a refresh, or when another program's text stands there. */
export function readRunInfo(text: unknown): RunInfo | undefined {
  const value = parseHidden<RunInfo>(text);
  if (value === undefined) return undefined;
  return {
    ...value,
    urn: value.urn ?? "",
    dryRun: value.dryRun ?? false,
    refused: value.refused ?? [],
    held: value.held ?? [],
    heldIfNew: value.heldIfNew ?? [],
  };
}

/** The object in a hidden input. Undefined for any other text: what is hidden may be missing, and must then do no harm. */
export function parseHidden<T extends object>(text: unknown): Partial<T> | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
