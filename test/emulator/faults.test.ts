import { Agent, get } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { type FaultThen, World } from "../../emulator/index";
import { ask, askCore, emulatorForTest, idsOf, now, outcome, rowsOf, worldOf } from "./support";

describe("which call is hit", () => {
  const refused: FaultThen = { code: "ServiceUnavailable" };
  const outcomes = (world: World, calls: [string, Record<string, string>][]) =>
    calls.map(([action, params]) => outcome(askCore(world, action, params)));

  test("by itself the next one, once", () => {
    const world = worldOf([]);
    world.addFault({ then: refused });
    expect(
      outcomes(world, [
        ["DescribeRegions", {}],
        ["DescribeRegions", {}],
      ]),
    ).toEqual(["ServiceUnavailable", "ok"]);
  });

  test("by action, or the beginning of its name", () => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    world.addFault({ action: "StopInstance", then: refused });
    world.addFault({ action: "Describe*", then: { code: "Throttling.User" } });
    const calls: [string, Record<string, string>][] = [
      ["DeleteInstance", { InstanceId: "i-a" }],
      ["DescribeRegions", {}],
      ["StopInstance", { InstanceId: "i-a" }],
    ];
    expect(outcomes(world, calls)).toEqual(["IncorrectInstanceStatus", "Throttling.User", "ServiceUnavailable"]);
  });

  test("by instance, also among many ids", () => {
    const world = worldOf([{ InstanceId: "i-a" }, { InstanceId: "i-b" }]);
    world.addFault({ instanceId: "i-b", times: 2, then: refused });
    expect(
      outcomes(world, [
        ["StopInstance", { InstanceId: "i-a" }],
        ["DescribeInstances", { RegionId: "cn-hangzhou", InstanceIds: '["i-a","i-b"]' }],
        ["StopInstance", { InstanceId: "i-b" }],
        ["StopInstance", { InstanceId: "i-b" }],
      ]),
    ).toEqual(["ok", "ServiceUnavailable", "ServiceUnavailable", "ok"]);
  });

  test("from the nth on, so many times", () => {
    const world = worldOf([]);
    world.addFault({ action: "DescribeRegions", nth: 2, times: 2, then: refused });
    const calls = Array.from({ length: 4 }, (): [string, Record<string, string>] => ["DescribeRegions", {}]);
    expect(outcomes(world, calls)).toEqual(["ok", "ServiceUnavailable", "ServiceUnavailable", "ok"]);
  });

  test("within a window of the world's time, and other calls are not counted", () => {
    const world = worldOf([]);
    const window = { from: "2026-03-01T08:01:00Z", to: "2026-03-01T08:02:00Z" };
    world.addFault({ window, times: 2, then: refused });
    const at = (time: string) => {
      world.advance(Date.parse(time) - world.now());
      return outcome(askCore(world, "DescribeRegions"));
    };
    expect(at("2026-03-01T08:00:59.999Z")).toBe("ok");
    expect(at("2026-03-01T08:01:00Z")).toBe("ServiceUnavailable");
    expect(at("2026-03-01T08:02:00Z")).toBe("ok");
    expect(world.faults.list()).toMatchObject([{ seen: 1, applied: 1 }]);
  });

  test("by chance, and the seed repeats it", () => {
    const run = (seed: number) => {
      const world = new World({ now }, { seed });
      world.addFault({ probability: 0.5, then: refused });
      return Array.from({ length: 40 }, () => outcome(askCore(world, "DescribeRegions")));
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    expect(new Set(run(7)).size).toBe(2);
  });
});

test("an error has the vendor's status and text unless the rule says otherwise", () => {
  const world = worldOf([]);
  world.addFault({ then: { code: "Throttling.User", retryAfter: "7" } });
  world.addFault({ then: { code: "Throttling.User", status: 429, message: "later" } });
  expect(askCore(world, "DescribeRegions")).toMatchObject({
    status: 400,
    retryAfter: "7",
    body: { Message: "Request was denied due to user flow control." },
  });
  expect(askCore(world, "DescribeRegions")).toMatchObject({ status: 429, body: { Message: "later" } });
});

test.each<{ then: FaultThen; effect: string; label: string }>([
  { then: { code: "InternalError" }, effect: "none", label: "code:InternalError" },
  {
    then: { code: "InternalError", when: "after" },
    effect: "i-a: Running -> Stopping",
    label: "code:InternalError:after",
  },
  { then: { wire: "reset-before" }, effect: "none", label: "wire:reset-before" },
  { then: { wire: "reset-after" }, effect: "i-a: Running -> Stopping", label: "wire:reset-after" },
  { then: { wire: "hang" }, effect: "none", label: "wire:hang" },
  { then: { wire: "hang", when: "after" }, effect: "i-a: Running -> Stopping", label: "wire:hang:after" },
  { then: { wire: "html" }, effect: "none", label: "wire:html" },
  { then: { wire: "empty", when: "after" }, effect: "i-a: Running -> Stopping", label: "wire:empty:after" },
  { then: { wire: "half" }, effect: "i-a: Running -> Stopping", label: "wire:half" },
  { then: { wire: "null" }, effect: "none", label: "wire:null" },
  { then: { wire: "no-request-id" }, effect: "i-a: Running -> Stopping", label: "wire:no-request-id" },
  { then: { wire: "bad-json" }, effect: "none", label: "wire:bad-json" },
  { then: { wire: "no-code", when: "after" }, effect: "i-a: Running -> Stopping", label: "wire:no-code:after" },
  { then: { wire: "drip" }, effect: "i-a: Running -> Stopping", label: "wire:drip" },
  { then: { hold: "here" }, effect: "i-a: Running -> Stopping", label: "hold:here" },
  { then: { delayMs: 50 }, effect: "i-a: Running -> Stopping", label: "delay:50" },
  { then: { stale: "previous" }, effect: "i-a: Running -> Stopping", label: "null" },
])("$label: whether it was done stands in the ledger", ({ then, effect, label }) => {
  const world = worldOf([{ InstanceId: "i-a" }]);
  world.addFault({ then });
  askCore(world, "StopInstance", { InstanceId: "i-a" });
  expect(world.ledger.entries({ action: "StopInstance" })).toMatchObject([
    { effect, fault: label === "null" ? null : label },
  ]);
});

describe("broken answers, as the vendor's client meets them", () => {
  const met = async (then: FaultThen, timeoutMs = 10_000) => {
    const emulator = await emulatorForTest();
    emulator.addFault({ action: "StopInstance", then });
    const answer = await ask(emulator, "StopInstance", { InstanceId: "i-a" }, { timeoutMs }).catch(
      (error: unknown) => error,
    );
    // The connection was broken, not the emulator.
    expect((await ask(emulator, "DescribeRegions")).code).toBeUndefined();
    return { answer, status: emulator.instance("i-a")?.Status };
  };

  test.each<{ then: FaultThen; error: Record<string, string>; status: string }>([
    { then: { wire: "reset-before" }, error: { code: "ECONNRESET" }, status: "Running" },
    { then: { wire: "reset-after" }, error: { code: "ECONNRESET" }, status: "Stopping" },
    { then: { wire: "html" }, error: { name: "SyntaxError" }, status: "Running" },
    { then: { wire: "empty" }, error: { name: "SyntaxError" }, status: "Running" },
    { then: { wire: "half" }, error: { code: "ECONNRESET" }, status: "Stopping" },
    { then: { wire: "null" }, error: { name: "TypeError" }, status: "Running" },
    { then: { wire: "bad-json" }, error: { name: "SyntaxError" }, status: "Running" },
    { then: { wire: "bad-json", when: "after" }, error: { name: "SyntaxError" }, status: "Stopping" },
  ])("$then", async ({ then, error, status }) => {
    const result = await met(then);
    expect(result.answer).toMatchObject(error);
    expect(result.status).toBe(status);
  });

  test("a 500 without a Code is a success to a client that looks at the Code only", async () => {
    const { answer, status } = await met({ wire: "no-code" });
    expect(answer).toMatchObject({ body: { Message: "The request processing has failed due to some unknown error." } });
    expect(status).toBe("Running");
  });

  test("a 200 with an error's Code is an error to it", async () => {
    const { answer, status } = await met({ code: "InternalError", status: 200, when: "after" });
    expect(answer).toMatchObject({ code: "InternalError", status: 200 });
    expect(status).toBe("Stopping");
  });

  test("a slow drip arrives whole in the end", async () => {
    const startMs = performance.now();
    const { answer, status } = await met({ wire: "drip", overMs: 400 });
    expect(answer).toMatchObject({ body: { RequestId: expect.any(String) as string } });
    expect(performance.now() - startMs).toBeGreaterThan(300);
    expect(status).toBe("Stopping");
  });

  test("delivered twice: the client learns of the second only", async () => {
    const refused = await met({ duplicate: "refused" });
    expect(refused.answer).toMatchObject({ code: "SignatureNonceUsed", status: 400 });
    expect(refused.status).toBe("Stopping");
    const executed = await met({ duplicate: "executed" });
    expect(executed.answer).toMatchObject({ code: "IncorrectInstanceStatus", status: 403 });
    expect(executed.status).toBe("Stopping");
  });

  test("no-request-id", async () => {
    const { answer } = await met({ wire: "no-request-id" });
    expect(answer).toEqual({ body: {} });
  });

  test.each<{ then: FaultThen; status: string }>([
    { then: { wire: "hang" }, status: "Running" },
    { then: { wire: "hang", when: "after" }, status: "Stopping" },
  ])("$then leaves the client waiting", async ({ then, status }) => {
    const result = await met(then, 100);
    expect(result.answer).toMatchObject({ name: "RequestTimeoutError" });
    expect(result.status).toBe(status);
  });

  test("a slow answer: done at once, told late", async () => {
    const result = await met({ delayMs: 60_000 }, 100);
    expect(result.answer).toMatchObject({ name: "RequestTimeoutError" });
    expect(result.status).toBe("Stopping");
  });

  test("a late execution: the client has given up before it is done", async () => {
    const result = await met({ delayMs: 60_000, when: "before" }, 100);
    expect(result.answer).toMatchObject({ name: "RequestTimeoutError" });
    expect(result.status).toBe("Running");
  });
});

describe("old looks", () => {
  const list = { RegionId: "cn-hangzhou", InstanceIds: '["i-a"]' };

  test("previous: as before the latest change", () => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.addFault({ action: "Describe*", times: 2, then: { stale: "previous" } });
    expect(rowsOf(askCore(world, "DescribeInstances", list).body)).toMatchObject([{ Status: "Running" }]);
    expect(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }).body).toMatchObject({
      Status: "Running",
    });
    expect(rowsOf(askCore(world, "DescribeInstances", list).body)).toMatchObject([{ Status: "Stopping" }]);
  });

  test("previous: a new instance isn't there yet, a vanished one still is", () => {
    const world = worldOf([{ InstanceId: "i-a", Status: "Stopped" }]);
    world.addFault({ times: 2, action: "DescribeInstances", then: { stale: "previous" } });
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual([]);
    askCore(world, "DeleteInstance", { InstanceId: "i-a" });
    world.advance(1000);
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual(["i-a"]);
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual([]);
  });

  test("empty: as if there were none", () => {
    const world = worldOf([{ InstanceId: "i-a" }]);
    world.addFault({ action: "Describe*", times: 2, then: { stale: "empty" } });
    expect(idsOf(askCore(world, "DescribeInstances", list).body)).toEqual([]);
    expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }))).toBe(
      "InvalidInstanceId.NotFound",
    );
  });
});

describe("refused connections", () => {
  test("whatever is asked, so many times, with a row each", async () => {
    const emulator = await emulatorForTest();
    emulator.addFault({ times: 2, then: { wire: "refuse" } });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(ask(emulator, "StopInstance", { InstanceId: "i-a" })).rejects.toMatchObject({ code: "ECONNRESET" });
    }
    expect(emulator.instance("i-a")?.Status).toBe("Running");
    expect((await ask(emulator, "StopInstance", { InstanceId: "i-a" })).code).toBeUndefined();
    expect(emulator.ledger({ action: "" })).toMatchObject([
      { effect: "none", status: null, fault: "wire:refuse" },
      { effect: "none", status: null, fault: "wire:refuse" },
    ]);
  });

  test("a connection that is open already doesn't help", async () => {
    const emulator = await emulatorForTest();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    const asked = () =>
      new Promise((resolve, reject) => {
        get(emulator.endpoint, { agent }, (response) => {
          response.resume().on("end", () => {
            resolve(response.statusCode);
          });
        }).on("error", reject);
      });
    expect(await asked()).toBe(400);
    emulator.addFault({ then: { wire: "refuse" } });
    await expect(asked()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await asked()).toBe(400);
  });

  test("it can't ask for an action", async () => {
    const emulator = await emulatorForTest();
    expect(() => emulator.addFault({ action: "StopInstance", then: { wire: "refuse" } })).toThrow(
      "leave action and instanceId out",
    );
  });
});

describe("calls held at a point", () => {
  test.each<{ when: "before" | "after"; held: string }>([
    { when: "before", held: "Running" },
    { when: "after", held: "Stopping" },
  ])("$when: until it is let go", async ({ when, held }) => {
    const emulator = await emulatorForTest();
    const { holds } = emulator.world;
    emulator.addFault({ action: "StopInstance", then: { hold: "here", when } });
    let answered = false;
    const answer = ask(emulator, "StopInstance", { InstanceId: "i-a" }).finally(() => {
      answered = true;
    });
    const call = await holds.reached("here");
    expect(call).toMatchObject({ name: "here", action: "StopInstance", when, params: { InstanceId: "i-a" } });
    expect(emulator.instance("i-a")?.Status).toBe(held);
    // Others go on meanwhile.
    expect((await ask(emulator, "DescribeRegions")).code).toBeUndefined();
    expect(answered).toBe(false);
    const listed = (await (await fetch(`${emulator.control}/holds`)).json()) as { holds: unknown[] };
    expect(listed.holds).toHaveLength(1);

    expect(await (await fetch(`${emulator.control}/holds/here`, { method: "DELETE" })).json()).toEqual({ released: 1 });
    expect((await answer).code).toBeUndefined();
    expect(emulator.instance("i-a")?.Status).toBe("Stopping");
    expect((await fetch(`${emulator.control}/holds/here`, { method: "DELETE" })).status).toBe(404);
  });

  test("a client that dies there: what was done stays done", async () => {
    const emulator = await emulatorForTest();
    emulator.addFault({ action: "StopInstance", then: { hold: "here" } });
    const gaveUp = ask(emulator, "StopInstance", { InstanceId: "i-a" }, { timeoutMs: 200 }).catch(
      (error: unknown) => error,
    );
    expect(await gaveUp).toMatchObject({ name: "RequestTimeoutError" });
    expect(emulator.world.holds.release("here")).toBe(1);
    expect(emulator.ledger({ action: "StopInstance" })).toMatchObject([
      { effect: "i-a: Running -> Stopping", fault: "hold:here" },
    ]);
  });
});
