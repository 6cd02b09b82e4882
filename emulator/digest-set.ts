const fewestSlots = 16;

/**
 * A set of 64-bit digests in one typed array (open addressing, at most three quarters full): 11 to 22 bytes each, where a
 * Set of texts takes more than a hundred.
 */
export class DigestSet {
  /** Two numbers a slot; a slot of two zeros is free. */
  #slots = new Uint32Array(2 * fewestSlots);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    return !this.#isFree(find(this.#slots, high, notZero(high, low)));
  }

  add(high: number, low: number): void {
    if ((this.#size + 1) * 8 > this.#slots.length * 3) this.#grow();
    const told = notZero(high, low);
    const at = find(this.#slots, high, told);
    if (!this.#isFree(at)) return;
    this.#slots[at] = high;
    this.#slots[at + 1] = told;
    this.#size += 1;
  }

  copy(): DigestSet {
    const copy = new DigestSet();
    copy.#slots = this.#slots.slice();
    copy.#size = this.#size;
    return copy;
  }

  #isFree(at: number): boolean {
    return this.#slots[at] === 0 && this.#slots[at + 1] === 0;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const high = this.#slots[at] ?? 0;
      const low = this.#slots[at + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      const to = find(larger, high, low);
      larger[to] = high;
      larger[to + 1] = low;
    }
    this.#slots = larger;
  }
}

/** Where it is, or the free slot where it belongs. */
function find(slots: Uint32Array, high: number, low: number): number {
  const last = slots.length - 2;
  let at = (low * 2) & last;
  for (;;) {
    const foundHigh = slots[at];
    const foundLow = slots[at + 1];
    if ((foundHigh === high && foundLow === low) || (foundHigh === 0 && foundLow === 0)) return at;
    at = (at + 2) & last;
  }
}

/** Two zeros mean a free slot, so that digest counts as its neighbour. */
function notZero(high: number, low: number): number {
  return high === 0 && low === 0 ? 1 : low;
}
