import { describe, expect, it, vi } from "vitest";
import { batched } from "../../provider/ecs/batched";
import { passedOn } from "../../provider/ecs/passed-on";
import { disk, nowMs, present } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { ecsError, FakeEcs } from "../support/fake-ecs";

function port(count: number) {
  const ids = Array.from({ length: count }, (_, index) => `i-${index}`);
  const ecs = new FakeEcs(
    new FakeClock(),
    ids.map((id) => present({ instanceId: id })),
  );
  return { ids, ecs, shared: batched(ecs) };
}

/** Looks that come so far apart, and a while for the last of them. */
async function inARow(shared: ReturnType<typeof batched>, ids: readonly string[], apartMs: number): Promise<void> {
  const looks: Promise<unknown>[] = [];
  for (const id of ids) {
    looks.push(shared.observe([id]));
    await vi.advanceTimersByTimeAsync(apartMs);
  }
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(looks);
}

describe("batched", () => {
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

  it.each([
    ["wait for a row that goes on", 100, 120, 3],
    ["and also where it has pauses, once it is long", 125, 120, 3],
    ["one by one, seconds apart, wait for nobody", 2_500, 8, 8],
  ])("unhurried ones %s", async (_what, apartMs, count, mostCalls) => {
    vi.useFakeTimers();
    try {
      const { ids, ecs, shared } = port(count);
      const waits: Promise<number>[] = [];
      for (const [index, id] of ids.entries()) {
        const askedMs = Date.now();
        waits.push(shared.observe([id], "unhurried").then(() => Date.now() - askedMs));
        await vi.advanceTimersByTimeAsync(apartMs === 125 && index > 60 && index % 8 === 0 ? 1_000 : apartMs);
      }
      await vi.advanceTimersByTimeAsync(15_000);
      const waitsMs = await Promise.all(waits);
      expect(waitsMs[0]).toBeLessThanOrEqual(20);
      expect(Math.max(...waitsMs)).toBeLessThanOrEqual(mostCalls === count ? 20 : 15_000);
      expect(ecs.calls.length).toBeLessThanOrEqual(mostCalls);
    } finally {
      vi.useRealTimers();
    }
  });

  it("unhurried ones that come in waves, a few after each other, need a call for each wave", async () => {
    vi.useFakeTimers();
    try {
      const { ids, ecs, shared } = port(80);
      for (let wave = 0; wave < 10; wave += 1) {
        for (const id of ids.slice(8 * wave, 8 * wave + 8)) {
          void shared.observe([id], "unhurried");
          await vi.advanceTimersByTimeAsync(80);
        }
        await vi.advanceTimersByTimeAsync(5_000);
      }
      // Nobody knows yet that others come behind the very first.
      expect(ecs.calls.map(({ id }) => id?.split(",").length)).toEqual([1, 7, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
      const waitedMs = async () => {
        const askedMs = Date.now();
        await shared.observe(["i-0"], "unhurried");
        return Date.now() - askedMs;
      };
      await vi.advanceTimersByTimeAsync(60_000);
      const [alone] = await Promise.all([waitedMs(), vi.advanceTimersByTimeAsync(1_000)]);
      expect(alone).toBeLessThanOrEqual(20);
    } finally {
      vi.useRealTimers();
    }
  });

  describe("where as many come again and again, when all have their answers", () => {
    /** Waves of looks, each when the one before it is answered; returns how long the first of each waited. */
    async function waves(shared: ReturnType<typeof batched>, sizes: readonly number[]): Promise<readonly number[]> {
      const waitsMs: number[] = [];
      for (const size of sizes) {
        const askedMs = Date.now();
        const ids = Array.from({ length: size }, (_, index) => `i-${index}`);
        let hasAnswer = false;
        const looks = Promise.all(ids.map((id) => shared.observe([id]))).then(() => {
          hasAnswer = true;
        });
        await vi.advanceTimersByTimeAsync(0);
        while (!hasAnswer) await vi.advanceTimersByTimeAsync(1);
        await looks;
        waitsMs.push(Date.now() - askedMs);
      }
      return waitsMs;
    }
    const callSizes = (ecs: FakeEcs) => ecs.calls.map(({ id }) => id?.split(",").length);

    it("nobody waits for more, once that was so three times; and fewer do wait", async () => {
      vi.useFakeTimers();
      try {
        const { ecs, shared } = port(8);
        const waitsMs = await waves(shared, [8, 8, 8, 8, 8, 5, 8]);
        expect(callSizes(ecs)).toEqual([8, 8, 8, 8, 8, 5, 8]);
        expect(waitsMs.map((ms) => (ms < 5 ? "at once" : "after a gap"))).toEqual([
          ...["after a gap", "after a gap", "after a gap", "at once", "at once"],
          ...["after a gap", "after a gap"],
        ]);
      } finally {
        vi.useRealTimers();
      }
    });

    it("a longer row that follows is split once, and then gathered as any other", async () => {
      vi.useFakeTimers();
      try {
        const { ids, ecs } = port(60);
        const observe: FakeEcs["observe"] = async (instanceIds) => {
          await new Promise((resolve) => void setTimeout(resolve, 30));
          return await ecs.observe(instanceIds);
        };
        const shared = batched({ ...passedOn(ecs), observe });
        await waves(shared, [8, 8, 8, 8]);
        await inARow(shared, ids, 5);
        expect(callSizes(ecs).slice(4)).toEqual([8, 52]);
      } finally {
        vi.useRealTimers();
      }
    });

    it("one that comes alone again and again learns nothing from that: those behind it are not left behind", async () => {
      vi.useFakeTimers();
      try {
        const { ids, ecs, shared } = port(40);
        await waves(shared, [1, 1, 1, 1]);
        await inARow(shared, ids, 9);
        expect(callSizes(ecs).slice(4)).toEqual([40]);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  it("polls, which leave every second, do not scatter those who gather", async () => {
    vi.useFakeTimers();
    try {
      const { ecs, shared } = port(10);
      const unhurried: Promise<unknown>[] = [];
      for (const id of ["i-0", "i-1", "i-2"]) {
        unhurried.push(shared.observe([id], "unhurried"));
        await vi.advanceTimersByTimeAsync(10);
      }
      const askedMs = Date.now();
      const hurried = shared.observe(["i-3"]).then(() => Date.now() - askedMs);
      await vi.advanceTimersByTimeAsync(100);
      expect(await hurried).toBeLessThanOrEqual(20);
      unhurried.push(shared.observe(["i-4"], "unhurried"));
      await vi.advanceTimersByTimeAsync(2_000);
      await Promise.all(unhurried);
      expect(ecs.calls.map(({ id }) => id)).toEqual(["i-3", "i-0,i-1,i-2,i-4"]);
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
    await shared.stop("i-0", stop);
    expect(ecs.calls.map(({ name, id, options }) => [name, id, options])).toEqual([
      ["inspect", "i-0", undefined],
      ["createSnapshot", "d-1", snapshot],
      ["setDeletionProtection", "i-0", { on: true }],
      ["setDeletionProtection", "i-0", { on: false }],
      ["stop", "i-0", stop],
    ]);
  });
});
