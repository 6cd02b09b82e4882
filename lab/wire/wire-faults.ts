import type { FaultThen } from "../../emulator/index";
import type { Fault } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import { labelOf } from "../model/fault";
import { tooLateMs } from "./then-of";

/** What goes wrong only where there is a wire. */
export interface WireOnly {
  readonly fault: Fault;
  /** What is the same to the caller and to the world in memory; undefined: nothing is. */
  readonly asInMemory: Fault | undefined;
}

/** Shorter than the client waits. */
const slowMs = 7_000;

/** At every call. */
export const wireOnlyFaults: readonly WireOnly[] = [
  same("wire 200 with an error Code", { code: "InternalError", status: 200 }),
  same("wire 200 with an error Code, executed", { code: "InternalError", status: 200, when: "after" }),
  same("wire 200 that says IncorrectInstanceStatus", { code: "IncorrectInstanceStatus", status: 200 }),
  {
    fault: emulated("wire answered too late", { delayMs: tooLateMs }),
    asInMemory: emulated("wire hang, executed", { wire: "hang", when: "after" }),
  },
  // As some of the vendor's sentences do, and as a proxy may: none of it may be passed on.
  same("code Forbidden.RAM 403 that quotes the request", {
    code: "Forbidden.RAM",
    status: 403,
    message: `emulator-key with emulator-secret is not authorized: POST http://127.0.0.1/?AccessKeyId=emulator-key&Signature=abc%3D`,
  }),
  // In memory no answer takes its time.
  { fault: emulated("wire answered slowly", { delayMs: slowMs }), asInMemory: undefined },
  // Executed when the caller has given up: in memory nothing happens that nobody waits for.
  { fault: emulated("wire executed too late", { delayMs: tooLateMs, when: "before" }), asInMemory: undefined },
];

/** Broken answers from a call on, until the run ends: then they are told, and not only borne. */
export const lastingWireFaults: readonly Fault[] = faultsAt("").filter((fault) => labelOf(fault).startsWith("wire "));

function same(label: string, then: FaultThen): WireOnly {
  const fault = emulated(label, then);
  return { fault, asInMemory: fault };
}

function emulated(label: string, then: FaultThen): Fault {
  return { kind: "emulated", label, then };
}
