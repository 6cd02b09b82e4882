import { EcsError, type ErrorClass } from "./errors";
import type { Receipt } from "./port";

/** Those who are ready wait no longer than this for the rest: what they have seen grows old. */
const patienceMs = 2_000;

/** Nothing was sent: the work has to be done again, together with others or by itself. */
export class NotSent extends Error {
  override readonly name = "NotSent";

  constructor(readonly goOn: "together" | "singly") {
    super("nothing was sent");
  }
}

/** What became of each in the call: accepted, or why not. */
export type Ends = (instanceId: string) => Receipt | EcsError | NotSent;

/** A work's place in the call that it shares. */
export interface Seat<Options> {
  readonly hasBoarded: boolean;
  /** Makes the call together with the others'. Rejects with NotSent where the work has to be done again. */
  board(instanceId: string, options: Options): Promise<Receipt>;
}

interface Passenger<Options> {
  readonly instanceId: string;
  readonly options: Options;
  readonly answer: Promised<Receipt>;
}

/** A promise that is kept from outside. */
class Promised<T> {
  keep: (value: T) => void = () => undefined;
  breakOff: (reason: unknown) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.keep = resolve;
    this.breakOff = reject;
  });
}

/**
 * Works that make one call together. They are begun side by side when it is their turn; when each has come to its call, or
 * ended without one, those with equal options go out as one. One that takes long is left behind and comes with the next.
 */
export class Convoy<Options> {
  private readonly members: { readonly begin: () => Promise<void>; readonly turnAway: (reason: unknown) => void }[] =
    [];
  private readonly passengers: Passenger<Options>[] = [];
  private awaited = 0;
  private hasBegun = false;
  private hasLeft = false;
  private patience: NodeJS.Timeout | undefined;
  private readonly leaving = new Promised<undefined>();

  get size(): number {
    return this.members.length;
  }

  /** The work's own end, whenever it has been begun and done. */
  join<T>(work: (seat: Seat<Options>) => Promise<T>): Promise<T> {
    const done = new Promised<T>();
    this.members.push({
      begin: async () => {
        const seat = this.newSeat();
        try {
          done.keep(await work(seat));
        } catch (error) {
          done.breakOff(error);
        }
        if (!seat.hasBoarded) this.settled();
      },
      turnAway: done.breakOff,
    });
    return done.promise;
  }

  /** All of them end like this, unless they have been begun. */
  turnAway(reason: unknown): void {
    if (this.hasBegun) return;
    for (const member of this.members) member.turnAway(reason);
  }

  /** Rejects with what tells of the call limit; each of those whom it concerns is told as well. */
  async travel(send: (instanceIds: readonly string[], options: Options) => Promise<Ends>): Promise<void> {
    this.hasBegun = true;
    this.awaited = this.members.length;
    for (const { begin } of this.members) void begin();
    await this.leaving.promise;
    const groups = [...groupsOf(this.passengers).values()];
    const failures = (await Promise.all(groups.map((group) => sendGroup(group, send)))).flat();
    const ofClass = (errorClass: ErrorClass) => failures.find((error) => error.errorClass === errorClass);
    const forTheLine = ofClass("throttled") ?? ofClass("unknownOutcome");
    if (forTheLine !== undefined) throw forTheLine;
  }

  private newSeat(): Seat<Options> {
    let hasBoarded = false;
    return {
      get hasBoarded() {
        return hasBoarded;
      },
      board: async (instanceId, options) => {
        if (this.hasLeft) throw new NotSent("together");
        hasBoarded = true;
        const answer = new Promised<Receipt>();
        this.passengers.push({ instanceId, options, answer });
        this.patience ??= setTimeout(() => this.leave(), patienceMs);
        this.settled();
        return await answer.promise;
      },
    };
  }

  /** One less to wait for. */
  private settled(): void {
    this.awaited -= 1;
    if (this.awaited === 0) this.leave();
  }

  private leave(): void {
    this.hasLeft = true;
    clearTimeout(this.patience);
    this.leaving.keep(undefined);
  }
}

/** By equal options: a call has one set of them for all. */
function groupsOf<Options>(passengers: readonly Passenger<Options>[]): ReadonlyMap<string, Passenger<Options>[]> {
  const groups = new Map<string, Passenger<Options>[]>();
  for (const passenger of passengers) {
    const key = JSON.stringify(passenger.options) ?? "";
    groups.set(key, [...(groups.get(key) ?? []), passenger]);
  }
  return groups;
}

/** Tells each what became of it, and returns what went wrong at the vendor's. */
async function sendGroup<Options>(
  group: readonly Passenger<Options>[],
  send: (instanceIds: readonly string[], options: Options) => Promise<Ends>,
): Promise<readonly EcsError[]> {
  const [first] = group;
  if (first === undefined) return [];
  const ids = [...new Set(group.map(({ instanceId }) => instanceId))];
  try {
    const endOf = await send(ids, first.options);
    return group.flatMap(({ instanceId, answer }) => {
      const end = endOf(instanceId);
      if (end instanceof Error) answer.breakOff(end);
      else answer.keep(end);
      return end instanceof EcsError ? [end] : [];
    });
  } catch (error) {
    for (const { answer } of group) answer.breakOff(error);
    return error instanceof EcsError ? [error] : [];
  }
}
