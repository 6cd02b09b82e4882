import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import type { FleetLifecycleArgs } from "../../provider/fleet";
import { FleetLifecycle } from "../../provider/fleet";
import { FleetMembers } from "../../provider/fleet-members";
import type { FleetRun } from "../../provider/fleet-run";
import { memberRun } from "../../provider/fleet-run";
import { LifecycleProvider } from "../../provider/lifecycle-provider";
import type { InstanceLifecycleArgs } from "../../provider/resource";
import { InstanceLifecycle } from "../../provider/resource";
import type { RunInfo } from "../../provider/run-info";
import { type Registered, recordRegistrations } from "../support/registered";

/** What the program registers for fleets: one resource for all members, with what the program found of each. */

let cloud: Emulator;
let registered: readonly Registered[] = [];
/** Of each test's own: what is declared for one provider is counted by itself. */
let provider: LifecycleProvider;

beforeAll(async () => {
  const instance = (n: number) => ({ InstanceId: `i-${n}`, InstanceName: `web-${n}`, Tags: { env: "dev" } });
  cloud = await startEmulator({ world: { instances: [1, 2, 3].map(instance) } });
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  cloud.clearFaults();
  registered = await recordRegistrations({ status: "stopped" });
  provider = new LifecycleProvider("own", {
    accessKey: cloud.accessKeyId,
    secretKey: cloud.accessKeySecret,
    region: "cn-hangzhou",
    endpoints: { ecs: cloud.endpoint },
    maxStops: 2,
  });
});

function fleet(name: string, args: FleetLifecycleArgs, opts?: pulumi.ComponentResourceOptions): FleetLifecycle {
  return new FleetLifecycle(name, args, { provider, ...opts });
}

function alone(args: InstanceLifecycleArgs): InstanceLifecycle {
  return new InstanceLifecycle("alone", args, { provider });
}

async function done(one: FleetLifecycle): Promise<readonly string[]> {
  return await new Promise((resolve) => {
    one.instanceIds.apply(resolve);
  });
}

function wordOf<T>(type: string, name: string): T {
  const found = registered.find((one) => one.type === type && one.name === name);
  return JSON.parse(String(found?.inputs.__run)) as T;
}
const members = (name: string) => wordOf<FleetRun>(FleetMembers.__pulumiType, name);
const member = (fleetName: string, id: string) => memberRun(members(fleetName), id);
const single = () => wordOf<RunInfo>(InstanceLifecycle.__pulumiType, "alone");
const names = () => registered.map(({ name }) => name);

describe("the members", () => {
  it("are one resource with the fleet's arguments, and what was found of each", async () => {
    const night = fleet("night", {
      select: { tags: { env: "dev" } },
      exclude: ["i-2"],
      state: "stopped",
      stop: { mode: "StopCharging" },
    });
    expect(await done(night)).toEqual(["i-1", "i-3"]);
    const { __provider, __run, ...args } =
      registered.find(({ type }) => type === FleetMembers.__pulumiType)?.inputs ?? {};
    expect(args).toEqual({ state: "stopped", stop: { mode: "StopCharging" }, __fleet: "members" });
    expect(__provider).toContain("pulumi-alicloud-lifecycle/provider");
    expect(__run).toBeDefined();
    expect(member("night", "i-1")).toMatchObject({
      urn: expect.stringMatching(/FleetLifecycle\$.*FleetMembers::night$/) as string,
      regionId: "cn-hangzhou",
      seen: { instanceName: "web-1" },
      refused: [],
      held: [],
    });
    expect(members("night")).toMatchObject({ by: "selection", instanceIds: ["i-1", "i-3"], exclude: ["i-2"] });
    expect(members("night").elsewhere).toEqual({});
  });

  it("that are listed keep their order; what others declare is told apart", async () => {
    alone({ instanceId: "i-2", autoReleaseAfter: "8h", drift: "report" });
    expect(await done(fleet("ids", { instanceIds: ["i-3", "i-1"], state: "running" }))).toEqual(["i-3", "i-1"]);
    expect(members("ids").elsewhere).toEqual({ "i-2": "after" });
  });

  it("are handled in the order that is declared", async () => {
    await done(fleet("back", { select: { instanceName: "web-*" }, order: "backward", drift: "report" }));
    expect(members("back")).toMatchObject({ order: "backward", instanceIds: ["i-1", "i-2", "i-3"] });
  });

  it("what a transformation makes of the arguments is what is judged", async () => {
    const transformations: pulumi.ResourceTransformation[] = [
      ({ type, props, opts }) =>
        type === FleetMembers.__pulumiType ? { props: { ...props, drift: "report" }, opts } : undefined,
    ];
    await done(fleet("reported", { instanceIds: ["i-1"], state: "stopped" }, { transformations }));
    expect(registered.find(({ type }) => type === FleetMembers.__pulumiType)?.inputs.drift).toBe("report");
    expect(Object.keys(members("reported").judged ?? {}).sort()).toEqual(["drift", "state"]);
  });
});

describe("limits", () => {
  it("count them with what is declared beside them, although finding them takes longer than the window", async () => {
    cloud.addFault({ action: "DescribeInstances", then: { delayMs: 300 } });
    const night = fleet("night", {
      select: { instanceName: "web-*" },
      exclude: ["i-3"],
      state: "stopped",
    });
    alone({ instanceId: "i-3", state: "stopped" });
    await done(night);
    for (const one of [single(), member("night", "i-1"), member("night", "i-2")]) {
      expect(one?.held).toEqual([expect.stringMatching(/3 instances are due to be stopped .* is 2/)]);
    }
  });

  it("a fleet that depends on another resource doesn't keep that one waiting", async () => {
    const first = alone({ instanceId: "i-3", state: "stopped" });
    const night = fleet("after", { instanceIds: ["i-1"], state: "stopped" }, { dependsOn: first });
    await done(night);
    expect(names()).toEqual(["own", "alone", "after", "after"]);
  });

  it("the same machine twice is refused with the fleet's name", async () => {
    const one = fleet("one", { instanceIds: ["i-1"], drift: "report" });
    alone({ instanceId: "i-1", drift: "report" });
    await done(one);
    expect(single().refused).toEqual([expect.stringMatching(/more than once, also by one\/i-1/)]);
    expect(member("one", "i-1")?.refused).toEqual([expect.stringMatching(/more than once, also by alone/)]);
  });
});

describe("what is refused", () => {
  it.each([
    ["nothing found", { select: { instanceName: "db-*" } }, /select: finds 0/],
    ["a wrong argument", { instanceIds: ["i-1"], states: "stopped" }, /^states: is not an argument/],
    ["a release by selection", { select: { instanceName: "web-*" }, state: "released" }, /\["i-1","i-2","i-3"\]$/],
  ])("%s: as text for the check of the members", async (_, args, reason) => {
    await done(fleet("bad", args as FleetLifecycleArgs));
    expect(members("bad").refused).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    ["a wrong argument", { instanceIds: ["i-1", "i-2"], exclude: ["i-2"], states: "stopped" }],
    ["fewer than it must have", { instanceIds: ["i-1"], minMatches: 2 }],
    ["a release by selection", { select: { instanceName: "web-1" }, state: "released" }],
  ])("%s: others are told whose machines it is about, so that none of them acts as if they were taken out", async (_, args) => {
    const bad = fleet("bad", args as unknown as FleetLifecycleArgs);
    await done(fleet("good", { instanceIds: ["i-3"], drift: "report" }));
    await done(bad);
    expect(members("good").elsewhere).toEqual({ "i-1": "unreadable" });
    expect(members("bad").instanceIds).toEqual(["i-1"]);
  });

  it("an empty list, for an identity that may not see: to those ECS may answer as if there was nothing", async () => {
    const blind = { accessKeyId: "blind-key", accessKeySecret: "blind-secret", deny: ["ecs:Describe*"] };
    const own = await startEmulator({ world: { credentials: [blind], switches: { deniedDescribe: "empty" } } });
    const { accessKeyId: accessKey, accessKeySecret: secretKey } = own;
    const endpoints = { ecs: own.endpoint };
    const account = new LifecycleProvider("blind", { accessKey, secretKey, region: "cn-hangzhou", endpoints });
    const args = { select: { instanceName: "web-*" }, minMatches: 0 };
    await done(fleet("bad", args, { provider: account }));
    await own.stop();
    expect(members("bad").refused).toEqual([expect.stringMatching(/not allowed to list instances/)]);
  });

  it("a list that ECS doesn't give", async () => {
    cloud.addFault({ action: "DescribeInstances", times: "always", then: { code: "Forbidden.RAM", status: 403 } });
    await done(fleet("bad", { select: { instanceName: "web-*" }, minMatches: 0 }));
    expect(members("bad").refused).toEqual([
      expect.stringMatching(/^select: what it finds can't be listed.*Forbidden/),
    ]);
  });

  it("a provider of another package, at once", () => {
    class Foreign extends pulumi.ProviderResource {
      constructor() {
        super("alicloud", "foreign", {});
      }
    }
    expect(() => fleet("bad", { instanceIds: ["i-1"] }, { provider: new Foreign() })).toThrow(
      /FleetLifecycle "bad": a provider of package "alicloud" does not know this type/,
    );
  });
});

describe("a machine of this program", () => {
  it("is refused to be released, and only that one", async () => {
    class Instance extends pulumi.CustomResource {
      static readonly __pulumiType = "alicloud:ecs/instance:Instance";
      constructor(name: string) {
        super(Instance.__pulumiType, name, {});
      }
    }
    const bought = new Instance("i-1");
    const night = fleet("mixed", { instanceIds: [bought.id, "i-2"], autoReleaseAfter: "8h" });
    await done(night);
    expect(member("mixed", "i-1")?.held).toEqual([expect.stringMatching(/created by alicloud\.ecs\.Instance "i-1"/)]);
    expect(member("mixed", "i-2")?.held).toEqual([]);
  });
});

it("a selection that takes long says what it waits for", async () => {
  const said = vi.spyOn(pulumi.log, "info").mockResolvedValue();
  cloud.addFault({ action: "DescribeInstances", then: { delayMs: 2_500 } });
  await done(fleet("slow", { select: { tags: { env: "dev" } }, state: "stopped" }));
  const lines = said.mock.calls.map(([text, , , ephemeral]) => `${text} ${ephemeral}`);
  said.mockRestore();
  expect(lines).toEqual(["slow: listing what it selects in cn-hangzhou, 2 s … true"]);
});

it("knows its own kind, also from another copy of the package", () => {
  expect(FleetLifecycle.isInstance({ __pulumiType: FleetLifecycle.__pulumiType })).toBe(true);
  expect(FleetLifecycle.isInstance({ __pulumiType: InstanceLifecycle.__pulumiType })).toBe(false);
  expect(FleetLifecycle.isInstance(undefined)).toBe(false);
});
