/** Requests of one wave come 1 to 10 ms apart: a gap longer than this ends it. Nobody feels it who comes alone. */
export const quietMs = 20;
/** Where several begin a work of seconds, more come behind them: those that the engine has not come to yet. */
const crowdMs = 300;
/** The longer the row behind it, the longer a pause in it may be: the engine saves its state between them. */
const msForEach = 25;
/** An engine that does a few at a time begins the next few when these have come to their end, seconds later, and not at one moment. */
const nextWaveMs = 30_000;

/** How long one waits for others. */
export interface Patience {
  /** Since the last of them. */
  readonly gapMs: number;
  /** In all. */
  readonly latestMs: number;
}

/** Of looks that somebody waits for. A hundred that come 10 ms apart fill a call in that time. */
export const brief: Patience = { gapMs: quietMs, latestMs: 1_000 };

/** Those who begin works of seconds, and may come over minutes: a little wait of each saves calls. */
export class Crowd {
  private size = 0;
  private lastCameMs = Number.NEGATIVE_INFINITY;
  /** When one has last come right behind another. */
  private metMs = Number.NEGATIVE_INFINITY;

  /** The longest pause that does not end it, and the longest wait of one of them. */
  constructor(
    private readonly longestPauseMs: number,
    private readonly latestMs: number,
  ) {}

  /** One more has come; it is told how long it may wait for others. */
  join(): Patience {
    const nowMs = Date.now();
    // Who comes right behind others is not alone, even if those have just left.
    const isAlone = nowMs - this.lastCameMs >= this.pauseMs;
    this.size = isAlone ? 1 : this.size + 1;
    this.lastCameMs = nowMs;
    if (!isAlone) this.metMs = nowMs;
    const othersMayCome = nowMs - this.metMs < nextWaveMs;
    return { gapMs: othersMayCome ? this.pauseMs : quietMs, latestMs: this.latestMs };
  }

  private get pauseMs(): number {
    return Math.min(Math.max(crowdMs, this.size * msForEach), this.longestPauseMs);
  }
}

/** When those who want to go together have come: at a gap between them, when no more find room, or at the latest. Says so once. */
export class Departure {
  private joined = 0;
  private hasLeft = false;
  private latestMs = Number.POSITIVE_INFINITY;
  private leaving: NodeJS.Timeout | undefined;

  constructor(
    private readonly room: number,
    private readonly leave: () => void,
  ) {}

  /** One more has come. After it has left that changes nothing. */
  join(patience: Patience): void {
    if (this.hasLeft) return;
    clearTimeout(this.leaving);
    this.joined += 1;
    if (this.joined >= this.room) {
      this.go();
      return;
    }
    const nowMs = Date.now();
    this.latestMs = Math.min(this.latestMs, nowMs + patience.latestMs);
    this.leaving = setTimeout(() => this.go(), Math.max(0, Math.min(patience.gapMs, this.latestMs - nowMs)));
  }

  private go(): void {
    this.hasLeft = true;
    this.leave();
  }
}

/** So many calls for equally many, one after the other, show how many there are at a time. */
const enoughCalls = 3;

/** Calls that follow each other: an engine that does eight at a time sends eight, and the next eight when it has their answers. */
export class Waves {
  private size = 0;
  private calls = 0;
  private underWay = 0;

  constructor(private readonly room: number) {}

  /** With how many the next call is complete, so that nobody waits for more. */
  get complete(): number {
    return this.size > 1 && this.calls >= enoughCalls ? this.size : this.room;
  }

  /** One more has come. Where that is before the others have their answer, there are more than those. */
  join(): void {
    if (this.underWay > 0) this.calls = 0;
  }

  /** A call for so many. */
  async call<T>(size: number, send: () => Promise<T>): Promise<T> {
    this.calls = size === this.size ? this.calls + 1 : 1;
    this.size = size;
    this.underWay += 1;
    try {
      return await send();
    } finally {
      this.underWay -= 1;
    }
  }
}
