import type { Segment } from "./schedule";

/** In the order in which they begin. Where two lie over one another, the one that began first counts until its end. */
export type Layer = readonly Segment[];

/** Whether two declare the same, for whatever reason. */
export function isAlike(one: Segment, other: Segment): boolean {
  return one.state === other.state && one.once === other.once;
}

/** What is seen from above between two moments: at each the topmost layer that has something there. Pure. */
export function fromAbove(bottomFirst: readonly Layer[], fromMs: number, toMs: number): readonly Segment[] {
  const inside = (ms: number) => ms > fromMs && ms < toMs;
  const edges = bottomFirst
    .flatMap((layer) => layer.flatMap((segment) => [segment.fromMs, segment.toMs]))
    .filter(inside);
  const moments = [...new Set([fromMs, ...edges, toMs])].sort((a, b) => a - b);
  const tracks = [...bottomFirst].reverse().map((layer) => ({ layer, next: 0 }));
  const seen: Segment[] = [];
  for (const [index, startMs] of moments.entries()) {
    const endMs = moments[index + 1];
    const top = endMs === undefined ? undefined : topAt(tracks, startMs);
    if (top === undefined || endMs === undefined) continue;
    const before = seen.at(-1);
    if (before?.toMs === startMs && before.state === top.state && before.because === top.because) {
      seen[seen.length - 1] = { ...before, toMs: endMs };
    } else {
      seen.push({ ...top, fromMs: startMs, toMs: endMs });
    }
  }
  return seen;
}

/** Asked with later and later moments, so that each track is walked once. */
function topAt(tracks: readonly { layer: Layer; next: number }[], ms: number): Segment | undefined {
  for (const track of tracks) {
    while ((track.layer[track.next]?.toMs ?? Number.POSITIVE_INFINITY) <= ms) track.next++;
    const segment = track.layer[track.next];
    if (segment !== undefined && segment.fromMs <= ms) return segment;
  }
  return undefined;
}
