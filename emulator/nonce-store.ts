import { hash } from "node:crypto";
import { DigestSet } from "./digest-set";

/** Fifteen minutes either way: what the gateway allows between a request's timestamp and its own clock. */
export const timeWindowMs = 15 * 60_000;

const minuteMs = 60_000;

/**
 * Nonces that were used, by the minute of the timestamp they came with: a replay carries that same (signed) timestamp, so a
 * minute that no clock accepts any more is forgotten as a whole. Only 64 bits of a digest are kept of each; that two of the
 * 1.8 million nonces of 2,000 requests a second share them has a chance of one in ten million.
 */
export class NonceStore {
  readonly #minutes = new Map<number, DigestSet>();

  /** How many are remembered. */
  get size(): number {
    let size = 0;
    for (const used of this.#minutes.values()) size += used.size;
    return size;
  }

  /** False when it was used before. `nowsMs`: the clocks against which timestamps are judged. */
  use(accessKeyId: string, nonce: string, timestampMs: number, nowsMs: readonly number[]): boolean {
    const digest = hash("sha256", `${accessKeyId} ${nonce}`, "buffer");
    const high = digest.readUInt32LE(0);
    const low = digest.readUInt32LE(4);
    for (const used of this.#minutes.values()) {
      if (used.has(high, low)) return false;
    }
    this.#of(Math.floor(timestampMs / minuteMs), nowsMs).add(high, low);
    return true;
  }

  copy(): NonceStore {
    const copy = new NonceStore();
    for (const [minute, used] of this.#minutes) copy.#minutes.set(minute, used.copy());
    return copy;
  }

  #of(minute: number, nowsMs: readonly number[]): DigestSet {
    const known = this.#minutes.get(minute);
    if (known !== undefined) return known;
    // There can't be more minutes than the clocks accept, because each new one drops those that are over.
    this.#forget(nowsMs);
    const used = new DigestSet();
    this.#minutes.set(minute, used);
    return used;
  }

  #forget(nowsMs: readonly number[]): void {
    for (const minute of this.#minutes.keys()) {
      const fromMs = minute * minuteMs;
      const isOver = (nowMs: number): boolean =>
        fromMs + minuteMs <= nowMs - timeWindowMs || fromMs > nowMs + timeWindowMs;
      if (nowsMs.every(isOver)) this.#minutes.delete(minute);
    }
  }
}
