/** An item with its place in the order in which all were added; pages go by that place. */
export interface Row<Item> {
  readonly sequence: number;
  readonly item: Item;
}

/** Items by id, in the order in which they were added. An item that is replaced keeps its place. */
export class Store<Item> {
  readonly #rows = new Map<string, Row<Item>>();
  #lastSequence = 0;

  copy(): Store<Item> {
    const copy = new Store<Item>();
    for (const [id, row] of this.#rows) copy.#rows.set(id, row);
    copy.#lastSequence = this.#lastSequence;
    return copy;
  }

  get(id: string): Item | undefined {
    return this.#rows.get(id)?.item;
  }

  /** Adds it, or puts it in the place of the one that has this id. */
  set(id: string, item: Item): void {
    const sequence = this.#rows.get(id)?.sequence ?? ++this.#lastSequence;
    this.#rows.set(id, { sequence, item });
  }

  delete(id: string): void {
    this.#rows.delete(id);
  }

  rows(): Row<Item>[] {
    return [...this.#rows.values()];
  }

  items(): Item[] {
    return this.rows().map((row) => row.item);
  }
}
