import type { LedgerEntry } from "../../emulator/index";
import type { Violation } from "../evidence";
import { perMinute } from "../model/per-minute";
import type { VirtualTime } from "../model/virtual-time";
import { exactlyOnce, Fleet, type Measured, mustEndWell, requestsPerUseful } from "./fleet";

const tenMinutesMs = 10 * 60_000;
const most = { singles: 2, asOne: 1.3 };

/** The limit is cut to a tenth for ten minutes while a fleet is being stopped: nothing fails, and hardly anything is asked in vain. */
export async function quotaCut(time: VirtualTime, size: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel: 16, throttle: perMinute(60) });
  const { world } = fleet.cloud;
  setTimeout(() => world.putThrottle(perMinute(6)), 5_000);
  setTimeout(() => world.putThrottle(perMinute(60)), 5_000 + tenMinutesMs);
  return await stoppedAll(fleet, true);
}

/** The same for a fleet that is one resource: while it is being stopped, and while each of it is given a release time, half-way. */
export async function fleetUnderCut(time: VirtualTime, size: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, asOne: true, parallel: 1, throttle: perMinute(60) });
  const { world } = fleet.cloud;
  const startMs = time.worldMs;
  const steps = [
    { args: { state: "stopped" }, action: "StopInstance", cutAfterMs: 5_000 },
    {
      args: { state: "stopped", autoReleaseAt: "2026-06-20T20:00:00Z" },
      action: "ModifyInstanceAutoReleaseTime",
      cutAfterMs: (size / 60 / 2) * 60_000,
    },
  ];
  const violations: Violation[] = [];
  const rows: LedgerEntry[] = [];
  for (const { args, action, cutAfterMs } of steps) {
    setTimeout(() => world.putThrottle(perMinute(6)), cutAfterMs);
    setTimeout(() => world.putThrottle(perMinute(60)), cutAfterMs + tenMinutesMs);
    const operation = await fleet.up(args);
    const own = fleet.rowsSince(operation.afterN);
    rows.push(...own);
    violations.push(...mustEndWell(operation), ...exactlyOnce(action, fleet.ids, own), ...wasteful(own, most.asOne));
    await time.run(time.sleep(tenMinutesMs));
  }
  return {
    violations: [...violations, ...fleet.judged()],
    figures: {
      "requests per useful one": requestsPerUseful(rows),
      "virtual minutes": (time.worldMs - startMs) / 60_000,
    },
  };
}

/** Nine of ten calls are turned away for ten minutes, whatever is asked. Each that gets through needs ten by the nature of it. */
export async function storm(time: VirtualTime, size: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel: 16 });
  fleet.cloud.world.addFault({
    probability: 0.9,
    window: { to: new Date(time.worldMs + tenMinutesMs).toISOString() },
    then: { code: "Throttling.User" },
  });
  return await stoppedAll(fleet, false);
}

async function stoppedAll(fleet: Fleet, isFrugal: boolean): Promise<Measured> {
  const startMs = fleet.time.worldMs;
  const operation = await fleet.up({ state: "stopped" });
  const rows = fleet.rowsSince(operation.afterN);
  return {
    violations: [
      ...mustEndWell(operation),
      ...exactlyOnce("StopInstance", fleet.ids, rows),
      ...(isFrugal ? wasteful(rows, most.singles) : []),
      ...fleet.judged(),
    ],
    figures: {
      "requests per useful one": requestsPerUseful(rows),
      "virtual minutes": (fleet.time.worldMs - startMs) / 60_000,
    },
  };
}

function wasteful(rows: readonly LedgerEntry[], mostPerUseful: number): readonly Violation[] {
  const perUseful = requestsPerUseful(rows);
  if (perUseful <= mostPerUseful) return [];
  return [{ invariant: "L4", because: `${perUseful.toFixed(2)} requests for each useful one`, rows: [] }];
}
