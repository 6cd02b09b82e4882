import { describe, expect, it } from "vitest";
import { CallQueue } from "../../provider/ecs/call-queue";
import { EcsError } from "../../provider/ecs/errors";
import { ecsError } from "../support/fake-ecs";

const action = "StopInstance";

/** A clock that passes when everybody sleeps, for several sleepers at once. */
class SharedClock {
  private sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  private atMs = 0;

  readonly pace = {
    nowMs: () => this.atMs,
    random: () => 0.5,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        this.sleepers.push({ atMs: this.atMs + ms, wake });
      }),
  };

  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return await done;
      const [next] = this.sleepers.sort((a, b) => a.atMs - b.atMs).splice(0, 1);
      if (next === undefined) throw new Error("everybody waits for something else than time");
      this.atMs = next.atMs;
      next.wake();
    }
  }
}

function refusal(retryAfterMs?: number): EcsError {
  return new EcsError(action, "Throttling.User", "throttled", "no", "run again", "R-1", retryAfterMs);
}

function stage() {
  const clock = new SharedClock();
  const queue = new CallQueue(action, clock.pace);
  const sentMs: number[] = [];
  /** The vendor's side: so many calls in each whole minute. */
  const limitedTo = (perMinute: number) => () => {
    const nowMs = clock.pace.nowMs();
    const already = sentMs.filter((ms) => Math.floor(ms / 60_000) === Math.floor(nowMs / 60_000)).length;
    sentMs.push(nowMs);
    return already < perMinute ? Promise.resolve(nowMs) : Promise.reject(refusal());
  };
  const send = (answer: () => Promise<unknown>) => () => {
    sentMs.push(clock.pace.nowMs());
    return answer();
  };
  return { clock, queue, sentMs, limitedTo, send };
}

const ok = () => Promise.resolve("done");

describe("a call's queue", () => {
  it("holds nothing back before a call was refused", async () => {
    const { clock, queue, sentMs, send } = stage();
    await clock.until(Promise.all(Array.from({ length: 100 }, () => queue.inTurn(send(ok)))));
    expect(new Set(sentMs)).toEqual(new Set([0]));
  });

  it("before it knows of a limit, no more than 16 are under way", async () => {
    const { clock, queue } = stage();
    let [underWay, most] = [0, 0];
    const work = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await clock.pace.sleep(10);
      underWay -= 1;
    };
    await clock.until(Promise.all(Array.from({ length: 50 }, () => queue.inTurn(work))));
    expect(most).toBe(16);
  });

  it("refused: the caller hears it, and nobody is let through before the server's hint", async () => {
    const { clock, queue, sentMs, send } = stage();
    await expect(clock.until(queue.inTurn(send(() => Promise.reject(refusal(7_000)))))).rejects.toThrow("Throttling");
    await clock.until(queue.inTurn(send(ok)));
    expect(sentMs).toEqual([0, 7_000]);
  });

  it("is held back as long as somebody stands in it because of a refusal, and not because many are under way", async () => {
    const { clock, queue } = stage();
    let refusals = 1;
    const work = async () => {
      await clock.pace.sleep(10);
      if ((refusals -= 1) >= 0) throw refusal(7_000);
    };
    const heldAt = new Map<number, boolean>();
    const watch = async (atMs: number) => {
      await clock.pace.sleep(atMs);
      heldAt.set(atMs, queue.isHeldBack);
    };
    const all = Array.from({ length: 20 }, () => queue.untilThrough(work));
    const looking = queue.untilOpen();
    await clock.until(Promise.all([...all, looking, watch(5), watch(3_000)]));
    expect(heldAt).toEqual(
      new Map([
        [5, false],
        [3_000, true],
      ]),
    );
    expect(queue.isHeldBack).toBe(false);
  });

  it("is held back for those who only wait until it opens as well", async () => {
    const { clock, queue, send } = stage();
    await expect(clock.until(queue.inTurn(send(() => Promise.reject(refusal(7_000)))))).rejects.toThrow("Throttling");
    expect(queue.isHeldBack).toBe(false);
    const waiting = queue.untilOpen();
    expect(queue.isHeldBack).toBe(true);
    await clock.until(waiting);
    expect(queue.isHeldBack).toBe(false);
  });

  it("untilThrough goes on by itself, and tells for how long it has stood in line", async () => {
    const { clock, queue, send } = stage();
    let refusals = 3;
    const work = send(() => ((refusals -= 1) >= 0 ? Promise.reject(refusal(5_000)) : ok()));
    const { answer, queuedMs } = await clock.until(queue.untilThrough(work));
    expect(answer).toBe("done");
    expect(queuedMs).toBe(clock.pace.nowMs());
    expect(queuedMs).toBeGreaterThanOrEqual(15_000);
  });

  it.each([
    60, 6,
  ])("a limit of %d a minute: all get through, hardly any in vain, and in about the time that it takes", async (perMinute) => {
    const { clock, queue, sentMs, limitedTo } = stage();
    const count = perMinute * 10;
    const work = limitedTo(perMinute);
    await clock.until(Promise.all(Array.from({ length: count }, () => queue.untilThrough(work))));
    expect(sentMs.length).toBeLessThanOrEqual(count * 1.5);
    expect(clock.pace.nowMs()).toBeLessThan(14 * 60_000);
  });

  it("nothing let through for 15 minutes: all who wait are told so, with the vendor's code", async () => {
    const { clock, queue, sentMs, send } = stage();
    const work = send(() => Promise.reject(refusal()));
    const outcomes = await clock.until(Promise.allSettled(Array.from({ length: 40 }, () => queue.untilThrough(work))));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    const reasons = outcomes.map((one) => (one.status === "rejected" ? (one.reason as EcsError) : undefined));
    expect(new Set(reasons.map((reason) => reason?.errorClass))).toEqual(new Set(["callLimit"]));
    expect(reasons[0]?.message).toMatch(
      /StopInstance: Throttling\.User: nothing was let through for 15 minutes; run again/,
    );
    expect(clock.pace.nowMs()).toBeLessThanOrEqual(15 * 60_000);
    expect(sentMs.length).toBeLessThan(100);
  });

  it("also where each refusal comes only after a long look", async () => {
    const { clock, queue } = stage();
    const work = async () => {
      await clock.pace.sleep(30_000);
      throw refusal();
    };
    const error: unknown = await clock.until(queue.untilThrough(work)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errorClass: "callLimit" });
    expect(clock.pace.nowMs()).toBeLessThanOrEqual(17 * 60_000);
  });

  it("given up once, it is tried again later", async () => {
    const { clock, queue, send } = stage();
    await clock.until(queue.untilThrough(send(() => Promise.reject(refusal(3_600_000)))).catch(() => undefined));
    await clock.until(clock.pace.sleep(3_600_000));
    expect(await clock.until(queue.inTurn(send(ok)))).toBe("done");
  });

  it("the refusal of another call, made within the work, is none of this one", async () => {
    const { clock, queue, sentMs, send } = stage();
    const other = ecsError("Throttling.User", "throttled", { retryAfterMs: 60_000 });
    await clock.until(queue.inTurn(send(() => Promise.reject(other))).catch(() => undefined));
    await clock.until(queue.inTurn(send(ok)));
    expect(sentMs).toEqual([0, 0]);
  });

  it("untilOpen waits out what is closed and lets those in line go first", async () => {
    const { clock, queue, sentMs, send } = stage();
    await clock.until(queue.inTurn(send(() => Promise.reject(refusal(9_000)))).catch(() => undefined));
    const order: string[] = [];
    const first = queue.inTurn(send(ok)).then(() => order.push("call"));
    const open = queue.untilOpen().then(() => order.push("open"));
    await clock.until(Promise.all([first, open]));
    expect(order).toEqual(["call", "open"]);
    expect(sentMs).toEqual([0, 9_000]);
  });
});
