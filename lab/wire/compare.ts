import type { LedgerEntry } from "../../emulator/index";
import type { Operation, World } from "../evidence";
import type { Told } from "../explore/story";
import { isWrite, rowsOf, withoutCopies } from "../judge/rows";

/** What a story on the wire and the same one in memory do not have in common, in sentences; none: they are alike. */
export function differencesBetween(wire: Told, memory: Told): readonly string[] {
  const [ours, theirs] = [runsOf(wire), runsOf(memory)];
  if (ours.length !== theirs.length) return [`it took ${ours.length} runs, in memory ${theirs.length}`];
  const found: string[] = [];
  for (const [index, our] of ours.entries()) {
    const their = theirs[index];
    if (their === undefined) continue;
    const run = index === ours.length - 1 ? "the silent run" : `run ${index}`;
    note(found, `the end of ${run}`, our.exit, their.exit);
    note(found, `the writes of ${run}`, writesOf(wire, our), writesOf(memory, their));
    note(found, `what ${run} recorded`, recordedBy(our), recordedBy(their));
  }
  note(found, "the world in the end", shownWorld(wire.settled), shownWorld(memory.settled));
  return found;
}

function runsOf({ faulted, reruns, silent }: Told): readonly Operation[] {
  return [faulted, ...reruns, silent];
}

/** Around the first character that differs. */
const [shownBefore, shownAfter] = [80, 160];

function note(found: string[], what: string, is: string, inMemory: string): void {
  if (is === inMemory) return;
  let from = 0;
  while (from < is.length && is[from] === inMemory[from]) from += 1;
  const shown = (text: string) => text.slice(Math.max(0, from - shownBefore), from + shownAfter) || "nothing";
  found.push(`${what}: ${shown(is)}; in memory: ${shown(inMemory)}`);
}

/** Under these nobody got as far as the world: what matters is that the same was done afterwards. */
const unheard = ["wire:reset-before", "wire:refuse", "wire:hang:before", "wire:hang"];

function writesOf({ evidence }: Told, operation: Operation): string {
  return withoutCopies(rowsOf(evidence, operation))
    .filter((row) => isWrite(row) && !unheard.includes(row.fault ?? ""))
    .map(shownWrite)
    .join(", ");
}

/** Without what is drawn anew each time, and without what the wire made of the answer. */
function shownWrite({ at, action, params, effect }: LedgerEntry): string {
  const told = Object.entries(params)
    .filter(([name]) => !drawn.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return `${at} ${action}(${told.join(" ")}) ${effect}`;
}

const drawn = new Set([
  "Action",
  "AccessKeyId",
  "Format",
  "Signature",
  "SignatureMethod",
  "SignatureNonce",
  "SignatureVersion",
  "Timestamp",
  "Version",
  "ClientToken",
]);

/**
 * Down to the milliseconds: on the wire everything takes as long as in memory, and chance is the same. But for the ids of
 * requests: each that arrives draws one, and in memory some do not arrive.
 */
function recordedBy({ stateAfter }: Operation): string {
  const told = (outputs: unknown) =>
    JSON.stringify(outputs, (name, value: unknown) => (name === "requestId" ? undefined : value));
  return stateAfter
    .map(({ id, outputs, initErrors }) => `${id} ${told(outputs)} with ${initErrors.length} errors`)
    .join(", ");
}

function shownWorld({ instances, snapshots }: World): string {
  const machines = [...instances.values()].map(
    ({ InstanceId, Status, StoppedMode, DeletionProtection, AutoReleaseTime }) =>
      `${InstanceId} ${Status} ${StoppedMode} ${DeletionProtection ? "protected" : "unprotected"} ${AutoReleaseTime}`,
  );
  return [...machines, ...snapshots.map(({ diskId, status }) => `snapshot of ${diskId}: ${status}`)].join(", ");
}
