import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { batchedWrites } from "../../provider/ecs/batched-writes";
import type { EcsError } from "../../provider/ecs/errors";
import type { EcsPort, Outcomes, Receipt, StopOptions, Turn } from "../../provider/ecs/port";
import { present } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { ecsError, FakeEcs } from "../support/fake-ecs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const gentle: StopOptions = { mode: "KeepCharging", force: false, hibernate: false };

interface Sent {
  readonly call: "start" | "stop";
  readonly ids: readonly string[];
  readonly options?: unknown;
}

/** A port whose calls about many are recorded, and end as told. */
function stage(answer: (sent: Sent) => Promise<Outcomes> = () => Promise.resolve(accepted)) {
  const ids = Array.from({ length: 120 }, (_, index) => `i-${index}`);
  const single = new FakeEcs(
    new FakeClock(),
    ids.map((instanceId) => present({ instanceId })),
  );
  const sent: Sent[] = [];
  const turns: string[] = [];
  const inTurn = single.inTurn.bind(single);
  single.inTurn = (call, work) => {
    turns.push(call);
    return inTurn(call, work);
  };
  const note = (one: Sent) => {
    sent.push(one);
    return answer(one);
  };
  const ecs = batchedWrites(single, {
    startTogether: (some) => note({ call: "start", ids: some }),
    stopTogether: (some, options) => note({ call: "stop", ids: some, options }),
  });
  return { ids, single, sent, turns, ecs };
}

const accepted: Outcomes = (id) => ({ requestId: `R-${id}` });
const stop = (ecs: EcsPort, id: string, options = gentle) =>
  ecs.inTurn("StopInstance", (turn) => turn.stop(id, options));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Lets time pass until it has ended. */
async function ended<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined);
  while (!isDone) await vi.advanceTimersByTimeAsync(10);
  return await done;
}

const settled = <T>(works: readonly Promise<T>[]) => ended(Promise.allSettled(works));

describe("writes that come together", () => {
  it("go out in one turn and one call, and each gets its own answer", async () => {
    const { ids, ecs, sent, turns, single } = stage();
    const receipts = await ended(Promise.all(ids.slice(0, 50).map((id) => stop(ecs, id))));
    expect(receipts).toEqual(ids.slice(0, 50).map((id) => ({ requestId: `R-${id}` })));
    expect(sent).toEqual([{ call: "stop", ids: ids.slice(0, 50), options: gentle }]);
    expect(turns).toEqual(["StopInstances"]);
    expect(single.writes()).toEqual([]);
  });

  it("never more than 100 in one", async () => {
    const { ids, ecs, sent } = stage();
    await ended(Promise.all(ids.map((id) => ecs.inTurn("StartInstance", (turn) => turn.start(id)))));
    expect(sent.map(({ call, ids: some }) => [call, some.length])).toEqual([
      ["start", 100],
      ["start", 20],
    ]);
  });

  it("those that come one after another share calls too: two hundred in ten seconds need no more than four", async () => {
    const { ids, ecs, sent, single } = stage();
    const ends: Promise<Receipt>[] = [];
    for (const id of [...ids, ...ids].slice(0, 200)) {
      ends.push(stop(ecs, id));
      await vi.advanceTimersByTimeAsync(50);
    }
    await ended(Promise.all(ends));
    expect(sent.length + single.writes().length).toBeLessThanOrEqual(4);
  });

  it("waves of eight that come after each other, seconds apart, need a call each", async () => {
    const { ids, ecs, sent, single } = stage();
    const ends: Promise<Receipt>[] = [];
    for (let wave = 0; wave < 10; wave += 1) {
      for (const id of ids.slice(8 * wave, 8 * wave + 8)) {
        ends.push(stop(ecs, id));
        await vi.advanceTimersByTimeAsync(80);
      }
      await vi.advanceTimersByTimeAsync(5_000);
    }
    await ended(Promise.all(ends));
    expect(sent.map(({ ids: together }) => together.length)).toEqual([7, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
    expect(single.writes()).toHaveLength(1);
  });

  it("nobody waits longer than five seconds for others", async () => {
    const { ids, ecs } = stage();
    const begunMs = Date.now();
    let endedMs = 0;
    const first = stop(ecs, "i-0").then(() => {
      endedMs = Date.now();
    });
    const others: Promise<Receipt>[] = [];
    for (const id of ids.slice(1, 41)) {
      others.push(stop(ecs, id));
      await vi.advanceTimersByTimeAsync(id === "i-1" ? 10 : 200);
    }
    await ended(Promise.all([first, ...others]));
    expect(endedMs - begunMs).toBeLessThanOrEqual(5_010);
  });

  it("one that comes alone goes as it always did, a moment later", async () => {
    const { ecs, sent, turns, single } = stage();
    const begunMs = Date.now();
    await ended(stop(ecs, "i-0"));
    expect(Date.now() - begunMs).toBeLessThanOrEqual(30);
    expect([turns, sent]).toEqual([["StopInstance"], []]);
    expect(single.calls).toMatchObject([{ name: "stop", id: "i-0", options: gentle }]);
  });

  it("with unlike options they share the turn and not the call", async () => {
    const { ecs, sent, turns } = stage();
    const hard = { ...gentle, force: true };
    await ended(Promise.all([stop(ecs, "i-0"), stop(ecs, "i-1", hard), stop(ecs, "i-2")]));
    expect(sent.map(({ ids, options }) => [ids, options])).toEqual([
      [["i-0", "i-2"], gentle],
      [["i-1"], hard],
    ]);
    expect(turns).toEqual(["StopInstances"]);
  });

  it("to hibernate is no matter for StopInstances: that one goes by itself", async () => {
    const { ecs, sent, single } = stage();
    const hibernate = { ...gentle, hibernate: true };
    await ended(Promise.all([stop(ecs, "i-0"), stop(ecs, "i-1", hibernate), stop(ecs, "i-2")]));
    expect(sent.map(({ ids }) => ids)).toEqual([["i-0", "i-2"]]);
    expect(single.calls).toMatchObject([{ name: "stop", id: "i-1", options: hibernate }]);
  });

  it("releases and all the rest are not gathered", async () => {
    const { ecs, sent, turns, single } = stage();
    single.change("i-0", { status: "stopped" });
    single.change("i-1", { status: "stopped" });
    const release = (id: string) => ecs.inTurn("DeleteInstance", () => ecs.release(id, { force: false }));
    await Promise.all([release("i-0"), release("i-1")]);
    expect(turns).toEqual(["DeleteInstance", "DeleteInstance"]);
    expect([single.writes(), sent]).toEqual([["release", "release"], []]);
  });

  it("a start and a stop outside of a turn go by themselves", async () => {
    const { ecs, sent, single } = stage();
    await ecs.stop("i-0", gentle);
    expect([single.writes(), sent]).toEqual([["stop"], []]);
  });
});

describe("a work that shares its turn", () => {
  it("keeps nobody waiting when it ends without its call, and ends as it did", async () => {
    const { ecs, sent } = stage();
    const begunMs = Date.now();
    const ends = await settled<unknown>([
      ecs.inTurn("StopInstance", () => Promise.resolve("overtaken")),
      ecs.inTurn("StopInstance", () => Promise.reject(new Error("not permitted"))),
      stop(ecs, "i-2"),
      stop(ecs, "i-3"),
    ]);
    expect(ends).toMatchObject([
      { value: "overtaken" },
      { reason: { message: "not permitted" } },
      { value: { requestId: "R-i-2" } },
      { value: { requestId: "R-i-3" } },
    ]);
    expect(sent.map(({ ids }) => ids)).toEqual([["i-2", "i-3"]]);
    expect(Date.now() - begunMs).toBeLessThan(1_000);
  });

  it("that takes long is left behind, and begins again when there is a turn for it", async () => {
    const { ecs, sent, single } = stage();
    const begunMs = Date.now();
    let begun = 0;
    const slow = (turn: Turn) => {
      begun += 1;
      return pause(begun === 1 ? 30_000 : 0).then(() => turn.stop("i-2", gentle));
    };
    const last = ecs.inTurn("StopInstance", slow);
    await ended(Promise.all([stop(ecs, "i-0"), stop(ecs, "i-1")]));
    // What the first two have seen must not grow old.
    expect(Date.now() - begunMs).toBeLessThan(3_000);
    await ended(last);
    expect(sent.map(({ ids }) => ids)).toEqual([["i-0", "i-1"]]);
    expect([begun, single.writes()]).toEqual([2, ["stop"]]);
  });
});

describe("a call about many that comes to nothing", () => {
  const outcomes = (ends: readonly PromiseSettledResult<Receipt>[]) =>
    ends.map((end) => (end.status === "fulfilled" ? "accepted" : (end.reason as EcsError).errorClass));
  const all = (ecs: EcsPort) => settled(["i-0", "i-1"].map((id) => stop(ecs, id)));

  it("lost: nobody knows of any of them, and nothing is sent again", async () => {
    const { ecs, sent, single } = stage(() => Promise.reject(ecsError("NoAnswer", "unknownOutcome")));
    expect(outcomes(await all(ecs))).toEqual(["unknownOutcome", "unknownOutcome"]);
    expect([sent.length, single.writes()]).toEqual([1, []]);
  });

  it("throttled: each of them is told, and comes back by itself", async () => {
    const { ecs, sent, single } = stage(() => Promise.reject(ecsError("Throttling.User", "throttled")));
    expect(outcomes(await all(ecs))).toEqual(["throttled", "throttled"]);
    expect([sent.length, single.writes()]).toEqual([1, []]);
  });

  it("one of them throttled: the others are not", async () => {
    const no = ecsError("Throttling.User", "throttled");
    const { ecs } = stage(() => Promise.resolve((id) => (id === "i-1" ? no : { requestId: "R" })));
    // Accepted, it has more to do; what the line is told of the limit is no matter of its.
    const slow = ecs.inTurn("StopInstance", async (turn) => {
      const receipt = await turn.stop("i-0", gentle);
      await pause(500);
      return receipt;
    });
    expect(outcomes(await settled([slow, stop(ecs, "i-1")]))).toEqual(["accepted", "throttled"]);
  });

  it("refused as a whole: each by its single call, whose work begins anew", async () => {
    const { ecs, sent, single, turns } = stage(() => Promise.reject(ecsError("InvalidInstanceIds.NotFound", "absent")));
    let begun = 0;
    const counted = (id: string) =>
      ecs.inTurn("StopInstance", (turn) => {
        begun += 1;
        return turn.stop(id, gentle);
      });
    expect(outcomes(await settled(["i-0", "i-1"].map(counted)))).toEqual(["accepted", "accepted"]);
    expect(begun).toBe(4);
    expect([sent.length, single.writes()]).toEqual([1, ["stop", "stop"]]);
    expect(turns).toEqual(["StopInstances", "StopInstance", "StopInstance"]);
    await settled(["i-2", "i-3"].map(counted));
    expect(sent).toHaveLength(2);
  });

  it("forbidden: the same, and it is not tried again; starts are another matter", async () => {
    const { ecs, sent, single } = stage(({ call }) =>
      call === "stop" ? Promise.reject(ecsError("Forbidden.RAM", "auth")) : Promise.resolve(accepted),
    );
    await all(ecs);
    await settled(["i-2", "i-3"].map((id) => stop(ecs, id)));
    expect(single.writes()).toEqual(["stop", "stop", "stop", "stop"]);
    await settled(["i-2", "i-3"].map((id) => ecs.inTurn("StartInstance", (turn) => turn.start(id))));
    expect(sent.map(({ call }) => call)).toEqual(["stop", "start"]);
  });

  it("one of them forbidden: that one is asked for by its single call, which may be another right", async () => {
    const no = ecsError("Forbidden.RAM", "auth");
    const { ecs, sent, single } = stage(() => Promise.resolve((id) => (id === "i-1" ? no : { requestId: "R" })));
    expect(outcomes(await all(ecs))).toEqual(["accepted", "accepted"]);
    expect(single.calls).toMatchObject([{ name: "stop", id: "i-1" }]);
    await all(ecs);
    expect(sent).toHaveLength(2);
  });

  it("no turn is to be had: all of them are told, and none has begun", async () => {
    const { ecs, single } = stage();
    single.inTurn = () => Promise.reject(ecsError("Throttling.User", "callLimit"));
    let begun = 0;
    const work = () => {
      begun += 1;
      return Promise.resolve({ requestId: "R" });
    };
    const ends = await settled([ecs.inTurn("StopInstance", work), ecs.inTurn("StopInstance", work)]);
    expect(outcomes(ends)).toEqual(["callLimit", "callLimit"]);
    expect(begun).toBe(0);
  });

  it("the credentials' own error is passed on as it is", async () => {
    const own = new Error("no credentials");
    const { ecs } = stage(() => Promise.reject(own));
    const ends = await settled(["i-0", "i-1"].map((id) => stop(ecs, id)));
    expect(ends).toMatchObject([{ reason: own }, { reason: own }]);
  });
});
