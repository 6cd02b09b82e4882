import { EcsError } from "./errors";

/** Time and chance, as far as waiting needs them. */
export interface Pace {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** 0 to 1. */
  random(): number;
}

/** So many may be under way before anybody knows whether there is a limit; as many can be refused in vain. */
const mostAtOnce = 16;
/** The vendor counts by the minute, so what got through in the last one tells how many do. */
const countedMs = 60_000;
const longestSpacingMs = 10_000;
const firstClosedMs = 1_000;
const longestClosedMs = 20_000;
/** What is refused for longer than this is not a busy minute but a limit that will not go away. */
const patienceMs = 15 * 60_000;
/** For so long after a refusal calls count as scarce. */
const scarceMs = 10 * 60_000;

/**
 * The account's limit on one call in one region, as far as this process has met it. Nothing is held back until a call is
 * refused (`Throttling`); from then on all who want to make it stand in one queue, because each coming back by itself would
 * keep the limit used up. After a refusal it is closed for a while, then goes on in the pace at which calls got through
 * before, and slowly faster.
 */
export class CallQueue {
  private tail = Promise.resolve();
  private queued = 0;
  private waiting = 0;
  private underWay = 0;
  private wake: () => void = () => undefined;
  private opensAtMs = Number.NEGATIVE_INFINITY;
  private spacingMs = 0;
  private passedMs: number[] = [];
  private refusedMs = Number.NEGATIVE_INFINITY;
  private refusal: { readonly error: EcsError; readonly sinceMs: number; readonly inARow: number } | undefined;
  /** Those under way together are refused together, which is one refusal and not many. */
  private round = 0;

  constructor(
    private readonly action: string,
    private readonly pace: Pace,
  ) {}

  /** The work when its turn has come. The call's refusal is its own error; the caller decides whether to stand in line again. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    return await this.watched(work);
  }

  /** The same, again after each refusal, and for how long that has been waited. */
  async untilThrough<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly queuedMs: number }> {
    for (let queuedMs = 0; ; ) {
      const askedMs = this.pace.nowMs();
      await this.turn();
      queuedMs += this.pace.nowMs() - askedMs;
      try {
        return { answer: await this.watched(work), queuedMs };
      } catch (error) {
        if (!this.isRefusal(error)) throw error;
      }
    }
  }

  /** Whether it is worth a wait to ask for two things in one call. */
  get isScarce(): boolean {
    return this.pace.nowMs() - this.refusedMs < scarceMs;
  }

  /** Whether somebody stands here because calls are scarce. */
  get isHeldBack(): boolean {
    return this.isScarce && this.queued + this.waiting > 0;
  }

  /** Until somebody who asks now would have their turn at once, and for company where calls are scarce. Never rejects. */
  async untilOpen(companyMs = 0): Promise<void> {
    this.waiting += 1;
    if (this.isScarce) await this.pace.sleep(companyMs);
    for (;;) {
      const waitMs = this.opensAtMs - this.pace.nowMs();
      if (waitMs > 0 && !this.isHopeless()) await this.pace.sleep(waitMs);
      else if (this.queued > 0) await this.tail;
      else break;
    }
    this.waiting -= 1;
  }

  private async turn(): Promise<void> {
    const before = this.tail;
    let passOn: () => void = () => undefined;
    this.tail = new Promise((resolve) => {
      passOn = resolve;
    });
    this.queued += 1;
    try {
      await before;
      await this.opened();
    } finally {
      this.queued -= 1;
      passOn();
    }
    this.underWay += 1;
    this.opensAtMs = Math.max(this.opensAtMs, this.pace.nowMs() + this.spacingMs);
  }

  /** Only the first in line is here. */
  private async opened(): Promise<void> {
    for (;;) {
      const waitMs = this.opensAtMs - this.pace.nowMs();
      if (this.underWay >= mostAtOnce) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      } else if (waitMs <= 0) {
        return;
      } else if (this.isHopeless()) {
        throw givenUp(this.action, this.refusal?.error);
      } else {
        await this.pace.sleep(waitMs);
      }
    }
  }

  /** Nothing has got through for so long, or is to get through in so long, that it is no use to wait. */
  private isHopeless(): boolean {
    return this.refusal !== undefined && this.opensAtMs - this.refusal.sinceMs > patienceMs;
  }

  private async watched<T>(work: () => Promise<T>): Promise<T> {
    const { round } = this;
    try {
      const answer = await work();
      this.passed();
      return answer;
    } catch (error) {
      if (this.isRefusal(error)) {
        this.refused(error, round);
        if (this.isHopeless()) throw givenUp(this.action, error);
      }
      // An outcome that nobody knows tells nothing of limits either.
      else if (error instanceof EcsError && error.errorClass !== "unknownOutcome") this.passed();
      throw error;
    } finally {
      this.underWay -= 1;
      this.wake();
    }
  }

  private isRefusal(error: unknown): error is EcsError {
    return error instanceof EcsError && error.errorClass === "throttled" && error.action === this.action;
  }

  private passed(): void {
    const nowMs = this.pace.nowMs();
    this.passedMs = [...this.passedMs.filter((ms) => ms > nowMs - countedMs), nowMs];
    this.refusal = undefined;
    // Where nobody else waits, it is not we who use the limit up.
    this.spacingMs = Math.floor(this.spacingMs * (this.queued > 0 ? 0.95 : 0.5));
  }

  private refused(error: EcsError, round: number): void {
    const nowMs = this.pace.nowMs();
    const hintMs = error.retryAfterMs ?? 0;
    this.refusedMs = nowMs;
    if (round !== this.round) {
      this.opensAtMs = Math.max(this.opensAtMs, nowMs + hintMs);
      return;
    }
    this.round += 1;
    const inARow = this.refusal?.inARow ?? 0;
    const closedMs = Math.min(longestClosedMs, Math.max(firstClosedMs, this.spacingMs / 2) * 2 ** inARow);
    const passed = this.passedMs.filter((ms) => ms > nowMs - countedMs).length;
    this.spacingMs = Math.min(longestSpacingMs, Math.ceil(countedMs / Math.max(1, passed)));
    // Half fixed, half by chance: several processes that were refused together must not come back together.
    this.opensAtMs = nowMs + Math.max(hintMs, Math.ceil(closedMs / 2 + (this.pace.random() * closedMs) / 2));
    this.refusal = { error, sinceMs: this.refusal?.sinceMs ?? nowMs, inARow: inARow + 1 };
  }
}

function givenUp(action: string, refusal: EcsError | undefined): EcsError {
  return new EcsError(
    action,
    refusal?.code ?? "Throttling",
    "callLimit",
    `nothing was let through for ${patienceMs / 60_000} minutes`,
    refusal?.advice,
    refusal?.requestId,
    undefined,
  );
}
