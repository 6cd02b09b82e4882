import type { LedgerEntry } from "../../emulator/index";
import type { Violation } from "../evidence";
import { idsOf } from "../judge/rows";
import { perMinute } from "../model/per-minute";
import type { VirtualTime } from "../model/virtual-time";
import { exactlyOnce, Fleet, type Measured, mustEndWell, requestsPerUseful } from "./fleet";

/** Looks that are asked for at about the same time share a call: so many calls for each machine that is looked at once. */
const mostReadsPerLook = 0.1;

/**
 * Many machines in one run under 60 calls per minute and action: all stopped, all started, all given a release time. Nothing
 * fails, each change is made once, and those who wait look together.
 */
export async function thousand(time: VirtualTime, size: number, parallel: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel, throttle: perMinute(60) });
  const violations: Violation[] = [];
  const rows: LedgerEntry[] = [];
  const startMs = time.worldMs;
  const steps = [
    { args: { state: "stopped" }, action: "StopInstance" },
    { args: { state: "running" }, action: "StartInstance" },
    { args: { state: "running", autoReleaseAt: "2026-06-20T20:00:00Z" }, action: "ModifyInstanceAutoReleaseTime" },
  ];
  for (const { args, action } of steps) {
    const operation = await fleet.up(args);
    const own = fleet.rowsSince(operation.afterN);
    rows.push(...own);
    violations.push(...mustEndWell(operation), ...exactlyOnce(action, fleet.ids, own));
  }
  const perLook = readsPerLook(rows);
  if (perLook > mostReadsPerLook) {
    violations.push({ invariant: "L4", because: `${perLook.toFixed(2)} reads for each look at a machine`, rows: [] });
  }
  return {
    violations: [...violations, ...fleet.judged()],
    figures: {
      "reads per look": perLook,
      "requests per useful one": requestsPerUseful(rows),
      "virtual minutes": (time.worldMs - startMs) / 60_000,
    },
  };
}

function readsPerLook(rows: readonly LedgerEntry[]): number {
  const reads = rows.filter(({ action, code }) => action === "DescribeInstances" && code === null);
  return reads.length / reads.reduce((sum, row) => sum + idsOf(row).length, 0);
}
