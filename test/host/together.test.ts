import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { Host } from "../rig/host";
import { inputs, many, runText } from "../rig/wire";

/** What many resources at once cost in calls, on the SDK's own host and over gRPC. */

const size = 200;

let cloud: Cloud;
let host: Host;
beforeEach(async () => {
  cloud = await Cloud.open(many("crowd", size, { Status: "Running" }));
  host = await Host.start({ env: cloud.env });
});
afterEach(() => host.stop());

const ids = many("crowd", size).map(({ InstanceId }) => InstanceId);

function count(action: string): number {
  return cloud.emulator.ledger({ action }).length;
}

async function createAll() {
  return await Promise.all(
    ids.map(async (instanceId) => {
      const declared = { instanceId, state: "stopped" };
      const checked = await host.check({}, inputs({ ...declared, __run: runText(cloud, instanceId) }));
      return await host.create(checked.inputs);
    }),
  );
}

describe(`${size} resources at once`, () => {
  it("created: their stops and their looks share calls, and each says what it did", async () => {
    const made = await createAll();
    expect(new Set(made.map(({ outs }) => outs.status))).toEqual(new Set(["stopped"]));
    expect(count("StopInstance")).toBe(0);
    expect(count("StopInstances")).toBeLessThanOrEqual(10 + size / 100);
    // The look before the stop, the one behind it, and one or two more.
    expect(count("DescribeInstances")).toBeLessThanOrEqual(1.2 * 4 * (size / 100) + 10);
    expect(count("GetCallerIdentity")).toBe(1);
    const written = host.engine.lines.filter(({ text }) => text.startsWith("StopInstance i-crowd"));
    expect(new Set(written.map(({ urn }) => urn)).size).toBe(size);
    // Whether the engine is there is asked before every write, and once for those that ask together.
    const asked = host.engine.lines.filter(({ text }) => text.includes("still there?"));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(10 + size / 100);
  });

  it("refreshed: hardly more looks than they fill", async () => {
    const made = await createAll();
    const before = count("DescribeInstances");
    const seen = await Promise.all(made.map(({ id, outs }) => host.read(id, outs)));
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(count("DescribeInstances") - before).toBeLessThanOrEqual(size / 100 + 20);
  });
});
