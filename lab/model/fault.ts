import type { FaultThen } from "../../emulator/index";

/** Where the process dies, seen from one call. */
export const crashPoints = [
  /** It wanted to send it. */
  "before-send",
  /** It arrived, and nothing was done yet. */
  "sent-not-executed",
  /** It was done, and the answer never came. */
  "executed-not-answered",
  /** The answer came, and what it led to did not get as far as the next call or pause. */
  "answered-not-returned",
  /** The method went on to its end, and nobody wrote down what it returned. */
  "returned-not-recorded",
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** One thing that goes wrong at one call. */
export type Fault =
  | { readonly kind: "crash"; readonly point: CrashPoint }
  /** What the emulator knows to do by itself: an error code, a broken answer, an old look. */
  | { readonly kind: "emulated"; readonly label: string; readonly then: FaultThen }
  /** The call is delivered twice: the first runs, the second is refused for its nonce, and that is what the caller hears. */
  | { readonly kind: "duplicate" }
  /** An answer that is none of ECS: a 5xx without Code, JSON that does not parse. `executed`: the call ran. */
  | { readonly kind: "unreadable"; readonly label: string; readonly executed: boolean };

export function labelOf(fault: Fault): string {
  if (fault.kind === "crash") return `crash ${fault.point}`;
  return fault.kind === "duplicate" ? "wire duplicate" : fault.label;
}
