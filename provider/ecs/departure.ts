/** Requests of one wave come 1 to 10 ms apart: a gap longer than this ends it. Nobody feels it who comes alone. */
export const quietMs = 20;
/** While more keep coming, nobody waits longer than this; a hundred that come 10 ms apart fill a call in that time. */
const latestMs = 1_000;

export interface Patience {
  /** The gap that ends it where one has come. */
  readonly aloneMs: number;
  /** The gap that ends it where more have come. */
  readonly crowdMs: number;
  readonly latestMs: number;
}

const brief: Patience = { aloneMs: quietMs, crowdMs: quietMs, latestMs };

/** When those who want to go together have come: at a gap between them, when no more find room, or at the latest. Says so once. */
export class Departure {
  private joined = 0;
  private hasLeft = false;
  private quiet: NodeJS.Timeout | undefined;
  private readonly latest: NodeJS.Timeout;

  constructor(
    private readonly room: number,
    private readonly leave: () => void,
    private readonly patience = brief,
  ) {
    this.latest = setTimeout(() => this.go(), patience.latestMs);
  }

  /** One more has come. After it has left that changes nothing. */
  join(): void {
    if (this.hasLeft) return;
    clearTimeout(this.quiet);
    this.joined += 1;
    if (this.joined >= this.room) this.go();
    else this.quiet = setTimeout(() => this.go(), this.joined > 1 ? this.patience.crowdMs : this.patience.aloneMs);
  }

  private go(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    clearTimeout(this.quiet);
    clearTimeout(this.latest);
    this.leave();
  }
}
