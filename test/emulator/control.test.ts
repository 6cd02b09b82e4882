import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { Emulator, WorldFile } from "../../emulator/index";
import { ask, type Body, emulatorForTest, now } from "./support";

async function control(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${emulator.control}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

/** fetch doesn't let its caller choose Host. */
function statusWith(emulator: Emulator, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${emulator.control}/world`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("who may reach in", () => {
  test.each([
    { reason: "a name that was pointed at this machine", headers: { host: "evil.example" }, status: 403 },
    { reason: "that name with the right port", headers: { host: "127.0.0.1.evil.example:80" }, status: 403 },
    { reason: "a page of another origin", headers: { origin: "https://evil.example" }, status: 403 },
    { reason: "a page without an origin of its own", headers: { origin: "null" }, status: 403 },
    { reason: "localhost", headers: { host: "localhost:1234" }, status: 200 },
    { reason: "nobody in between", headers: {}, status: 200 },
  ])("$reason: $status", async ({ headers, status }) => {
    const emulator = await emulatorForTest();
    expect(await statusWith(emulator, headers)).toBe(status);
  });

  test("its own origin", async () => {
    const emulator = await emulatorForTest();
    expect(await statusWith(emulator, { origin: emulator.control })).toBe(200);
  });
});

test("the world can be read, and put again as it was read", async () => {
  const emulator = await emulatorForTest({
    world: { now, instances: [{ InstanceId: "i-a", Tags: { env: "prod" } }], switches: { statusMessage: "short" } },
  });
  const before = await control(emulator, "GET", "/world");
  expect(before.body).toMatchObject({
    instances: [{ InstanceId: "i-a", Tags: { Tag: [{ TagKey: "env", TagValue: "prod" }] } }],
  });
  expect((await control(emulator, "PUT", "/world", before.body)).status).toBe(200);
  expect((await control(emulator, "GET", "/world")).body).toEqual(before.body);
});

test("another world takes the place of the first, and reset brings the first back", async () => {
  const emulator = await emulatorForTest();
  const other: WorldFile = { instances: [{ InstanceId: "i-other", Status: "Stopped" }] };
  await control(emulator, "PUT", "/world", other);
  expect(emulator.instance("i-a")).toBeUndefined();
  expect(emulator.instance("i-other")).toMatchObject({ Status: "Stopped" });
  emulator.advance(1000);
  await control(emulator, "POST", "/reset");
  expect(emulator.instance("i-a")).toMatchObject({ Status: "Running" });
  expect((await control(emulator, "GET", "/clock")).body).toEqual({ kind: "virtual", now: "2026-03-01T08:00:20.000Z" });
  expect(emulator.ledger().map((row) => row.action)).toEqual(["control:reset"]);
});

test("the clock moves forward only", async () => {
  const emulator = await emulatorForTest();
  expect((await control(emulator, "POST", "/clock", { advanceMs: 1500 })).body).toEqual({
    kind: "virtual",
    now: "2026-03-01T08:00:21.500Z",
  });
  expect((await control(emulator, "POST", "/clock", { advanceMs: -1 })).status).toBe(400);
  expect((await control(emulator, "POST", "/clock", { advance: 1 })).body["error"]).toBe(
    'The body must be {"advanceMs": milliseconds}.',
  );
});

test("a real clock has an offset", async () => {
  const emulator = await emulatorForTest({ clock: "real", world: {} });
  const { body } = await control(emulator, "POST", "/clock", { advanceMs: 3_600_000 });
  expect(Date.parse(String(body["now"])) - Date.now()).toBeGreaterThan(3_500_000);
  // The signature is still judged by the machine's time too.
  expect((await ask(emulator, "DescribeRegions")).code).toBeUndefined();
});

test("faults: added, listed with their counts, taken away", async () => {
  const emulator = await emulatorForTest();
  const added = await control(emulator, "POST", "/faults", [
    { action: "DescribeRegions", then: { code: "Throttling.User" } },
    { then: { stale: "empty" } },
  ]);
  expect(added.body).toMatchObject({ faults: [{ id: 1, seen: 0 }, { id: 2 }] });
  expect((await ask(emulator, "DescribeRegions")).code).toBe("Throttling.User");
  expect((await control(emulator, "GET", "/faults")).body).toMatchObject({
    faults: [
      { seen: 1, applied: 1 },
      { seen: 1, applied: 0 },
    ],
  });
  await control(emulator, "DELETE", "/faults");
  expect((await control(emulator, "GET", "/faults")).body).toEqual({ faults: [] });
});

test.each([
  { reason: "no consequence", rule: { action: "StopInstance" }, says: "then: is missing; write it." },
  { reason: "an unknown wire fault", rule: { then: { wire: "cut" } }, says: "then.wire: must be" },
  { reason: "a misspelt field", rule: { then: { cod: "X" } }, says: "then.code: is missing" },
  {
    reason: "an unknown field",
    rule: { Action: "StopInstance", then: { code: "X" } },
    says: "Action: there is no such field; did you mean action?",
  },
  { reason: "no first call", rule: { nth: 0, then: { code: "X" } }, says: "nth: counts from 1." },
  {
    reason: "more than certain",
    rule: { probability: 2, then: { code: "X" } },
    says: "probability: must be from 0 to 1.",
  },
])("a fault with $reason is refused", async ({ rule, says }) => {
  const emulator = await emulatorForTest();
  const { status, body } = await control(emulator, "POST", "/faults", rule);
  expect(status).toBe(400);
  expect(body["error"]).toContain(says);
});

describe("instances by hand", () => {
  test("started and stopped by somebody else, with a row of its own", async () => {
    const emulator = await emulatorForTest();
    await control(emulator, "POST", "/instances", { InstanceId: "i-a", Status: "Stopped" });
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Stopped", StoppedMode: "KeepCharging" });
    await control(emulator, "POST", "/instances", [
      { InstanceId: "i-a", Status: "Running", AutoReleaseTime: "2026-03-01T09:00:00Z" },
    ]);
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Running", StoppedMode: "Not-applicable" });
    expect(emulator.ledger()).toMatchObject([
      {
        action: "control:patchInstance",
        params: { InstanceId: "i-a", Status: "Stopped" },
        effect: "i-a: Running -> Stopped",
      },
      { action: "control:patchInstance", effect: "i-a: Stopped -> Running, AutoReleaseTime patched" },
    ]);
    emulator.advance(3_600_000);
    expect(emulator.instance("i-a")).toBeUndefined();
  });

  test("a status in between moves on", async () => {
    const emulator = await emulatorForTest();
    await control(emulator, "POST", "/instances", { InstanceId: "i-a", Status: "Stopping" });
    emulator.advance(3000);
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Stopped" });
  });

  test("a patch calls off what was under way", async () => {
    const emulator = await emulatorForTest();
    await ask(emulator, "StopInstance", { InstanceId: "i-a" });
    await control(emulator, "POST", "/instances", { InstanceId: "i-a", Status: "Running" });
    emulator.advance(10_000);
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Running" });
  });

  test("a new one appears", async () => {
    const emulator = await emulatorForTest();
    await control(emulator, "POST", "/instances", { InstanceId: "i-new", Status: "Pending" });
    expect(emulator.ledger()).toMatchObject([{ action: "control:addInstance", effect: "i-new: absent -> Pending" }]);
    emulator.advance(4000);
    expect(emulator.instance("i-new")).toMatchObject({ Status: "Running" });
  });

  test("released by somebody else", async () => {
    const emulator = await emulatorForTest();
    expect((await control(emulator, "DELETE", "/instances/i-a")).status).toBe(200);
    expect((await control(emulator, "DELETE", "/instances/i-a")).status).toBe(404);
    expect(
      (await control(emulator, "POST", "/instances", { InstanceId: "i-a", Status: "Running" })).body["error"],
    ).toContain("can't come back");
    expect(emulator.ledger()).toMatchObject([
      { action: "control:releaseInstance", effect: "i-a: Running -> released" },
    ]);
    emulator.advance(1000);
    expect(emulator.instance("i-a")).toBeUndefined();
  });

  test("a mistake changes nothing", async () => {
    const emulator = await emulatorForTest();
    const { status, body } = await control(emulator, "POST", "/instances", [
      { InstanceId: "i-a", Status: "Stopped" },
      { InstanceId: "i-b", Status: "Off" },
    ]);
    expect(status).toBe(400);
    expect(body["error"]).toContain("Status: must be");
    expect(emulator.instance("i-a")).toMatchObject({ Status: "Running" });
  });
});

test("the ledger by action and since", async () => {
  const emulator = await emulatorForTest();
  await ask(emulator, "DescribeRegions");
  await ask(emulator, "StopInstance", { InstanceId: "i-a" });
  const { body } = await control(emulator, "GET", "/ledger?action=StopInstance&since=1");
  expect(body).toMatchObject({ entries: [{ n: 2, action: "StopInstance" }] });
});

test("unknown paths and broken JSON are told", async () => {
  const emulator = await emulatorForTest();
  expect((await control(emulator, "GET", "/instances")).status).toBe(404);
  const response = await fetch(`${emulator.control}/faults`, { method: "POST", body: "{" });
  expect(response.status).toBe(400);
});
