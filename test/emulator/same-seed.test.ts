import { expect, test } from "vitest";
import { seededRandom } from "../../emulator/random";
import { type Emulator, type LedgerEntry, startEmulator, type WorldFile } from "../../emulator/index";
import { ask, type Body, now } from "./support";

const world: WorldFile = {
  now,
  tickPerRequestMs: 137,
  strictTime: true,
  instances: [
    { InstanceId: "i-a", timings: { startMs: { minMs: 100, maxMs: 5000 } } },
    { InstanceId: "i-b", Status: "Stopped", InternetMaxBandwidthOut: 5 },
    { InstanceId: "i-c", SpotStrategy: "SpotAsPriceGo", reclaimAt: "2026-03-01T08:00:40Z" },
  ],
  disks: [{ DiskId: "d-data", InstanceId: "i-b" }],
  credentials: [{ accessKeyId: "k", accessKeySecret: "s", userName: "ann" }],
  roles: [{ arn: "acs:ram::1000000000000001:role/ops" }],
  timings: { stopMs: { minMs: 10, maxMs: 9000 }, pendingMs: { minMs: 1, maxMs: 3000 }, snapshotMs: { describes: 2 } },
  throttle: [{ action: "Describe*", perMinute: 60 }],
};

const region = { RegionId: "cn-hangzhou" };

/** A long mixed sequence over HTTP, with the vendor's client, stamped with the world's time. The same for every run. */
async function play(emulator: Emulator, calls: number): Promise<void> {
  const chance = seededRandom(42);
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(chance.next() * items.length)] as Item;
  const ids = ["i-a", "i-b", "i-c"];
  const asked = async (action: string, params: Body, apiVersion = "2014-05-26"): Promise<Body | undefined> => {
    const Timestamp = new Date(emulator.world.now()).toISOString().replace(/\.\d+Z/, "Z");
    try {
      const { body } = await ask(emulator, action, { ...params, Timestamp }, { apiVersion });
      return body;
    } catch {
      // A fault broke the answer: the ledger says so, and that is what is compared.
      return undefined;
    }
  };
  const control = async (method: string, path: string, body?: unknown): Promise<void> => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`${emulator.control}${path}`, { method, ...sent });
    await response.arrayBuffer();
  };
  await control("POST", "/faults", [
    { action: "Describe*", probability: 0.1, then: { code: "ServiceUnavailable" } },
    { action: "StopInstance", probability: 0.3, then: { wire: "reset-after" } },
    { action: "StartInstance", probability: 0.8, then: { wire: "half" } },
    { action: "DescribeInstances", probability: 0.3, then: { stale: "previous" } },
  ]);
  const steps: (() => Promise<unknown>)[] = [
    () => asked("StartInstance", { InstanceId: oneOf(ids) }),
    () => asked("StopInstance", { InstanceId: oneOf(ids), StoppedMode: oneOf(["KeepCharging", "StopCharging"]) }),
    () => asked("RebootInstance", { InstanceId: oneOf(ids) }),
    () => asked("DescribeInstances", { ...region, MaxResults: 10 }),
    () => asked("DescribeInstanceAttribute", { InstanceId: oneOf(ids) }),
    () => asked("DescribeSnapshots", region),
    () => asked("CreateSnapshot", { DiskId: "d-data", RetentionDays: 1 }),
    () => asked("DeleteInstance", { InstanceId: oneOf(ids), Force: chance.next() < 0.3 }),
    () => asked("NoSuchCall", {}),
    () => asked("AssumeRole", { RoleArn: "acs:ram::1000000000000001:role/ops", RoleSessionName: "x1" }, "2015-04-01"),
    async () => {
      const ImageId = "aliyun_3_x64_20G_alibase_20240528.vhd";
      const order = { ...region, ImageId, InstanceType: "ecs.g7.large", SecurityGroupId: "sg-bp1emulatorsg00000001" };
      const made = await asked("RunInstances", { ...order, Amount: oneOf([1, 2]) });
      const sets = made?.["InstanceIdSets"] as { InstanceIdSet: string[] } | undefined;
      ids.push(...(sets?.InstanceIdSet ?? []));
    },
    () => control("POST", "/clock", { advanceMs: Math.floor(chance.next() * 20_000) }),
    () => control("POST", "/instances", { InstanceId: "i-d", Status: oneOf(["Stopped", "Running"]) }),
  ];
  for (let call = 0; call < calls; call += 1) await oneOf(steps)();
}

/** Two clients never send the same nonce, and so never the same signature; the rest must be the same. */
function text(rows: readonly LedgerEntry[]): string {
  return rows
    .map(({ params, ...row }) => {
      const told = Object.entries(params).filter(([name]) => name !== "SignatureNonce" && name !== "Signature");
      return `${JSON.stringify({ ...row, params: Object.fromEntries(told) })}\n`;
    })
    .join("");
}

async function run(seed: number): Promise<LedgerEntry[]> {
  const emulator = await startEmulator({ world, clock: "virtual", seed });
  try {
    await play(emulator, 250);
    return emulator.ledger();
  } finally {
    await emulator.stop();
  }
}

test("same seed, same calls: the same ledger byte for byte; another seed: another one", async () => {
  const rows = await run(11);
  expect(text(await run(11))).toBe(text(rows));
  expect(text(await run(12))).not.toBe(text(rows));

  // Without all of these the comparison would say little.
  const actions = new Set(rows.map((row) => row.action));
  for (const action of ["RunInstances", "AssumeRole", "timer:reclaim", "control:advance", "control:patchInstance"]) {
    expect(actions).toContain(action);
  }
  const faults = new Set(rows.map((row) => row.fault));
  for (const fault of ["code:ServiceUnavailable", "wire:reset-after", "wire:half", "stale:previous"]) {
    expect(faults).toContain(fault);
  }
  expect(new Set(rows.map((row) => row.requestId)).size).toBe(rows.length);
});
