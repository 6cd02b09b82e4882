import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { World } from "../../emulator/index";
import { VirtualTime } from "../../lab/model/virtual-time";
import { PopClient } from "../../provider/ecs/pop-client";
import type { EcsPort } from "../../provider/ecs/port";
import { batchingClient } from "../../provider/ecs/batching/batching-client";
import { reconcile } from "../../provider/reconcile/reconcile";
import { desired, now, regionId } from "../support/builders";
import { MemoryDoor } from "../support/memory-door";
import { quietly } from "../support/surroundings";

const time = new VirtualTime(0);
beforeEach(() => {
  time.install();
  time.reset(Date.parse(now), 1);
});
afterEach(() => time.uninstall());

const thousand = 1_000;

function fleet(size: number) {
  const ids = Array.from({ length: size }, (_, index) => `i-bp1fleet${String(index).padStart(10, "0")}`);
  const world = new World(
    {
      now: new Date(time.worldMs).toISOString(),
      instances: ids.map((InstanceId) => ({ InstanceId })),
      timings: { stopMs: 20_000, startMs: 20_000 },
    },
    { clock: "virtual" },
  );
  time.onAdvance = (ms) => world.clock.advance(ms);
  const door = new MemoryDoor(world, time);
  const ecs = batchingClient(
    new PopClient(regionId, door, new MemoryDoor(world, time, "2015-04-01"), () => Date.now()),
  );
  return {
    ids,
    ecs,
    sent: (action: string) => world.ledger.entries({}).filter((row) => row.action === action).length,
  };
}

async function stop(ecs: EcsPort, instanceId: string): Promise<string> {
  const { observed } = await reconcile(desired({ instanceId, state: "stopped", expect: {} }), undefined, quietly(ecs));
  return observed.presence === "present" ? observed.status : observed.presence;
}

/** Each begins so long after the one before. */
async function oneAfterTheOther<T>(
  ids: readonly string[],
  gapMs: () => number,
  begin: (id: string) => Promise<T>,
): Promise<T[]> {
  const begun: Promise<T>[] = [];
  for (const id of ids) {
    begun.push(begin(id));
    const ms = gapMs();
    if (ms > 0) await time.sleep(ms);
  }
  return await Promise.all(begun);
}

/** As the engine does it: so many at a time, the next when one has ended. */
async function inParallel(ids: readonly string[], parallel: number, work: (id: string) => Promise<unknown>) {
  const left = [...ids];
  const hand = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      await time.sleep(1);
      await work(id);
    }
  };
  await Promise.all(Array.from({ length: parallel }, hand));
}

describe(`${thousand} instances`, () => {
  it.each([
    { gaps: "all at once, as members of a fleet", gapMs: () => 0, stops: 1, looks: 1.2 },
    { gaps: "1 ms apart", gapMs: () => 1, stops: 2, looks: 2 },
    { gaps: "1 to 10 ms apart", gapMs: () => 1 + Math.floor(Math.random() * 10), stops: 4, looks: 3 },
    { gaps: "10 ms apart", gapMs: () => 10, stops: 4, looks: 3 },
  ])("stopped, $gaps: their stops, looks and polls share calls", async ({ gapMs, stops, looks }) => {
    const alone = fleet(1);
    expect(await time.run(stop(alone.ecs, alone.ids[0] ?? ""))).toBe("stopped");
    expect(alone.sent("StopInstance")).toBe(1);
    const polls = alone.sent("DescribeInstances");

    const all = fleet(thousand);
    const statuses = await time.run(oneAfterTheOther(all.ids, gapMs, (id) => stop(all.ecs, id)));
    expect(new Set(statuses)).toEqual(new Set(["stopped"]));
    expect(all.sent("StopInstance")).toBe(0);
    expect(all.sent("StopInstances")).toBeLessThanOrEqual(stops * (thousand / 100));
    expect(all.sent("DescribeInstances")).toBeLessThanOrEqual(looks * polls * (thousand / 100));
  });

  it("refreshed all at once: hardly more looks than they fill", async () => {
    const { ids, ecs, sent } = fleet(thousand);
    await time.run(Promise.all(ids.map((id) => ecs.observe([id]))));
    expect(sent("DescribeInstances")).toBeLessThanOrEqual(thousand / 100 + 20);
  });

  it("refreshed eight at a time: those eight share a look", async () => {
    const { ids, ecs, sent } = fleet(thousand);
    await time.run(inParallel(ids, 8, (id) => ecs.observe([id])));
    expect(sent("DescribeInstances")).toBeLessThanOrEqual(thousand / 8 + 20);
  });

  it("stopped eight at a time: those eight share a call", async () => {
    const { ids, ecs, sent } = fleet(80);
    await time.run(inParallel(ids, 8, (id) => stop(ecs, id)));
    expect(sent("StopInstances") + sent("StopInstance")).toBeLessThanOrEqual(80 / 8 + 2);
  });
});
