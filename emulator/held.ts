import type { Awaited } from "./duration";
import type { Instance, StoppedMode } from "./model";

/** How an instance looked until then. */
export interface Version {
  readonly instance: Instance;
  readonly untilMs: number;
}

/** An instance with what the wire doesn't show. */
export interface Held {
  readonly sequence: number;
  instance: Instance;
  /** Since when it exists; minus infinity for what the world began with. */
  readonly sinceMs: number;
  /** Its earlier looks, the latest last; empty when it is new. The oldest are forgotten. */
  history: readonly Version[];
  /** The moment that a read of a monotonic lag has shown. */
  seenMs: number;
  /** When the status moves on by itself. */
  statusDue: Awaited;
  /** The mode that a stop under way leads to. */
  stoppingMode: StoppedMode;
  /** It has been released and is only listed still. */
  released: boolean;
  vanishDue: Awaited;
  /** When it turns up in Describe answers; undefined when it has. */
  appearDue: Awaited | undefined;
}

/** What has vanished, for reads that lag behind. */
export interface Gone {
  readonly held: Held;
  readonly atMs: number;
}
