import type { FaultThen } from "../../emulator/index";
import type { Fault } from "../model/fault";

/** Longer than the client waits for an answer, which is ten seconds. */
export const tooLateMs = 15_000;
const dripMs = 30_000;

/** What the emulator has to do so that this goes wrong; undefined where it is the client's side alone that knows of it. */
export function thenOf(fault: Fault): FaultThen | undefined {
  switch (fault.kind) {
    case "emulated":
      return fault.then;
    case "duplicate":
      return { duplicate: "refused" };
    case "unreadable":
      return unreadable(fault.label);
    case "crash":
      // Whoever is dead hears no answer: none is given, and the process ends when the request stands there.
      if (fault.point === "sent-not-executed") return { wire: "hang", when: "before" };
      if (fault.point === "executed-not-answered") return { wire: "hang", when: "after" };
      return undefined;
  }
}

/** In memory these are all the same; here each is what its name says. */
function unreadable(label: string): FaultThen {
  switch (label) {
    case "wire refused":
      return { wire: "refuse" };
    case "wire drip, too slow to end":
      return { wire: "drip", overMs: dripMs };
    case "wire JSON that does not parse":
      return { wire: "bad-json", when: "after" };
    case "wire 5xx without Code":
      return { wire: "no-code", when: "after" };
    default:
      throw new Error(`nobody has said how "${label}" looks on the wire`);
  }
}

/** Whether the request comes to a stand under it, until time has passed. */
export function standsUnder(then: FaultThen): boolean {
  if ("delayMs" in then) return true;
  return "wire" in then && (then.wire === "hang" || then.wire === "drip");
}
