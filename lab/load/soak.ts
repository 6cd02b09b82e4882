import { Lifecycle } from "../../provider/lifecycle";
import type { Violation } from "../evidence";
import type { VirtualTime } from "../model/virtual-time";
import { Fleet, type Measured, mustEndWell } from "./fleet";

const hourMs = 3_600_000;
/** What may be more in memory in the end than after the first quarter: noise of the collector, not a leak of a day. */
const mostGrowthMiB = 4;

/** A day of runs, with others undoing things by hand in between. Each run corrects what they did, and nothing piles up. */
export async function dayOfRuns(time: VirtualTime, size: number, runs: number): Promise<Measured> {
  const fleet = new Fleet(time, { size, parallel: 16 });
  const { world } = fleet.cloud;
  const heap: number[] = [];
  const violations: Violation[] = [];
  for (let run = 0; run < runs; run += 1) {
    const id = fleet.ids[run % size];
    if (run > 0 && id !== undefined)
      world.putInstance({ InstanceId: id, Status: run % 2 === 0 ? "Running" : "Starting" });
    const operation = await fleet.engine.up(fleet.program({ state: "stopped" }));
    violations.push(...mustEndWell(operation));
    const left = fleet.ids.filter((one) => operation.worldAfter.instances.get(one)?.Status !== "Stopped");
    if (left.length > 0) violations.push({ invariant: "L1", because: `${left.join(", ")} is not stopped`, rows: [] });
    await time.run(time.sleep((24 * hourMs) / runs));
    world.ledger.clear();
    heap.push(heapMiB());
  }
  return { violations: [...violations, ...growth(heap)], figures: { runs, "MiB grown": grownMiB(heap) } };
}

/** One run that waits for a day, every few seconds with a look. */
export async function dayOfWaiting(time: VirtualTime, size: number, hours: number): Promise<Measured> {
  const fleet = new Fleet(time, {
    size,
    parallel: size,
    timings: { stopMs: (hours - 1) * hourMs },
    // Its words go to the engine, which is not what is measured here.
    makeLifecycle: (outside) => new Lifecycle({ ...outside, engine: { ...outside.engine, progress: () => undefined } }),
  });
  const heap: number[] = [];
  let looks = 0;
  for (let hour = 1; hour < hours; hour += 1) {
    setTimeout(() => {
      looks += fleet.cloud.sent.length;
      fleet.cloud.begin(() => undefined);
      fleet.cloud.world.ledger.clear();
      heap.push(heapMiB());
    }, hour * hourMs);
  }
  const operation = await fleet.engine.up(fleet.program({ state: "stopped", timeouts: { stop: `${hours}h` } }));
  return {
    violations: [...mustEndWell(operation), ...growth(heap)],
    figures: { looks, "MiB grown": grownMiB(heap) },
  };
}

/** Needs `--expose-gc`: what could be collected is no leak. */
function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function grownMiB(heap: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(heap.length / 4));
  const least = (part: readonly number[]) => part.reduce((min, one) => Math.min(min, one), Number.POSITIVE_INFINITY);
  return heap.length < 4 ? 0 : least(heap.slice(-quarter)) - least(heap.slice(quarter, 2 * quarter));
}

function growth(heap: readonly number[]): readonly Violation[] {
  const grown = grownMiB(heap);
  if (globalThis.gc === undefined || grown <= mostGrowthMiB) return [];
  return [{ invariant: "L4", because: `memory has grown by ${grown.toFixed(1)} MiB in a day`, rows: [] }];
}
