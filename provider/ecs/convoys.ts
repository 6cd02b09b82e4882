import { judgeBatchRefusal } from "./batch-refusal";
import { Convoy, type Ends, NotSent, type Seat } from "./convoy";
import { Crowd, Departure } from "./departure";
import { EcsError } from "./errors";
import { type EcsPort, instancesPerCall, type Outcomes, type Receipt, type Turn } from "./port";

type Write<Options> = (instanceId: string, options: Options, byItself: () => Promise<Receipt>) => Promise<Receipt>;

/** One kind of write that can be made for one instance, or for many in one call. */
export interface SharedWrite<Options> {
  /** The names of the two calls: each has a call limit of its own. */
  readonly single: string;
  readonly together: string;
  readonly send: (instanceIds: readonly string[], options: Options) => Promise<Outcomes>;
  /** What a work makes its write with. */
  readonly turn: (write: Write<Options>) => Turn;
  /** Whether the call about many can do it with these options. */
  readonly mayShare: (options: Options) => boolean;
}

/** Gathers the works that end in one kind of write, so that they take one turn and make one call together. */
export class Convoys<Options> {
  private gathering: { readonly convoy: Convoy<Options>; readonly departure: Departure } | undefined;
  /** Their first looks have gathered them already: a hundred in some five seconds. */
  private readonly crowd = new Crowd(300, 5_000);
  /** Until the call about many turns out to be none that this identity may make here. */
  private isOffered = true;

  constructor(
    private readonly port: EcsPort,
    private readonly write: SharedWrite<Options>,
  ) {}

  /** As EcsPort's, for this write. */
  async inTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    while (this.isOffered) {
      try {
        return await this.join(work);
      } catch (error) {
        if (!(error instanceof NotSent)) throw error;
        if (error.goOn === "singly") break;
      }
    }
    return await this.port.inTurn(this.write.single, work);
  }

  /** The write itself goes with the others of the turn; where it can't, its work is done again by itself. */
  private turnWith(seat: Seat<Options>): Turn {
    return this.write.turn(async (instanceId, options, byItself) => {
      if (seat.hasBoarded) return await byItself();
      if (!this.write.mayShare(options)) throw new NotSent("singly");
      return await seat.board(instanceId, options);
    });
  }

  private join<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    if (this.gathering === undefined || this.gathering.convoy.size >= instancesPerCall) {
      const convoy = new Convoy<Options>();
      this.gathering = { convoy, departure: new Departure(instancesPerCall, () => void this.depart(convoy)) };
    }
    const { convoy, departure } = this.gathering;
    const done = convoy.join((seat) => work(this.turnWith(seat)));
    // Whose look has grown old by then looks again in its turn.
    departure.join(this.crowd.join());
    return done;
  }

  private async depart(convoy: Convoy<Options>): Promise<void> {
    if (convoy.size === 1) {
      this.close(convoy);
      convoy.turnAway(new NotSent("singly"));
      return;
    }
    try {
      // While they stand in line more find room.
      await this.port.inTurn(this.write.together, async () => {
        this.close(convoy);
        await convoy.travel((ids, options) => this.sendTogether(ids, options));
      });
    } catch (error) {
      // Once it has set out each knows its own answer, and this one is for the line alone.
      convoy.turnAway(error);
    }
  }

  private close(convoy: Convoy<Options>): void {
    if (this.gathering?.convoy === convoy) this.gathering = undefined;
  }

  private async sendTogether(ids: readonly string[], options: Options): Promise<Ends> {
    if (!this.isOffered) throw new NotSent("singly");
    try {
      const outcomeOf = await this.write.send(ids, options);
      return (id) => {
        const outcome = outcomeOf(id);
        // The right may have been given for the single call only.
        return outcome instanceof EcsError && outcome.errorClass === "auth" ? new NotSent("singly") : outcome;
      };
    } catch (error) {
      const refusal = judgeBatchRefusal(error);
      if (refusal === "never") this.isOffered = false;
      throw refusal === "each" ? error : new NotSent("singly");
    }
  }
}
