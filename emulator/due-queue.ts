import type { ArrearsKind } from "./arrears";

export interface Due {
  atMs: number;
  /** Of the instance, the snapshot or the policy that it is about. */
  id: string;
  kind:
    | "status"
    | "autoRelease"
    | "vanish"
    | "reclaim"
    | "reclaimed"
    | "snapshot"
    | "snapshotExpiry"
    | "autoSnapshot"
    | ArrearsKind;
}

/**
 * What the clock will bring, earliest first (a binary heap). The world checks on arrival whether an entry still holds.
 * Release times can be set again and again for years ahead: only the latest of each instance counts, and those it replaced
 * are thrown out when they are half of all.
 */
export class DueQueue {
  #heap: Due[] = [];
  /** The release time that counts, by instance. */
  readonly #release = new Map<string, Due>();
  #replaced = 0;

  /** How many entries it holds. */
  get size(): number {
    return this.#heap.length;
  }

  copy(): DueQueue {
    const copy = new DueQueue();
    for (const due of this.#heap) copy.#heap.push(due);
    for (const [id, due] of this.#release) copy.#release.set(id, due);
    copy.#replaced = this.#replaced;
    return copy;
  }

  push(due: Due): void {
    if (due.kind === "autoRelease") {
      if (this.#release.has(due.id)) this.#replaced += 1;
      this.#release.set(due.id, due);
      if (this.#replaced > 64 && this.#replaced > this.#heap.length / 2) this.#throwOutReplaced();
    }
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
    for (let due = this.#pop(nowMs); due !== undefined; due = this.#pop(nowMs)) {
      if (!this.#isReplaced(due)) {
        if (due.kind === "autoRelease") this.#release.delete(due.id);
        return due;
      }
      this.#replaced -= 1;
    }
    return undefined;
  }

  #pop(nowMs: number): Due | undefined {
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

  #isReplaced(due: Due): boolean {
    return due.kind === "autoRelease" && this.#release.get(due.id) !== due;
  }

  #throwOutReplaced(): void {
    // A sorted list is a heap.
    this.#heap = this.#heap.filter((due) => !this.#isReplaced(due)).sort((left, right) => left.atMs - right.atMs);
    this.#replaced = 0;
  }
}
