export interface Due {
  atMs: number;
  /** Of the instance or the snapshot that it is about. */
  id: string;
  kind: "status" | "autoRelease" | "vanish" | "reclaim" | "reclaimed" | "snapshot" | "snapshotExpiry";
}

/** What the clock will bring, earliest first (a binary heap). Entries are never taken out early: the world checks on arrival whether one still holds. */
export class DueQueue {
  readonly #heap: Due[] = [];

  push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.atMs <= due.atMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  /** Takes out the earliest entry that is due by then. */
  popUntil(nowMs: number): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && right.atMs < below.atMs) {
        child += 1;
        below = right;
      }
      if (below.atMs >= last.atMs) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
