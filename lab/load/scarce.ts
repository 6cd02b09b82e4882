import type { Violation } from "../evidence";
import { perMinute } from "../model/per-minute";
import type { VirtualTime } from "../model/virtual-time";
import { exactlyOnce, Fleet, type Measured, mustEndWell, requestsPerUseful } from "./fleet";

const tenMinutesMs = 10 * 60_000;
const mostRequestsPerUseful = 2;

/** The limit is cut to a tenth for ten minutes while a fleet is being stopped: nothing fails, and hardly anything is asked in vain. */
export async function quotaCut(time: VirtualTime, size: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel: 16, throttle: perMinute(60) });
  const { world } = fleet.cloud;
  setTimeout(() => world.putThrottle(perMinute(6)), 5_000);
  setTimeout(() => world.putThrottle(perMinute(60)), 5_000 + tenMinutesMs);
  return await stoppedAll(fleet, true);
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
  const perUseful = requestsPerUseful(rows);
  const wasteful: readonly Violation[] =
    isFrugal && perUseful > mostRequestsPerUseful
      ? [{ invariant: "L4", because: `${perUseful.toFixed(2)} requests for each useful one`, rows: [] }]
      : [];
  return {
    violations: [
      ...mustEndWell(operation),
      ...exactlyOnce("StopInstance", fleet.ids, rows),
      ...wasteful,
      ...fleet.judged(),
    ],
    figures: {
      "requests per useful one": perUseful,
      "virtual minutes": (fleet.time.worldMs - startMs) / 60_000,
    },
  };
}
