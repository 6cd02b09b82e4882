interface Timer {
  readonly id: number;
  readonly atMs: number;
  readonly run: () => void;
}

const real = { setTimeout, clearTimeout, setImmediate, now: Date.now, random: Math.random };

/** The run came to a point where nothing is left that could make it go on. */
export class Deadlock extends Error {
  override readonly name = "Deadlock";
}

/**
 * Time that passes only when everybody waits for it. While installed, the process's own timers, clock and chance are this
 * one's, so that libraries (batching, backoff) wait in it too without knowing.
 */
export class VirtualTime {
  private timers: Timer[] = [];
  private lastId = 0;
  private seed = 1;
  /** By how much the local clock is ahead of the world's. */
  skewMs = 0;
  /** Told by how much time has passed, before what was waited for goes on. */
  onAdvance: (ms: number) => void = () => undefined;

  constructor(private currentMs: number) {}

  get worldMs(): number {
    return this.currentMs;
  }

  install(): void {
    const schedule = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      this.lastId += 1;
      const timer = { id: this.lastId, atMs: this.currentMs + Math.max(0, ms), run: () => run(...args) };
      this.timers.push(timer);
      return { id: timer.id, ref: () => undefined, unref: () => undefined, hasRef: () => true };
    };
    const cancel = (handle: { id?: number } | undefined) => {
      this.timers = this.timers.filter(({ id }) => id !== handle?.id);
    };
    Object.assign(globalThis, { setTimeout: schedule, clearTimeout: cancel });
    Date.now = () => this.currentMs + this.skewMs;
    Math.random = () => this.random();
  }

  uninstall(): void {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
    Math.random = real.random;
  }

  /** Nothing waits any more, it is that time, and chance begins anew: so that a run is the same whatever ran before. */
  reset(worldMs: number, seed: number): void {
    this.timers = [];
    this.currentMs = worldMs;
    this.seed = seed;
    this.skewMs = 0;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  }

  /** Runs until the work is done, moving time to the next timer whenever all wait. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const finished = work.finally(() => {
      isDone = true;
    });
    // Its end is awaited below; until then a rejection is nobody's fault.
    finished.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => {
        real.setImmediate(resolve);
      });
      if (isDone) return await finished;
      if (!this.mayPass()) continue;
      const next = this.takeNext();
      if (next === undefined) throw new Deadlock("everybody waits and nothing is due");
      const passedMs = next.atMs - this.currentMs;
      if (passedMs > 0) {
        this.currentMs = next.atMs;
        this.onAdvance(passedMs);
      }
      next.run();
    }
  }

  /** Whether all wait for time, and nobody for something else. */
  protected mayPass(): boolean {
    return true;
  }

  private takeNext(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (next === undefined || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.id < next.id))
        next = timer;
    }
    if (next !== undefined) this.timers = this.timers.filter((timer) => timer !== next);
    return next;
  }

  /** mulberry32: small, and the same on every machine. */
  private random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
