/** Fifteen minutes either way: what the gateway allows between a request's timestamp and its own clock. */
export const timeWindowMs = 15 * 60_000;

/** Nonces that were used, with the timestamp they came with: a replay carries that same (signed) timestamp. */
export class NonceStore {
  readonly #usedAtMs = new Map<string, number>();
  #untilPruning = 50_000;

  /** False when it was used before. `nowsMs`: the clocks against which timestamps are judged. */
  use(accessKeyId: string, nonce: string, timestampMs: number, nowsMs: readonly number[]): boolean {
    const key = `${accessKeyId} ${nonce}`;
    if (this.#usedAtMs.has(key)) return false;
    this.#usedAtMs.set(key, timestampMs);
    this.#untilPruning -= 1;
    if (this.#untilPruning <= 0) this.#prune(nowsMs);
    return true;
  }

  /** Forgets nonces whose timestamp no clock accepts any more. Runs rarely, so that a single use stays cheap. */
  #prune(nowsMs: readonly number[]): void {
    for (const [key, atMs] of this.#usedAtMs) {
      if (nowsMs.every((nowMs) => Math.abs(nowMs - atMs) > timeWindowMs)) this.#usedAtMs.delete(key);
    }
    this.#untilPruning = 50_000;
  }
}
