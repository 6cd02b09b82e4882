import { expect, test } from "vitest";
import { seededRandom } from "../../emulator/random";
import { type Emulator, type Execution, type LedgerEntry, World, type WorldFile } from "../../emulator/index";
import { ask, askCore, emulatorForTest, now } from "./support";

/** Everything that a world can have in it: what waits, what is counted, what is drawn. */
const file: WorldFile = {
  now,
  instances: [
    { InstanceId: "i-a", InternetMaxBandwidthOut: 5, timings: { startMs: { minMs: 1000, maxMs: 90_000 } } },
    { InstanceId: "i-b", Status: "Stopped", timings: { startMs: { describes: 3 } } },
    { InstanceId: "i-c", SpotStrategy: "SpotAsPriceGo", reclaimAt: "2026-03-01T08:20:00Z" },
  ],
  disks: [{ DiskId: "d-data", InstanceId: "i-b", DeleteWithInstance: false }],
  roles: [{ arn: "acs:ram::1000000000000001:role/ops" }],
  credentials: [
    { accessKeyId: "k", accessKeySecret: "s", userName: "ann" },
    { accessKeyId: "reader", accessKeySecret: "r", userName: "bob", deny: ["ecs:DeleteInstance"] },
  ],
  timings: { stopMs: { minMs: 500, maxMs: 60_000 }, snapshotMs: { minMs: 1, maxMs: 40_000 }, appearMs: 700 },
  throttle: [{ action: "StopInstance", perMinute: 40 }],
};

const key = { accessKeyId: "k", accessKeySecret: "s", userName: "ann" };

/** So many calls, chosen by a chance of their own, so that the same seed asks the same. */
function play(world: World, seed: number, calls: number): Execution[] {
  const random = seededRandom(seed);
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)] as Item;
  const made: string[] = ["i-a", "i-b", "i-c"];
  const answers: Execution[] = [];
  const asked = (action: string, params: Record<string, string>): Execution => {
    const answer = askCore(world, action, params, key);
    answers.push(answer);
    return answer;
  };
  const steps: (() => void)[] = [
    () => asked("StartInstance", { InstanceId: oneOf(made) }),
    () => asked("StopInstance", { InstanceId: oneOf(made), StoppedMode: oneOf(["KeepCharging", "StopCharging"]) }),
    () => asked("RebootInstance", { InstanceId: oneOf(made) }),
    () => asked("DescribeInstances", { RegionId: "cn-hangzhou", InstanceIds: JSON.stringify(made.slice(-20)) }),
    () => asked("DescribeSnapshots", { RegionId: "cn-hangzhou" }),
    () => asked("DescribeDisks", { RegionId: "cn-hangzhou", MaxResults: "10" }),
    () => asked("CreateSnapshot", { DiskId: "d-data", RetentionDays: "1", ClientToken: `t${oneOf([1, 2, 3])}` }),
    () =>
      asked("ModifyInstanceAutoReleaseTime", {
        InstanceId: oneOf(made),
        AutoReleaseTime: new Date(world.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z"),
      }),
    () => {
      if (random.next() > 0.1) return;
      asked("DeleteInstance", { InstanceId: oneOf(made), Force: "true" });
    },
    () => {
      if (random.next() > 0.2) return;
      const { body } = asked("RunInstances", {
        RegionId: "cn-hangzhou",
        ImageId: "aliyun_3_x64_20G_alibase_20240528.vhd",
        InstanceType: "ecs.g7.large",
        SecurityGroupId: "sg-bp1emulatorsg00000001",
        ClientToken: `run${Math.floor(random.next() * 5)}`,
      });
      const ids = body["InstanceIdSets"] as { InstanceIdSet: string[] } | undefined;
      if (ids !== undefined) made.push(...ids.InstanceIdSet.filter((id) => !made.includes(id)));
    },
    () => {
      world.advance(Math.floor(random.next() * 120_000));
    },
    () => {
      world.putInstance({ InstanceId: "i-new", Status: oneOf(["Stopped", "Running"]) });
    },
  ];
  for (let call = 0; call < calls; call += 1) {
    try {
      oneOf(steps)();
    } catch (error) {
      // What has been released can't be patched back: that is an answer too.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return answers;
}

function text(rows: readonly LedgerEntry[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

test.each([1, 2, 3, 4, 5])("seed %i: what comes after a snapshot comes again, byte for byte", (seed) => {
  const world = new World(file, { seed });
  world.addFault({ action: "Describe*", probability: 0.2, then: { code: "ServiceUnavailable" } });
  world.addFault({ action: "StopInstance", nth: 4, times: 3, then: { wire: "reset-after" } });
  play(world, seed, 150);
  const before = world.ledger.entries().length;
  const snapshot = world.snapshot();

  const first = { answers: play(world, seed + 100, 300), rows: text(world.ledger.entries()), file: world.toFile() };
  // Something else in between must leave nothing behind.
  play(world, seed + 200, 100);
  world.replaceWith({ instances: [] });
  world.restore(snapshot);
  expect(world.ledger.entries()).toHaveLength(before);
  const second = { answers: play(world, seed + 100, 300), rows: text(world.ledger.entries()), file: world.toFile() };

  expect(second.rows).toBe(first.rows);
  expect(second.answers).toEqual(first.answers);
  expect(second.file).toEqual(first.file);
  // The comparison means something only if much happened.
  expect(new Set(world.ledger.entries({ since: before }).map((row) => row.effect)).size).toBeGreaterThan(20);
  expect(world.ledger.entries().some((row) => row.fault !== null)).toBe(true);
});

test("a snapshot goes on in another world too, and both go their own ways", () => {
  const one = new World(file, { seed: 7 });
  play(one, 7, 60);
  const snapshot = one.snapshot();
  const other = new World({ now }, { seed: 99 });
  other.restore(snapshot);
  play(one, 8, 80);
  play(other, 8, 80);
  expect(text(other.ledger.entries())).toBe(text(one.ledger.entries()));

  play(other, 9, 20);
  expect(other.ledger.entries().length).toBeGreaterThan(one.ledger.entries().length);
});

test("a real clock goes on from the time of the snapshot", () => {
  let machineMs = Date.parse(now);
  const world = new World({}, { clock: "real", machineNow: () => machineMs });
  world.advance(5000);
  const snapshot = world.snapshot();
  machineMs += 60_000;
  world.advance(1000);
  world.restore(snapshot);
  expect(world.now()).toBe(snapshot.nowMs);
  machineMs += 10;
  expect(world.now()).toBe(snapshot.nowMs + 10);
});

test("after a restore a used nonce is used, and a later one is not", async () => {
  const emulator = await emulatorForTest({ world: { now, instances: [{ InstanceId: "i-a" }], tickPerRequestMs: 1 } });
  const regions = (nonce: string) =>
    ask(emulator, "DescribeRegions", { SignatureNonce: nonce, Timestamp: "2026-03-01T08:00:20Z" });
  expect((await regions("first")).code).toBeUndefined();
  const snapshot = emulator.world.snapshot();
  expect((await regions("second")).code).toBeUndefined();
  expect((await regions("second")).code).toBe("SignatureNonceUsed");
  emulator.world.restore(snapshot);
  expect((await regions("first")).code).toBe("SignatureNonceUsed");
  expect((await regions("second")).code).toBeUndefined();
});

test("a key that was issued after the snapshot is unknown again", async () => {
  const emulator = await emulatorForTest({ world: file });
  const snapshot = emulator.world.snapshot();
  const assumed = await ask(
    emulator,
    "AssumeRole",
    { RoleArn: "acs:ram::1000000000000001:role/ops", RoleSessionName: "one" },
    { apiVersion: "2015-04-01" },
  );
  expect(assumed.code).toBeUndefined();
  expect(emulator.world.identities.credentials()).toHaveLength(3);
  emulator.world.restore(snapshot);
  expect(emulator.world.identities.credentials()).toHaveLength(2);
});

async function control(emulator: Emulator, method: string, path: string) {
  const response = await fetch(`${emulator.control}${path}`, { method });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

test("by the control port: keep, list, put back, delete", async () => {
  const emulator = await emulatorForTest({ world: file });
  expect(await control(emulator, "POST", "/snapshots")).toEqual({
    status: 200,
    body: { id: "1", now: "2026-03-01T08:00:20.000Z", lastRow: 0, instances: 3 },
  });
  emulator.releaseInstance("i-a");
  emulator.advance(600_000);
  expect(emulator.instance("i-a")).toBeUndefined();
  await control(emulator, "POST", "/snapshots");
  expect(await control(emulator, "GET", "/snapshots")).toMatchObject({
    body: {
      snapshots: [
        { id: "1", instances: 3 },
        { id: "2", instances: 2 },
      ],
    },
  });

  expect((await control(emulator, "PUT", "/snapshots/1")).status).toBe(200);
  expect(emulator.instance("i-a")).toMatchObject({ Status: "Running" });
  expect(emulator.world.now()).toBe(Date.parse(now));
  expect(emulator.ledger()).toEqual([]);

  expect((await control(emulator, "DELETE", "/snapshots/1")).status).toBe(200);
  expect(await control(emulator, "PUT", "/snapshots/1")).toEqual({
    status: 404,
    body: { error: "There is no snapshot 1." },
  });
  expect((await control(emulator, "DELETE", "/snapshots/1")).status).toBe(404);
  expect(await control(emulator, "GET", "/snapshots/2")).toMatchObject({ status: 200, body: { id: "2" } });
});

test("a snapshot and its restoring are cheap: branches by the thousand", () => {
  const world = new World({ now, instances: [{ InstanceId: "i-a" }, { InstanceId: "i-b" }, { InstanceId: "i-c" }] });
  const branches = 2000;
  const startMs = performance.now();
  for (let branch = 0; branch < branches; branch += 1) {
    const snapshot = world.snapshot();
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.restore(snapshot);
  }
  const perSecond = branches / ((performance.now() - startMs) / 1000);
  // Far below what was measured (some fifty thousand): a machine under load must not fail it.
  expect(perSecond).toBeGreaterThan(1000);
});
