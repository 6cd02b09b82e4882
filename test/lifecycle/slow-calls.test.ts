import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delegate } from "../../provider/ecs/batching/delegate";
import type { EcsPort } from "../../provider/ecs/port";
import { SlowCalls } from "../../provider/methods/slow-calls";
import { present } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { FakeEcs } from "../support/fake-ecs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A port whose looks and turns take so long, and what was said of it. */
function slowPort(ms: number, fails = false) {
  const said: string[] = [];
  const ecs = new FakeEcs(
    new FakeClock(),
    ["i-a", "i-b", "i-c"].map((instanceId) => present({ instanceId })),
  );
  const late = async <T>(work: () => Promise<T>): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (fails) throw new Error("no answer");
    return await work();
  };
  const port = delegate(ecs, {
    observe: (ids) => late(() => ecs.observe(ids)),
    inTurn: (call, work) => late(() => ecs.inTurn(call, work)),
    stop: (id, options, precondition) => late(() => ecs.stop(id, options, precondition)),
  });
  const slowCalls = new SlowCalls();
  const of = (id: string) =>
    slowCalls.watched(port, id, (text, kind) => said.push(kind === undefined ? text : `${kind}: ${text}`));
  return { ecs, of, said };
}

const gentle = { mode: "KeepCharging", force: false, hibernate: false } as const;
const because = "(many instances share a call, and the account's call limit is kept)";

describe("a call that takes long", () => {
  it("is spoken of after two seconds, and every ten; at last with how long it took", async () => {
    const { of, said } = slowPort(14_400);
    const looking = of("i-a").observe(["i-a"]);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(said).toEqual([`i-a: waiting for DescribeInstances, 2 s ${because}`]);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(said.slice(1)).toEqual([`i-a: waiting for DescribeInstances, 12 s ${because}`]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect((await looking).found.has("i-a")).toBe(true);
    expect(said.slice(2)).toEqual(["result: i-a: DescribeInstances took 14 s"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ["StopInstance", (ecs: EcsPort) => ecs.stop("i-a", gentle, () => Promise.resolve(true))],
    ["DeleteInstance", (ecs: EcsPort) => ecs.inTurn("DeleteInstance", () => Promise.resolve("released"))],
  ])("is named by the write whose turn it waits for: %s", async (call, write) => {
    const { of, said } = slowPort(3_500);
    const writing = write(of("i-a"));
    await vi.advanceTimersByTimeAsync(3_600);
    expect(await writing).toBeDefined();
    expect(said).toEqual([`i-a: waiting for ${call}, 2 s ${because}`, `result: i-a: ${call} took 4 s`]);
  });

  it("is spoken of once for all who wait, by the one who has waited longest", async () => {
    const { of, said } = slowPort(5_000);
    const looking = ["i-a", "i-b", "i-c"].map((id) => of(id).observe([id]));
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(looking);
    expect(said).toEqual([
      `i-a: waiting for DescribeInstances, 2 s, as 2 more do ${because}`,
      "result: i-a: DescribeInstances took 5 s",
    ]);
  });

  it("fails with its own error, and that it has taken long is said then, too", async () => {
    const { of, said } = slowPort(4_000, true);
    const looking = expect(of("i-b").observe(["i-b"])).rejects.toThrow("no answer");
    await vi.advanceTimersByTimeAsync(4_000);
    await looking;
    expect(said.at(-1)).toBe("result: i-b: DescribeInstances took 4 s");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("nothing is said of quick ones, however many follow each other", async () => {
    const { ecs, of, said } = slowPort(900);
    for (let look = 0; look < 20; look += 1) {
      const looking = of("i-a").observe(["i-a"]);
      await vi.advanceTimersByTimeAsync(900);
      await looking;
    }
    expect(ecs.names()).toHaveLength(20);
    expect(said).toEqual([]);
  });
});
