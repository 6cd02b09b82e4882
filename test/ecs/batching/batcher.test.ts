import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Batcher, type BatcherOptions } from "../../../provider/ecs/batching/batcher";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Doubles numbers; records each batch and when it was executed, in ms from the beginning. */
function stage(options: Partial<BatcherOptions<number, number>> = {}) {
  const batches: { readonly items: readonly number[]; readonly atMs: number }[] = [];
  const begunMs = Date.now();
  const batcher = new Batcher<number, number>({
    idleMs: 20,
    maxMs: 1_000,
    maxItems: 5,
    ...options,
    execute: (items) => {
      batches.push({ items, atMs: Date.now() - begunMs });
      return options.execute?.(items) ?? Promise.resolve(items.map((item) => 2 * item));
    },
  });
  return { batcher, batches };
}

describe("Batcher", () => {
  it("executes items that come together as one batch, and gives each its own result", async () => {
    const { batcher, batches } = stage();
    const results = Promise.all([batcher.add(1), batcher.add(2), batcher.add(2)]);
    await vi.advanceTimersByTimeAsync(20);
    expect(await results).toEqual([2, 4, 4]);
    expect(batches).toEqual([{ items: [1, 2, 2], atMs: 20 }]);
  });

  it("executes a full batch at once, and the rest by itself", async () => {
    const { batcher, batches } = stage();
    for (const item of [1, 2, 3, 4, 5, 6]) void batcher.add(item);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([{ items: [1, 2, 3, 4, 5], atMs: 0 }]);
    await vi.advanceTimersByTimeAsync(20);
    expect(batches.slice(1)).toEqual([{ items: [6], atMs: 20 }]);
  });

  it("keeps a batch open while items keep coming, and no longer than maxMs", async () => {
    const { batcher, batches } = stage({ maxItems: 1_000 });
    for (let item = 0; item < 100; item += 1) {
      void batcher.add(item);
      await vi.advanceTimersByTimeAsync(15);
    }
    expect(batches.map(({ atMs }) => atMs)).toEqual([1_000]);
    expect(batches[0]?.items).toHaveLength(67);
  });

  it("keeps items with unlike keys apart", async () => {
    const { batcher, batches } = stage({ keyOf: (item) => (item % 2 === 0 ? "even" : "odd") });
    const results = Promise.all([1, 2, 3, 4].map((item) => batcher.add(item)));
    await vi.advanceTimersByTimeAsync(20);
    expect(await results).toEqual([2, 4, 6, 8]);
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it("lets more join while a call limit holds the batch back, until it is full", async () => {
    const untilOpen = () => new Promise<void>((resolve) => void setTimeout(resolve, 500));
    const { batcher, batches } = stage({ untilOpen });
    for (const item of [1, 2, 3, 4, 5, 6, 7]) {
      void batcher.add(item);
      await vi.advanceTimersByTimeAsync(70);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2, 3, 4, 5],
      [6, 7],
    ]);
  });

  it("rejects with an item's own error that item alone", async () => {
    const no = new Error("not this one");
    const { batcher } = stage({ execute: (items) => Promise.resolve(items.map((item) => (item === 2 ? no : item))) });
    const results = Promise.allSettled([batcher.add(1), batcher.add(2)]);
    await vi.advanceTimersByTimeAsync(20);
    expect(await results).toMatchObject([{ value: 1 }, { reason: no }]);
  });

  it("keeps nobody waiting for an item whose result takes longer", async () => {
    const later = (ms: number) => new Promise<number>((resolve) => void setTimeout(() => resolve(ms), ms));
    const { batcher } = stage({ execute: () => Promise.resolve([later(60_000), 1]) });
    const slow = batcher.add(1);
    const quick = batcher.add(2);
    await vi.advanceTimersByTimeAsync(20);
    expect(await quick).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await slow).toBe(60_000);
  });

  it("rejects all items of a batch that failed, and goes on with the next", async () => {
    const no = new Error("none of them");
    let calls = 0;
    const { batcher } = stage({
      execute: (items) => (++calls === 1 ? Promise.reject(no) : Promise.resolve([...items])),
    });
    const results = Promise.allSettled([batcher.add(1), batcher.add(2)]);
    await vi.advanceTimersByTimeAsync(20);
    expect(await results).toMatchObject([{ reason: no }, { reason: no }]);
    const next = batcher.add(3);
    await vi.advanceTimersByTimeAsync(20);
    expect(await next).toBe(3);
  });

  it("rejects an item for which the executor has no result: nothing waits for ever", async () => {
    const { batcher } = stage({ execute: () => Promise.resolve([1]) });
    const results = Promise.allSettled([batcher.add(1), batcher.add(2)]);
    await vi.advanceTimersByTimeAsync(20);
    expect(await results).toMatchObject([{ value: 1 }, { reason: { message: /no result for one of them/ } }]);
  });
});
