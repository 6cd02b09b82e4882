import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { powerBatcher } from "../../../provider/ecs/batching/power-batcher";
import type { EcsError } from "../../../provider/ecs/errors";
import type { EcsPort, Outcomes, Precondition, StopOptions } from "../../../provider/ecs/port";
import { present } from "../../support/builders";
import { FakeClock } from "../../support/fake-clock";
import { ecsError, FakeEcs } from "../../support/fake-ecs";

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
  const ecs = powerBatcher(single, {
    startTogether: (some) => note({ call: "start", ids: some }),
    stopTogether: (some, options) => note({ call: "stop", ids: some, options }),
  });
  return { ids, single, sent, turns, ecs };
}

const accepted: Outcomes = (id) => ({ requestId: `R-${id}` });
const holds = () => Promise.resolve(true);
const stop = (ecs: EcsPort, id: string, options = gentle, precondition: Precondition = holds) =>
  ecs.stop(id, options, precondition);
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
    expect(sent).toEqual([{ call: "stop", ids: ids.slice(0, 50), options: { mode: "KeepCharging", force: false } }]);
    expect(turns).toEqual(["StopInstances"]);
    expect(single.writes()).toEqual([]);
  });

  it("never more than 100 in one", async () => {
    const { ids, ecs, sent } = stage();
    await ended(Promise.all(ids.map((id) => ecs.start(id, holds))));
    expect(sent.map(({ call, ids: some }) => [call, some.length])).toEqual([
      ["start", 100],
      ["start", 20],
    ]);
  });

  it("those that the engine begins a little after each other share a call too", async () => {
    const { ids, ecs, sent, single } = stage();
    const ends: Promise<unknown>[] = [];
    for (const id of ids.slice(0, 8)) {
      ends.push(stop(ecs, id));
      await vi.advanceTimersByTimeAsync(80);
    }
    await ended(Promise.all(ends));
    expect([sent.map(({ ids: together }) => together), single.writes()]).toEqual([[ids.slice(0, 8)], []]);
  });

  it("nobody waits longer than two seconds for others", async () => {
    const { ids, ecs } = stage();
    const begunMs = Date.now();
    let endedMs = 0;
    const first = stop(ecs, "i-0").then(() => {
      endedMs = Date.now();
    });
    const others: Promise<unknown>[] = [];
    for (const id of ids.slice(1, 60)) {
      others.push(stop(ecs, id));
      await vi.advanceTimersByTimeAsync(90);
    }
    await ended(Promise.all([first, ...others]));
    expect(endedMs - begunMs).toBeLessThanOrEqual(2_100);
  });

  it("one that comes alone goes as it always did, a moment later", async () => {
    const { ecs, sent, turns, single } = stage();
    const begunMs = Date.now();
    await ended(stop(ecs, "i-0"));
    expect(Date.now() - begunMs).toBeLessThanOrEqual(110);
    expect([turns, sent]).toEqual([["StopInstance"], []]);
    expect(single.calls).toMatchObject([{ name: "stop", id: "i-0", options: gentle }]);
  });

  it("with unlike options they share no call", async () => {
    const { ecs, sent, single } = stage();
    const hard = { ...gentle, force: true };
    await ended(Promise.all([stop(ecs, "i-0"), stop(ecs, "i-1", hard), stop(ecs, "i-2")]));
    expect(sent.map(({ ids, options }) => [ids, options])).toEqual([
      [["i-0", "i-2"], { mode: "KeepCharging", force: false }],
    ]);
    expect(single.calls).toMatchObject([{ name: "stop", id: "i-1", options: hard }]);
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
});

describe("a precondition", () => {
  it("that does not hold keeps its own instance out of the call, as one that can't be checked does", async () => {
    const { ecs, sent } = stage();
    const ends = await settled<unknown>([
      stop(ecs, "i-0", gentle, () => Promise.resolve(false)),
      stop(ecs, "i-1", gentle, () => Promise.reject(new Error("not permitted"))),
      stop(ecs, "i-2"),
      stop(ecs, "i-3"),
    ]);
    expect(ends).toMatchObject([
      { value: undefined },
      { reason: { message: "not permitted" } },
      { value: { requestId: "R-i-2" } },
      { value: { requestId: "R-i-3" } },
    ]);
    expect(sent.map(({ ids }) => ids)).toEqual([["i-2", "i-3"]]);
  });

  it("of nobody holds: no call", async () => {
    const { ecs, sent, single } = stage();
    const no = () => Promise.resolve(false);
    expect(await ended(Promise.all([stop(ecs, "i-0", gentle, no), stop(ecs, "i-1", gentle, no)]))).toEqual([
      undefined,
      undefined,
    ]);
    expect([sent, single.writes()]).toEqual([[], []]);
  });

  it("is checked in the turn of the call, when the queue has let it through", async () => {
    const { ecs, single, sent } = stage();
    const order: string[] = [];
    const inTurn = single.inTurn.bind(single);
    single.inTurn = async (call, work) => {
      await pause(60_000);
      order.push("turn");
      return await inTurn(call, work);
    };
    const checked = (id: string) => () => {
      order.push(id);
      return Promise.resolve(true);
    };
    await ended(Promise.all(["i-0", "i-1"].map((id) => stop(ecs, id, gentle, checked(id)))));
    expect([order, sent.length]).toEqual([["turn", "i-0", "i-1"], 1]);
  });

  it("that takes long is checked once more with all the others, whose looks have grown old", async () => {
    const { ecs, sent } = stage();
    let quick = 0;
    let slow = 0;
    const first = stop(ecs, "i-0", gentle, () => Promise.resolve(++quick > 0));
    const last = stop(ecs, "i-1", gentle, () => pause(++slow === 1 ? 30_000 : 0).then(() => true));
    await ended(Promise.all([first, last]));
    expect([sent.map(({ ids }) => ids), quick, slow]).toEqual([[["i-0", "i-1"]], 2, 2]);
  });

  it("that takes long each time: each goes by itself", async () => {
    const { ecs, sent, single } = stage();
    const slow = () => pause(5_000).then(() => true);
    await ended(Promise.all([stop(ecs, "i-0", gentle, slow), stop(ecs, "i-1", gentle, slow)]));
    expect([sent, single.writes()]).toEqual([[], ["stop", "stop"]]);
  });
});

describe("a call about many that comes to nothing", () => {
  const outcomes = (ends: readonly PromiseSettledResult<unknown>[]) =>
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
    expect(outcomes(await all(ecs))).toEqual(["accepted", "throttled"]);
  });

  it("refused as a whole: each by its single call, whose work begins anew", async () => {
    const { ecs, sent, single, turns } = stage(() => Promise.reject(ecsError("InvalidInstanceIds.NotFound", "absent")));
    let begun = 0;
    const counted = (id: string) =>
      stop(ecs, id, gentle, () => {
        begun += 1;
        return Promise.resolve(true);
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
    await settled(["i-2", "i-3"].map((id) => ecs.start(id, holds)));
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
    const counted = () => {
      begun += 1;
      return Promise.resolve(true);
    };
    const ends = await settled([stop(ecs, "i-0", gentle, counted), stop(ecs, "i-1", gentle, counted)]);
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
