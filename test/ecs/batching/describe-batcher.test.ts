import { describe, expect, it, vi } from "vitest";
import { describeBatcher } from "../../../provider/ecs/batching/describe-batcher";
import { disk, nowMs, present } from "../../support/builders";
import { FakeClock } from "../../support/fake-clock";
import { ecsError, FakeEcs } from "../../support/fake-ecs";

function port(count: number) {
  const ids = Array.from({ length: count }, (_, index) => `i-${index}`);
  const ecs = new FakeEcs(
    new FakeClock(),
    ids.map((id) => present({ instanceId: id })),
  );
  return { ids, ecs, shared: describeBatcher(ecs) };
}

/** Looks that come so far apart, and a while for the last of them. */
async function inARow(
  shared: ReturnType<typeof describeBatcher>,
  ids: readonly string[],
  apartMs: number,
): Promise<void> {
  const looks: Promise<unknown>[] = [];
  for (const id of ids) {
    looks.push(shared.observe([id]));
    await vi.advanceTimersByTimeAsync(apartMs);
  }
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(looks);
}

describe("describeBatcher", () => {
  it("looks that are asked for at about the same time share one call, and each gets its own", async () => {
    const { ids, ecs, shared } = port(40);
    const looks = await Promise.all(ids.map((id) => shared.observe([id])));
    expect(looks.map(({ found }) => [...found.keys()])).toEqual(ids.map((id) => [id]));
    expect(looks[0]?.atMs).toBe(nowMs);
    expect(ecs.names()).toEqual(["observe"]);
  });

  it("never more than 100 ids in one call", async () => {
    const { ids, ecs, shared } = port(150);
    await Promise.all(ids.map((id) => shared.observe([id])));
    expect(ecs.calls.map(({ id }) => id?.split(",").length)).toEqual([100, 50]);
  });

  it("looks that come a few milliseconds after each other share one as long as more keep coming", async () => {
    vi.useFakeTimers();
    try {
      const { ids, ecs, shared } = port(150);
      const begunMs = Date.now();
      await inARow(shared, ids, 9);
      expect(ecs.calls.map(({ id }) => id?.split(",").length)).toEqual([100, 50]);
      expect(Date.now() - begunMs).toBeLessThan(1_500);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a hundred fill the call, and wait for nobody", async () => {
    vi.useFakeTimers();
    try {
      const { ids, ecs, shared } = port(100);
      const looks = Promise.all(ids.map((id) => shared.observe([id])));
      await vi.advanceTimersByTimeAsync(0);
      await looks;
      expect(ecs.names()).toEqual(["observe"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("but none waits longer than a second for it, and a lone one hardly at all", async () => {
    vi.useFakeTimers();
    try {
      const { ids, shared } = port(100);
      const waitedMs = async (id: string) => {
        const askedMs = Date.now();
        await shared.observe([id]);
        return Date.now() - askedMs;
      };
      const waits: Promise<number>[] = [];
      for (const id of ids) {
        waits.push(waitedMs(id));
        await vi.advanceTimersByTimeAsync(18);
      }
      await vi.advanceTimersByTimeAsync(1_000);
      expect(Math.max(...(await Promise.all(waits)))).toBeLessThanOrEqual(1_000);
      const alone = waitedMs("i-0");
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await alone).toBeLessThanOrEqual(20);
    } finally {
      vi.useRealTimers();
    }
  });

  it("no look is answered from memory", async () => {
    const { ecs, shared } = port(1);
    await shared.observe(["i-0"]);
    ecs.vanish("i-0");
    expect((await shared.observe(["i-0"])).found.size).toBe(0);
  });

  it("one that is not listed is missing for itself alone", async () => {
    const { shared } = port(1);
    const [known, unknown] = await Promise.all([shared.observe(["i-0"]), shared.observe(["i-gone"])]);
    expect([known.found.size, unknown.found.size]).toEqual([1, 0]);
  });

  it("no id: no call, and a time that is one", async () => {
    const { ecs, shared } = port(1);
    const { found, atMs } = await shared.observe([]);
    expect(found.size).toBe(0);
    expect(Number.isFinite(atMs)).toBe(true);
    expect(ecs.names()).toEqual([]);
  });

  it("a look that fails fails for all that shared it, as what it was", async () => {
    const { ecs, shared } = port(2);
    ecs.fail("observe", ecsError("Forbidden.RAM", "auth"));
    const looks = await Promise.allSettled([shared.observe(["i-0"]), shared.observe(["i-1"])]);
    for (const look of looks) expect(look).toMatchObject({ status: "rejected", reason: { errorClass: "auth" } });
    expect(ecs.names()).toEqual(["observe"]);
  });

  it("everything but the looks goes straight through, once", async () => {
    const { ecs, shared } = port(1);
    ecs.disks = [disk("d-1")];
    const stop = { mode: "StopCharging", force: true, hibernate: true } as const;
    const snapshot = { clientToken: "t", name: "n", retentionDays: 7, tags: { a: "b" } };
    await shared.inspect("i-0");
    await shared.createSnapshot("d-1", snapshot);
    await shared.setDeletionProtection("i-0", true);
    await shared.setDeletionProtection("i-0", false);
    await shared.stop("i-0", stop, () => Promise.resolve(true));
    expect(ecs.calls.map(({ name, id, options }) => [name, id, options])).toEqual([
      ["inspect", "i-0", undefined],
      ["createSnapshot", "d-1", snapshot],
      ["setDeletionProtection", "i-0", { on: true }],
      ["setDeletionProtection", "i-0", { on: false }],
      ["stop", "i-0", stop],
    ]);
  });
});
