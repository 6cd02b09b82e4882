import { createHash } from "node:crypto";
import type { LongerTelling } from "./tell-longer";

/** Longest times that a variation gives to what the cloud does; every budget of a step is longer. */
const longestMs = {
  pendingMs: 10_000,
  startMs: 90_000,
  stopMs: 120_000,
  forceStopMs: 20_000,
  releaseMs: 90_000,
  snapshotMs: 300_000,
} as const;

const skewsMs = [0, 0, -16 * 60_000, 16 * 60_000, -86_400_000, 86_400_000];

/** Another speed of the world, another chance and another clock: the n-th of a seed, always the same. Pure. */
export function variation(seed: number, n: number): LongerTelling {
  const digest = createHash("sha256").update(`${seed}/${n}`).digest();
  const share = (index: number) => digest.readUInt16BE(index * 2) / 65_536;
  const timings = Object.fromEntries(
    Object.entries(longestMs).map(([name, ms], index) => [name, Math.floor(share(index) * ms)]),
  );
  return { seed: digest.readInt32BE(16), timings, skewMs: skewsMs[(digest[20] ?? 0) % skewsMs.length] ?? 0 };
}
