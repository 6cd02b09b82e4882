/** A call that stands still until somebody lets it go. */
export interface HeldCall {
  /** What the fault calls the place. */
  readonly name: string;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  /** Before it is executed, or executed and not yet answered. */
  readonly when: "before" | "after";
}

interface Waiting {
  readonly call: HeldCall;
  readonly letGo: () => void;
}

/** Calls that a fault `{ hold }` keeps at an exact point, so that a client can be killed just there. Of the transport, not of the world: no snapshot has them. */
export class Holds {
  readonly #waiting: Waiting[] = [];
  readonly #watching: { name: string; tell: (call: HeldCall) => void }[] = [];

  /** Resolves when it is let go. */
  hold(call: HeldCall): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ call, letGo: resolve });
      for (const { tell } of take(this.#watching, ({ name }) => name === call.name)) tell(call);
    });
  }

  /** Resolves when a call stands there (at once if one does). */
  reached(name: string): Promise<HeldCall> {
    const there = this.#waiting.find(({ call }) => call.name === name);
    if (there !== undefined) return Promise.resolve(there.call);
    return new Promise((resolve) => {
      this.#watching.push({ name, tell: resolve });
    });
  }

  list(): HeldCall[] {
    return this.#waiting.map(({ call }) => call);
  }

  /** Lets all go that stand there; tells how many. */
  release(name: string): number {
    const gone = take(this.#waiting, ({ call }) => call.name === name);
    for (const { letGo } of gone) letGo();
    return gone.length;
  }
}

/** Takes out of the list, and answers, what fits. */
function take<Item>(list: Item[], fits: (item: Item) => boolean): Item[] {
  const taken = list.filter(fits);
  const left = list.filter((item) => !fits(item));
  list.splice(0, list.length, ...left);
  return taken;
}
