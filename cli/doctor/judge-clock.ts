import type { Finding } from "./finding";

/** When a call was sent and answered by this machine's clock, and what the server's Date header said then. All in ms since 1970. */
export interface TimedAnswer {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly serverMs: number;
}

/** The vendor refuses a signature whose time is further away than this. */
const refusedBeyondMs = 15 * 60_000;
/** Worth a word before it is refused. */
const noticeableMs = 60_000;

/**
 * By how much this machine's clock is ahead of the server's at least; negative when it is behind. The header has whole
 * seconds, and it was written at some time between question and answer: within that, nothing can be told, and it is 0. Pure.
 */
export function aheadMs({ sentMs, answeredMs, serverMs }: TimedAnswer): number {
  const mostMs = answeredMs - serverMs;
  const leastMs = sentMs - (serverMs + 999);
  if (leastMs > 0) return leastMs;
  return mostMs < 0 ? mostMs : 0;
}

/** Undefined: nothing has told the server's time. Pure. */
export function judgeClock(timed: TimedAnswer | undefined): Finding {
  const found = { area: "connection", check: "clock" } as const;
  if (timed === undefined) {
    return { ...found, answer: "unknown", detail: "no answer has told the server's time" };
  }
  const ms = aheadMs(timed);
  const value = Math.round(ms / 1_000);
  if (value === 0) return { ...found, answer: "yes", detail: "as the server's, as far as it can be told", value };
  const detail = `${amount(Math.abs(ms))} ${ms > 0 ? "ahead of" : "behind"} the server's`;
  if (Math.abs(ms) > refusedBeyondMs) {
    return {
      ...found,
      answer: "no",
      detail: `${detail}; the vendor refuses what is signed more than 15 min off`,
      remedy: "set this machine's clock (NTP); this package signs again by the server's, other tools don't",
      value,
    };
  }
  if (Math.abs(ms) < noticeableMs) return { ...found, answer: "yes", detail, value };
  return { ...found, answer: "yes", detail, remedy: "set this machine's clock before it is 15 min off", value };
}

function amount(ms: number): string {
  return ms < noticeableMs ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
