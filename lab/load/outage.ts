import type { FaultThen, LedgerEntry } from "../../emulator/index";
import type { Operation, Violation } from "../evidence";
import { isWrite } from "../judge/rows";
import type { VirtualTime } from "../model/virtual-time";
import { exactlyOnce, Fleet, type Measured, mustEndWell, requestsOf } from "./fleet";

/** A read is tried so often, a write never twice. */
const mostRequestsPerCall = 5;
/** From the last call that worked to the end of the run: well within any budget, for without an answer there is nothing to wait for. */
const mostMs = 2 * 60_000;

/** Nothing answers any more, from the first call on or in the middle of it: the run ends soon and says why, and the next one does the rest. */
export async function outage(time: VirtualTime, size: number, then: FaultThen, afterMs: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel: 16 });
  const { world } = fleet.cloud;
  if (afterMs > 0) setTimeout(() => world.addFault({ times: "always", then }), afterMs);
  if (afterMs === 0) world.addFault({ times: "always", then });
  const beganMs = time.worldMs + afterMs;
  const operation = await fleet.up({ state: "stopped" });
  const lastedMs = time.worldMs - beganMs;
  const rows = requestsOf(fleet.rowsSince(operation.afterN)).filter(({ fault }) => fault !== null);
  world.clearFaults();
  const again = await fleet.up({ state: "stopped" });
  const perCall = mostRepeated(rows);
  return {
    violations: [
      ...endsPlainly(operation),
      ...(lastedMs > mostMs
        ? [{ invariant: "L3", because: `it went on for ${lastedMs / 1_000} s without an answer`, rows: [] }]
        : []),
      ...(perCall.times > mostRequestsPerCall
        ? [{ invariant: "L4", because: `one call was sent ${perCall.times} times`, rows: perCall.rows }]
        : []),
      ...mustEndWell(again),
      ...exactlyOnce("StopInstance", fleet.ids, fleet.rowsSince(operation.afterN)),
      ...fleet.judged(),
    ],
    figures: { "requests per call": perCall.times, "seconds to its end": lastedMs / 1_000 },
  };
}

function endsPlainly({ exit, printed }: Operation): readonly Violation[] {
  const errors = printed.filter((line) => line.startsWith("error: "));
  const isPlain = errors.length > 0 && errors.every((line) => !line.includes("\n    at "));
  if (exit === "failed" && isPlain) return [];
  return [{ invariant: "L3", because: `without any answer it ended ${exit}: ${errors.join(" / ")}`, rows: [] }];
}

/** The call that was sent most often. A write counts as too many when it was sent twice. */
function mostRepeated(rows: readonly LedgerEntry[]): { readonly times: number; readonly rows: readonly LedgerEntry[] } {
  const calls = new Map<string, LedgerEntry[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.action, row.params]);
    calls.set(key, [...(calls.get(key) ?? []), row]);
  }
  let most: readonly LedgerEntry[] = [];
  for (const sent of calls.values()) {
    const [first] = sent;
    if (first !== undefined && isWrite(first) && sent.length > 1)
      return { times: Number.POSITIVE_INFINITY, rows: sent };
    if (sent.length > most.length) most = sent;
  }
  return { times: most.length, rows: most };
}
