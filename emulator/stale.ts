/** How far behind a read may be, in milliseconds of the world's clock: drawn from the seed between the two. */
export interface Lag {
  minMs: number;
  maxMs: number;
  /** `any` (default): a read may show less than an earlier one did. `monotonic`: what was shown stays shown. */
  order?: "any" | "monotonic";
  /** What has a lag of its own: each `read` (default), or each `instance` within a read, as if each came from another replica. */
  each?: "read" | "instance";
}

/** Which old look: as before the latest change, as if there were none, one of the last so many versions (the present one is the first), or the world as it was a while ago. */
export type Stale = "previous" | "empty" | { versions: number } | Lag;

/** An old look of some instances, the others being seen as they are. */
export interface StaleLook {
  stale: Stale;
  /** Only these instances. Default: all. */
  ids?: string[];
  /** 0 to 1: each instance is seen so with that chance. Default 1. */
  share?: number;
}

/** For the ledger: `stale:previous`, `stale:versions-3`, `stale:lag-0-5000`. */
export function labelOfStale({ stale }: StaleLook): string {
  if (typeof stale === "string") return `stale:${stale}`;
  if ("versions" in stale) return `stale:versions-${stale.versions}`;
  return `stale:lag-${stale.minMs}-${stale.maxMs}`;
}
