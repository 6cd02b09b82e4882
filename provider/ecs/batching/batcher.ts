/** How a batcher gathers items and what it does with them. */
export interface BatcherOptions<Item, Result> {
  /** A batch is closed when no item has come for so long. */
  readonly idleMs: number;
  /** It is closed at the latest so long after its first item. */
  readonly maxMs: number;
  readonly maxItems: number;
  /** Only items with equal keys share a batch; left out, all do. */
  readonly keyOf?: (item: Item) => string;
  /** A batch that is not full stays open until this resolves: while a call limit holds it back, more find room. Never rejects. */
  readonly untilOpen?: () => Promise<void>;
  /** The results in the order of the items; an Error rejects its item alone, and one that takes longer keeps no other waiting. A rejection rejects all of them. */
  readonly execute: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result> | Error)[]>;
}

interface Member<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result | Promise<Result>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Items that come at about the same time are executed as one batch. */
export class Batcher<Item, Result> {
  private readonly open = new Map<string, Batch<Item, Result>>();

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  /** Resolves with the item's own result. */
  add(item: Item): Promise<Result> {
    const key = this.options.keyOf?.(item) ?? "";
    const batch = this.open.get(key) ?? this.begin(key);
    return new Promise((resolve, reject) => {
      batch.join({ item, resolve, reject });
      // The next one begins another batch.
      if (batch.isFull) this.open.delete(key);
    });
  }

  private begin(key: string): Batch<Item, Result> {
    const batch = new Batch<Item, Result>(this.options);
    this.open.set(key, batch);
    void this.run(key, batch);
    return batch;
  }

  private async run(key: string, batch: Batch<Item, Result>): Promise<void> {
    await batch.closed;
    await this.options.untilOpen?.();
    if (this.open.get(key) === batch) this.open.delete(key);
    const { members } = batch;
    try {
      const results = await this.options.execute(members.map(({ item }) => item));
      for (const [index, { resolve, reject }] of members.entries()) {
        const result = results[index];
        if (result instanceof Error) reject(result);
        else if (result === undefined) reject(new Error(`a batch of ${members.length} has no result for one of them`));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }
}

class Batch<Item, Result> {
  readonly members: Member<Item, Result>[] = [];
  readonly closed: Promise<void>;
  private close: () => void = () => undefined;
  private readonly latestMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly window: Pick<BatcherOptions<Item, Result>, "idleMs" | "maxMs" | "maxItems">) {
    this.latestMs = Date.now() + window.maxMs;
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
  }

  get isFull(): boolean {
    return this.members.length >= this.window.maxItems;
  }

  join(member: Member<Item, Result>): void {
    this.members.push(member);
    clearTimeout(this.timer);
    if (this.isFull) this.close();
    else this.timer = setTimeout(this.close, Math.max(0, Math.min(this.window.idleMs, this.latestMs - Date.now())));
  }
}
