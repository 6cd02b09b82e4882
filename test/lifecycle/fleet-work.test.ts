import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FleetVoice } from "../../provider/methods/fleet-voice";
import { FleetWork } from "../../provider/methods/fleet-work";
import { Session } from "../../provider/methods/session";
import { noPeers } from "../../provider/peers";
import { desired, regionId } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { FakeEcs } from "../support/fake-ecs";

/** What is done with many members at once, and how it is counted. */

function stage() {
  const progress: string[] = [];
  const clock = new FakeClock();
  const ecs = new FakeEcs(clock, []);
  const engine = {
    say: () => undefined,
    progress: (text: string) => void progress.push(text),
    heard: () => Promise.resolve(),
    isThere: () => Promise.resolve(true),
  };
  const outside = { settings: () => undefined, env: {}, connect: () => ecs, clock, peers: noPeers };
  const session = new Session(outside, engine);
  const work = new FleetWork(session, new FleetVoice(engine, "urn:fleet", false), (id) => `name of ${id}`);
  return { work, ecs, progress };
}

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("side by side", () => {
  it.each([
    [1_000, 1_000],
    [5_000, 2_000],
  ])("of %d no more than %d are under way at once, and each is done once", async (count, mostAtOnce) => {
    const { work } = stage();
    const done: string[] = [];
    let [underWay, most] = [0, 0];
    const working = work.sideBySide(idsOf(count), "done", async (id) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await later(id.length);
      underWay -= 1;
      done.push(id);
    });
    await vi.runAllTimersAsync();
    expect(await working).toEqual([]);
    expect(most).toBe(mostAtOnce);
    expect(done.sort()).toEqual([...idsOf(count)].sort());
  });

  it("one that takes long keeps none of the others waiting", async () => {
    const { work } = stage();
    const done: string[] = [];
    const working = work.sideBySide(idsOf(4_000), "done", async (id) => {
      await later(id === "i-0" ? 60_000 : 1_000);
      done.push(id);
    });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(done).toHaveLength(3_999);
    await vi.advanceTimersByTimeAsync(60_000);
    await working;
    expect(done.at(-1)).toBe("i-0");
  });

  it("tells of those that failed in their order, whoever has come to an end first", async () => {
    const { work } = stage();
    const working = work.sideBySide(idsOf(4), "done", async (id) => {
      await later(id === "i-1" ? 100 : 10);
      if (id !== "i-2") throw new Error(`${id}: no`);
    });
    await vi.runAllTimersAsync();
    expect(await working).toEqual(
      ["i-0", "i-1", "i-3"].map((id) => ({ instanceId: id, name: `name of ${id}`, text: `${id}: no` })),
    );
  });

  it("counts those that are done, failed ones as well, and says when calls wait for the account's limit", async () => {
    const { work, ecs, progress } = stage();
    vi.spyOn(ecs, "isHeldBack").mockReturnValueOnce(false).mockReturnValueOnce(true).mockReturnValue(false);
    const working = work.sideBySide(idsOf(3), "looked at", async (id, session) => {
      session.connect(desired({ instanceId: id, regionId }));
      await later(Number(id.slice(2)) * 9_000);
      throw new Error("no");
    });
    await vi.advanceTimersByTimeAsync(23_000);
    await working;
    expect(progress).toEqual(["1 of 3 looked at, 2 s …", "2 of 3 looked at, 12 s, waiting for the call limit …"]);
  });
});

describe("in order", () => {
  it("begins none before the one before it has come to its end, and none behind one that failed", async () => {
    const { work } = stage();
    const begun: string[] = [];
    const working = work.inOrder(idsOf(4), "done", async (id) => {
      begun.push(id);
      await later(10);
      if (id === "i-1") throw new Error(`${id}: no`);
    });
    await vi.advanceTimersByTimeAsync(9);
    expect(begun).toEqual(["i-0"]);
    await vi.runAllTimersAsync();
    expect((await working).map(({ text }) => text)).toEqual([
      "i-1: no",
      "i-2 is held back by order, because i-1 failed",
      "i-3 is held back by order, because i-1 failed",
    ]);
    expect(begun).toEqual(["i-0", "i-1"]);
  });
});
