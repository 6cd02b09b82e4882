/** One row: a request, accepted or rejected, or something done by hand (`control:…`) or by a timer (`timer:…`). */
export interface LedgerEntry {
  /** 1, 2, 3 … and never twice; `since` takes it. */
  n: number;
  /** The world's time, RFC 3339 with milliseconds. */
  at: string;
  /** ECS's name of the call, `control:…` or `timer:…`; empty when the request named none. */
  action: string;
  /** What was sent, secrets masked. */
  params: Record<string, string>;
  /** What changed: `none`, or `i-…: Running -> Stopping`; several are joined by `; `. */
  effect: string;
  /** What a Describe answer told of instances: `i-a Running; i-b Stopped`, empty when it listed none; null for other answers. */
  shows: string | null;
  /** HTTP status of the answer; null when nothing was answered. */
  status: number | null;
  /** The vendor's error code; null on success. */
  code: string | null;
  /** The fault that was applied, e.g. `wire:reset-after`; null without one. */
  fault: string | null;
  requestId: string;
}

/** A place in a ledger to which it can be rewound. */
export interface LedgerMark {
  readonly rows: readonly LedgerEntry[];
  readonly length: number;
  readonly lastN: number;
}

const secretName = /^(signature|securitytoken|oidctoken|authorization)$|secret|password/i;

/** Ten thousand rows stay in memory; whoever needs all of them passes a sink (the command's `--ledger FILE`). */
export class Ledger {
  #rows: LedgerEntry[] = [];
  #lastN = 0;
  readonly #keptRows: number;
  readonly #sink: ((entry: LedgerEntry) => void) | undefined;

  constructor(options: { keptRows?: number; sink?: ((entry: LedgerEntry) => void) | undefined } = {}) {
    this.#keptRows = options.keptRows ?? 10_000;
    this.#sink = options.sink;
  }

  append(row: Omit<LedgerEntry, "n" | "at" | "shows"> & { atMs: number; shows?: string | null }): LedgerEntry {
    const { atMs, ...rest } = row;
    const entry: LedgerEntry = {
      n: ++this.#lastN,
      at: new Date(atMs).toISOString(),
      ...rest,
      shows: rest.shows ?? null,
      params: maskSecrets(row.params),
    };
    this.#rows.push(entry);
    // Cutting in large pieces keeps an append cheap.
    if (this.#rows.length >= this.#keptRows * 2) this.#rows = this.#rows.slice(-this.#keptRows);
    this.#sink?.(entry);
    return entry;
  }

  /** The kept rows, oldest first. `since`: rows after that number, or from that time on. */
  entries(filter: { action?: string | undefined; since?: string | number | undefined } = {}): LedgerEntry[] {
    let rows = this.#rows.slice(-this.#keptRows);
    if (filter.action !== undefined) rows = rows.filter((row) => row.action === filter.action);
    if (filter.since !== undefined) {
      const since = filter.since;
      const afterN = typeof since === "number" ? since : /^\d+$/.test(since) ? Number(since) : undefined;
      if (afterN !== undefined) {
        rows = rows.filter((row) => row.n > afterN);
      } else {
        const fromMs = Date.parse(String(since));
        if (Number.isNaN(fromMs)) throw new RangeError("since must be the number of a row, or a time.");
        rows = rows.filter((row) => Date.parse(row.at) >= fromMs);
      }
    }
    return rows;
  }

  /** Where it stands. Costs nothing: rows are only ever added. */
  mark(): LedgerMark {
    return { rows: this.#rows, length: this.#rows.length, lastN: this.#lastN };
  }

  /** Back to that mark; what came after is forgotten here (a sink keeps it), and its numbers are given out again. */
  rewind({ rows, length, lastN }: LedgerMark): void {
    this.#rows = rows.slice(0, length);
    this.#lastN = lastN;
  }

  clear(): void {
    this.#rows = [];
  }
}

export function maskSecrets(params: Record<string, string>): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    const shown = secretName.test(name) ? "***" : value;
    if (name !== "__proto__") masked[name] = shown;
    else Object.defineProperty(masked, name, { value: shown, enumerable: true, configurable: true, writable: true });
  }
  return masked;
}
