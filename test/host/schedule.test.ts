import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scheduledState } from "../../provider/index";
import { Cloud } from "../rig/cloud";
import { Host } from "../rig/host";
import type { Json } from "../rig/sdk";
import { inputs, runText } from "../rig/wire";

/** A week of schedules, hour by hour, in the SDK's own host: it gets states, and has no calendar of its own. */

const hourMs = 3_600_000;
/** Monday, midnight in Shanghai; the clocks of Los Angeles are sixteen hours behind. */
const mondayMs = Date.parse("2026-12-07T00:00:00+08:00");
const machines = [
  {
    id: "i-office",
    schedule: { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] },
    /** Told by the calendar: an hour of this week in Shanghai. */
    isOpen: (hour: number) => hour < 5 * 24 && hour % 24 >= 8 && hour % 24 < 20,
    hours: 5 * 12,
  },
  {
    id: "i-night",
    schedule: { zone: "America/Los_Angeles", cron: [{ start: "0 22 * * *", stop: "0 5 * * *" }] },
    isOpen: (hour: number) => hour % 24 >= 14 && hour % 24 < 21,
    hours: 7 * 7,
  },
];

let cloud: Cloud;
let host: Host;
beforeEach(async () => {
  cloud = await Cloud.open(
    machines.map(({ id }) => ({ InstanceId: id, Status: "Stopped" })),
    { now: new Date(mondayMs).toISOString() },
    "virtual",
  );
  host = await Host.start({ env: cloud.env });
});
afterEach(() => host.stop());

/** What the engine would do with one resource in one run. */
async function apply(id: string, news: Json, recorded: Json | undefined): Promise<Json> {
  const { inputs, failures } = await host.check(recorded ?? {}, news);
  expect(failures).toEqual([]);
  if (recorded === undefined) return (await host.create(inputs)).outs;
  if ((await host.diff(id, recorded, inputs)).changes === "NONE") return recorded;
  return (await host.update(id, recorded, inputs)).outs;
}

describe("a week, hour by hour", () => {
  it("each machine runs for its schedule's hours, to the minute, and no call is made in between", async () => {
    const recorded = new Map<string, Json>();
    for (let hour = 0; hour < 7 * 24; hour++) {
      const nowMs = mondayMs + hour * hourMs;
      cloud.emulator.advance(Math.max(0, nowMs - cloud.emulator.world.now()));
      const news = machines.map(({ id, schedule }) => {
        const scheduled = scheduledState({ schedule }, new Date(nowMs));
        const run = runText(cloud, id, { dryRun: false, atMs: nowMs, scheduled });
        return inputs({ instanceId: id, schedule, state: scheduled.state, __run: run });
      });
      const outs = await cloud.live(() =>
        Promise.all(machines.map(({ id }, index) => apply(id, news[index] ?? {}, recorded.get(id)))),
      );
      for (const [index, { id, isOpen }] of machines.entries()) {
        recorded.set(id, outs[index] ?? {});
        expect([id, hour, cloud.status(id)]).toEqual([id, hour, isOpen(hour) ? "Running" : "Stopped"]);
      }
    }
    const writes = cloud.emulator.ledger().filter(({ action }) => /^(Start|Stop|Delete|Modify)/.test(action));
    expect(new Set(writes.map(({ action }) => action))).toEqual(new Set(["StartInstance", "StopInstance"]));
    expect(writes).toHaveLength(2 * (5 + 7));
    for (const { id, hours } of machines) {
      const switches = writes.filter(({ params }) => params.InstanceId === id);
      expect(switches.map(({ action }) => action === "StartInstance")).toEqual(switches.map((_, at) => at % 2 === 0));
      const times = switches.map(({ at }) => Date.parse(at));
      const minutes = times.reduce((sum, at, index) => sum + (index % 2 === 0 ? -at : at), 0) / 60_000;
      expect(Math.abs(minutes - hours * 60)).toBeLessThan(hours);
    }
  }, 300_000);
});
