import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { FleetLifecycle } from "../../provider/fleet";
import { FleetMembers } from "../../provider/fleet-members";
import { LifecycleProvider } from "../../provider/lifecycle-provider";
import { InstanceLifecycle } from "../../provider/resource";
import type { Registered } from "../support/registered";

/** Unit tests of users: `pulumi.runtime.setMocks`, and an environment with the developer's own keys. docs/unit-tests.md says what they see. */

let cloud: Emulator;
let registered: Registered[];
beforeAll(async () => {
  cloud = await startEmulator({ world: { instances: [{ InstanceId: "i-1", Tags: { env: "dev" } }] } });
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  vi.stubEnv("ALIBABA_CLOUD_ENDPOINT_ECS", cloud.endpoint);
  vi.stubEnv("ALICLOUD_ACCESS_KEY", cloud.accessKeyId);
  vi.stubEnv("ALICLOUD_SECRET_KEY", cloud.accessKeySecret);
  registered = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs: inputs as Registered["inputs"] });
      const isSelected = type === FleetMembers.__pulumiType && name === "selected";
      const members = { "i-7": { status: "stopped" }, "i-8": { status: "running" } };
      const found = isSelected ? { instanceIds: ["i-7", "i-8"], members } : {};
      return { id: name, state: { ...(inputs as object), ...found, status: "stopped" } };
    },
    call: () => ({}),
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  expect(cloud.ledger()).toEqual([]);
});

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe.each([undefined, "cn-hangzhou"])("under mocks, default region %s, no request leaves the process", (region) => {
  beforeEach(() => vi.stubEnv("ALICLOUD_REGION", region));

  it("a resource has the outputs that the mocks give it", async () => {
    const worker = new InstanceLifecycle("worker", { instanceId: "i-1", state: "stopped" });
    expect(await valueOf(worker.status)).toBe("stopped");
    expect(registered.map(({ name, inputs }) => [name, inputs.state])).toEqual([["worker", "stopped"]]);
  });

  it("a schedule's state is that of this machine's clock", async () => {
    const always = { zone: "Asia/Shanghai", running: [{ days: "mon-sun", from: "00:00", to: "24:00" }] };
    const worker = new InstanceLifecycle("worker", { instanceId: "i-1", schedule: always });
    expect(await valueOf(worker.state)).toBe("running");
  });

  it("with a provider of its own, too", async () => {
    const provider = new LifecycleProvider("team", { region: "cn-beijing", accessKey: "a", secretKey: "s" });
    await valueOf(new InstanceLifecycle("worker", { instanceId: "i-1", state: "running" }, { provider }).urn);
  });

  it("a fleet has the instances that are listed, or those that the mocks say the selection finds", async () => {
    const listed = new FleetLifecycle("listed", { instanceIds: ["i-1", "i-2"], exclude: ["i-2"], state: "stopped" });
    const selected = new FleetLifecycle("selected", { select: { tags: { env: "dev" } }, state: "stopped" });
    const nothing = new FleetLifecycle("nothing", { select: { tags: { env: "dev" } }, state: "stopped" });
    expect(await valueOf(listed.instanceIds)).toEqual(["i-1"]);
    expect(await valueOf(selected.instanceIds)).toEqual(["i-7", "i-8"]);
    expect(await valueOf(selected.status)).toEqual({ "i-7": "stopped", "i-8": "running" });
    expect(await valueOf(nothing.instanceIds)).toEqual([]);
  });
});
