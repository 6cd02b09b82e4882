import { afterEach, beforeEach, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { until } from "../rig/child";
import { Host } from "../rig/host";
import type { Json } from "../rig/sdk";
import { inputs, many, runText } from "../rig/wire";

/** STS answers nobody: the account is only recorded, so nothing waits for it where none is expected. */

const leftAt = minutesAhead(90);
const account = "1000000000000001";

let cloud: Cloud;
let host: Host;
beforeEach(async () => {
  cloud = await Cloud.open([
    ...many("many", 12, { Status: "Running" }),
    { InstanceId: "i-left", Status: "Running", AutoReleaseTime: leftAt },
    { InstanceId: "i-timed", Status: "Running", AutoReleaseTime: minutesAhead(90) },
  ]);
  cloud.emulator.addFault({ action: "GetCallerIdentity", times: "always", then: { wire: "hang" } });
  host = await Host.start({ env: cloud.env });
});
afterEach(() => host.stop());

async function create(declared: Json & { readonly instanceId: string }): Promise<Json> {
  const run = runText(cloud, declared.instanceId, { dryRun: false });
  const { inputs: checked, failures } = await host.check({}, inputs({ ...declared, __run: run }));
  expect(failures).toEqual([]);
  return (await host.create(checked)).outs;
}

async function inMs(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now();
  await work();
  return performance.now() - begunMs;
}

function asked(): number {
  return cloud.emulator.ledger({ action: "GetCallerIdentity" }).length;
}

it("machines that are as declared wait two seconds in all, it is asked once, and that is said once", async () => {
  const took = await inMs(async () => {
    for (const { InstanceId } of many("many", 12)) {
      expect(await create({ instanceId: String(InstanceId), state: "running" })).toMatchObject({ accountId: null });
    }
  });
  // With the full patience of a call that is needed, each would take 40 s and more.
  expect(took).toBeLessThan(20_000);
  expect(asked()).toBe(1);
  const said = host.engine.said().filter((line) => line.includes("GetCallerIdentity"));
  expect(said).toEqual([expect.stringMatching(/^info: accountId: is not recorded by this run: GetCallerIdentity/)]);
});

it("a release time is cancelled before STS has been given up", async () => {
  const creating = create({ instanceId: "i-timed", autoReleaseAt: "never" });
  await host.engine.hears("ModifyInstanceAutoReleaseTime i-timed");
  const [asking] = cloud.emulator.ledger({ action: "GetCallerIdentity" });
  const [cancelled] = cloud.emulator.ledger({ action: "ModifyInstanceAutoReleaseTime" });
  expect(Date.parse(cancelled?.at ?? "") - Date.parse(asking?.at ?? "")).toBeLessThan(1_500);
  expect(await creating).toMatchObject({ autoReleaseTime: null });
});

it("a removal records no account, and asks for none", async () => {
  const declared = { instanceId: "i-left", regionId: "cn-hangzhou", autoReleaseAt: leftAt };
  await host.delete("i-left", inputs({ ...declared, schemaVersion: 1, status: "running", ownReleaseTime: leftAt }));
  expect(cloud.emulator.instance("i-left")).toMatchObject({ AutoReleaseTime: "" });
  expect(asked()).toBe(0);
});

it("an account that is expected is waited for, and the wait is said", async () => {
  const creating = create({ instanceId: "i-many1", state: "stopped", expect: { accountId: account } });
  await until("a word", () =>
    host.engine.said().some((line) => /i-many1: waiting for GetCallerIdentity, \d+ s/.test(line)),
  );
  cloud.emulator.clearFaults();
  expect(await creating).toMatchObject({ accountId: account, status: "stopped" });
});
