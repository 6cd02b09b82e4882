import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { announced, isWriteCall, saidOf, writeText } from "../rig/plan-text";
import { destroy, nothingLeft, Project, refresh, up } from "../rig/project";
import type { Json } from "../rig/sdk";
import { many } from "../rig/wire";

/** Arguments whose meaning shows only over several runs. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

const minute = 60_000;

describe("autoReleaseAfter", () => {
  it("is fixed at the first apply, stays over the next runs, and renew or another value counts again from now", async () => {
    const own = await Cloud.open([
      { InstanceId: "i-ttl", Status: "Running" },
      { InstanceId: "i-early", Status: "Running", AutoReleaseTime: minutesAhead(90) },
    ]);
    const project = await Project.open(own.env);
    const early = { instanceId: "i-early", autoReleaseAfter: "8h" };
    const declare = (args: Json) => project.declare({ ttl: { instanceId: "i-ttl", ...args }, early });
    const inForce = () => own.emulator.instance("i-ttl")?.AutoReleaseTime;
    const minutesLeft = () => (Date.parse(String(inForce())) - own.emulator.world.now()) / minute;

    declare({ autoReleaseAfter: "8h" });
    const { output } = await project.must(["preview"]);
    expect(output).toMatch(new RegExp(`autoReleaseAfter: i-early .*${minutesAhead(90).slice(0, 13)}.* kept`));
    await project.must(up);
    expect(own.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-ttl"]);
    const first = inForce();
    // Never shorter than declared, and at most the rest of a minute longer.
    expect(minutesLeft()).toBeGreaterThan(479);
    expect(minutesLeft()).toBeLessThanOrEqual(481);
    expect(project.outputs("ttl")).toMatchObject({ autoReleaseAfter: "8h", autoReleaseFixedAt: first });
    expect(own.emulator.instance("i-early")?.AutoReleaseTime).toBe(project.outputs("early").autoReleaseTime);

    for (const command of [up, [...up, "--refresh"]]) {
      own.emulator.advance(20 * minute);
      await project.must([...command, "--expect-no-changes"]);
      expect(inForce()).toBe(first);
    }
    expect(own.writes()).toEqual([]);

    declare({ autoReleaseAfter: "8h", renew: "monday" });
    await project.must(up);
    expect(own.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-ttl"]);
    expect(minutesLeft()).toBeGreaterThan(479);
    expect(inForce()).not.toBe(first);
    await project.must(nothingLeft);

    declare({ autoReleaseAfter: "PT2H", renew: "monday" });
    await project.must(up);
    expect(minutesLeft()).toBeGreaterThan(119);
    expect(minutesLeft()).toBeLessThanOrEqual(121);
    await project.must(nothingLeft);

    // Somebody takes it away: it is the same end again, not a new one.
    const fixed = inForce();
    own.put({ InstanceId: "i-ttl", AutoReleaseTime: "" });
    own.emulator.advance(10 * minute);
    await project.must(up);
    expect(inForce()).toBe(fixed);

    declare({});
    await project.must(up);
    expect(inForce()).toBe("");
    await project.must(nothingLeft);
  });
});

describe('drift: "report"', () => {
  it("warns in each run, changes nothing, and shows it after a refresh as long as it is there", async () => {
    cloud.put({ InstanceId: "i-report", Status: "Running" }, { InstanceId: "i-reporttime", Status: "Running" });
    const at = minutesAhead(120);
    const project = await Project.open(cloud.env);
    project.declare({
      power: { instanceId: "i-report", state: "running", drift: "report" },
      time: { instanceId: "i-reporttime", autoReleaseAt: at, drift: "report" },
    });
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-reporttime"]);
    expect(project.outputs("power")).toMatchObject({ drift: "report", observedDrift: null });

    cloud.put({ InstanceId: "i-report", Status: "Stopped" }, { InstanceId: "i-reporttime", AutoReleaseTime: "" });
    for (const command of [["preview", "--expect-no-changes"], [...up, "--expect-no-changes"], up]) {
      const { output } = await project.must(command);
      expect(output).toMatch(/warning: .*drift: i-report: state is stopped, declared is running/);
      expect(output).toMatch(/warning: .*drift: i-reporttime: autoReleaseAt is never, declared is/);
    }
    await project.must(refresh);
    expect(project.outputs("power").observedDrift).toEqual({
      declared: { state: "running" },
      observed: expect.objectContaining({ state: "stopped" }) as unknown,
    });
    expect(project.outputs("time").observedDrift).toMatchObject({
      declared: { autoReleaseAt: at },
      observed: { autoReleaseAt: "never" },
    });
    // Also on the mirrored inputs that a refresh has left.
    expect((await project.must(nothingLeft)).output).toContain("drift: i-report:");
    await project.must(up);
    expect(cloud.writes()).toEqual([]);

    cloud.put({ InstanceId: "i-report", Status: "Running" }, { InstanceId: "i-reporttime", AutoReleaseTime: at });
    await project.must(refresh);
    expect(project.outputs("power")).toHaveProperty("observedDrift", null);
    expect((await project.must([...up, "--expect-no-changes"])).output).not.toContain("drift: i-");

    // What is newly declared is no drift, and is done.
    project.declare({
      power: { instanceId: "i-report", state: "stopped", drift: "report" },
      time: { instanceId: "i-reporttime", autoReleaseAt: at },
    });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-report"]);
  });
});

describe("stop.applyModeNow", () => {
  it("shows and does the start and stop that another mode takes, once", async () => {
    cloud.put({ InstanceId: "i-mode", Status: "Stopped", StoppedMode: "KeepCharging" });
    const project = await Project.open(cloud.env);
    const stop = { mode: "StopCharging" };
    project.declare({ mode: { instanceId: "i-mode", state: "stopped", stop } });
    expect((await project.must(up)).output).toMatch(/stop\.mode: .*applyModeNow/);
    expect(cloud.writes()).toEqual([]);
    project.declare({ mode: { instanceId: "i-mode", state: "stopped", stop: { ...stop, applyModeNow: true } } });
    const said = saidOf(await project.previewForMachines(), "mode");
    expect(announced(said).always).toEqual(["StartInstance", "StopInstance StopCharging"]);
    expect(said).toMatch(/public IP may change, and a later start may find no stock/);
    await project.must(up);
    expect(cloud.callsAbout("i-mode").filter(isWriteCall).map(writeText)).toEqual(announced(said).always);
    expect(cloud.emulator.instance("i-mode")).toMatchObject({ Status: "Stopped", StoppedMode: "StopCharging" });
    cloud.calls();
    await project.must(nothingLeft);
    await project.must([...up, "--refresh", "--expect-no-changes"]);
    expect(cloud.writes()).toEqual([]);
  });
});

describe('release.deletionProtection: "lift"', () => {
  it("is put back when the delete is refused, and lifted again by the next up", async () => {
    cloud.put({ InstanceId: "i-lift", InstanceName: "batch", Status: "Stopped", DeletionProtection: true });
    const project = await Project.open(cloud.env);
    project.declare({
      lift: {
        instanceId: "i-lift",
        state: "released",
        release: { deletionProtection: "lift" },
        expect: { instanceName: "batch" },
      },
    });
    cloud.emulator.addFault({
      action: "DeleteInstance",
      instanceId: "i-lift",
      then: { code: "Forbidden.RAM", status: 403 },
    });
    expect(await project.mustFail(up)).toContain("Forbidden.RAM");
    expect(
      cloud
        .callsAbout("i-lift")
        .filter(isWriteCall)
        .map(({ action, params }) => [action, params.DeletionProtection]),
    ).toEqual([
      ["ModifyInstanceAttribute", "false"],
      ["DeleteInstance", undefined],
      ["ModifyInstanceAttribute", "true"],
    ]);
    expect(cloud.emulator.instance("i-lift")).toMatchObject({ DeletionProtection: true });
    cloud.calls();
    await project.must(up);
    expect(cloud.calls().writes).toEqual(["ModifyInstanceAttribute i-lift", "DeleteInstance i-lift"]);
    expect(project.outputs("lift")).toMatchObject({ status: "released" });
  });
});

describe("LifecycleProvider", () => {
  const keys = {
    west: { accessKey: "west-canary-key", secretKey: "west-canary-secret" },
    east: { accessKey: "east-canary-key", secretKey: "east-canary-secret" },
  };
  const accounts = { west: "1000000000000007", east: "1000000000000008" };

  it("two accounts in one program: each sees its own machines and has its own limits; keys only as ciphertext", async () => {
    const own = await Cloud.open(
      [
        ...["i-west1", "i-west2"].map((InstanceId) => ({
          InstanceId,
          InstanceName: "batch",
          accountId: accounts.west,
        })),
        ...["i-east1", "i-east2"].map((InstanceId) => ({
          InstanceId,
          InstanceName: "batch",
          accountId: accounts.east,
        })),
      ],
      {
        credentials: [
          { accessKeyId: keys.west.accessKey, accessKeySecret: keys.west.secretKey, accountId: accounts.west },
          { accessKeyId: keys.east.accessKey, accessKeySecret: keys.east.secretKey, accountId: accounts.east },
        ],
      },
    );
    const project = await Project.open({ ALIBABA_CLOUD_ENDPOINT_ECS: own.emulator.endpoint });
    const program = (west: Json, resources: Readonly<Record<string, readonly [string, Json]>>) =>
      project.program(`
const { LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const providers = {
  west: new LifecycleProvider("west", ${JSON.stringify({ ...keys.west, region: "cn-hangzhou", ...west })}),
  east: new LifecycleProvider("east", ${JSON.stringify({ ...keys.east, region: "cn-hangzhou" })}),
};
for (const [name, [provider, args]] of Object.entries(${JSON.stringify(resources)})) {
  new InstanceLifecycle(name, args, { provider: providers[provider] });
}`);
    const release = (id: string): Json => ({ instanceId: id, state: "released", expect: { instanceName: "batch" } });
    const east = (id: string) => ["east", release(id)] as const;
    const west = (id: string) => ["west", release(id)] as const;

    program({}, { one: west("i-west1"), two: west("i-west2"), three: east("i-east1") });
    const output = await project.mustFail(up);
    expect(output).toMatch(/2 instances are due for release and lifecycle:maxReleases is 1.*i-west1, i-west2/);
    expect(own.status("i-west1")).toBe("Running");
    expect(own.status("i-west2")).toBe("Running");

    program({ maxReleases: 2 }, { one: west("i-west1"), two: west("i-west2"), three: east("i-east1") });
    await project.must(up);
    for (const id of ["i-west1", "i-west2", "i-east1"]) expect(own.status(id)).toBe("absent");
    expect(project.outputs("one")).toMatchObject({ releasedBy: "declaration", accountId: accounts.west });
    expect(project.outputs("three")).toMatchObject({ releasedBy: "declaration", accountId: accounts.east });

    const stop = { instanceId: "i-east2", state: "stopped" };
    program({}, { foreign: ["west", stop] });
    expect(await project.mustFail(["preview"])).toContain("i-east2 was not found in region cn-hangzhou");
    program({}, { own: ["east", { ...stop, expect: { accountId: accounts.west } }] });
    expect(await project.mustFail(["preview"])).toMatch(new RegExp(`expect\\.accountId: .*${accounts.east}`));
    program({}, { own: ["east", stop] });
    const outputs = [await project.must(["preview"]), await project.must(up), await project.must(refresh)];
    expect(own.status("i-east2")).toBe("Stopped");
    const texts = [project.stored(), output, ...outputs.map((ended) => ended.output)];
    for (const { accessKey, secretKey } of Object.values(keys)) {
      for (const text of texts) expect(text.includes(secretKey) || text.includes(accessKey)).toBe(false);
    }
    outputs.push(await project.must(destroy));
    expect(project.recorded()).toEqual({});
  });
});

describe("options: refresh: always", () => {
  it("drift, a corrected declaration, taking out and destroy all work", async () => {
    cloud.put(
      { InstanceId: "i-always1", Status: "Running" },
      { InstanceId: "i-always2", Status: "Running" },
      { InstanceId: "i-always3", Status: "Running" },
    );
    const project = await Project.open(cloud.env);
    project.write("Pulumi.yaml", "name: fleet\nruntime: nodejs\nmain: index.js\noptions:\n  refresh: always\n");
    const running = (n: number) => ({ instanceId: `i-always${n}`, state: "running" });
    project.declare({ one: running(1), two: running(2), three: running(3) });
    await project.must(up);
    await project.must(nothingLeft);
    cloud.put({ InstanceId: "i-always1", Status: "Stopped" });
    await cloud.release("i-always2");
    project.declare({ one: running(1), two: { ...running(2), state: "released" } });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StartInstance i-always1"]);
    expect(project.outputs("two")).toMatchObject({ releasedBy: "unknown" });
    await project.must([...up, "--expect-no-changes"]);
    await cloud.release("i-always1");
    await project.must(destroy);
    expect(project.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);
  });
});

describe("--target", () => {
  it("acts on the one that is named, and on no other", async () => {
    cloud.put({ InstanceId: "i-near", Status: "Running" }, { InstanceId: "i-far", Status: "Running" });
    const project = await Project.open(cloud.env);
    const declare = (state: string) =>
      project.declare({ near: { instanceId: "i-near", state }, far: { instanceId: "i-far", state } });
    declare("running");
    await project.must(up);
    declare("stopped");
    await project.must([...up, "--target", project.urn("near")]);
    expect(cloud.writes()).toEqual(["StopInstance i-near"]);
    await project.must(["destroy", "--yes", "--skip-preview", "--target", project.urn("near")]);
    expect(Object.keys(project.recorded())).toEqual(["far"]);
    expect(cloud.writes()).toEqual([]);
  });

  it("a limit may count what isn't named as well, and so refuse too much, never too little", async () => {
    cloud.put(...many("target", 2, { InstanceName: "batch", Status: "Stopped" }));
    const project = await Project.open(cloud.env);
    const ids = many("target", 2).map(({ InstanceId }) => InstanceId);
    const args = (instanceId: string) => ({ instanceId, state: "released", expect: { instanceName: "batch" } });
    project.declare(Object.fromEntries(ids.map((id) => [id, args(id)])));
    const targeted = [...up, "--target", project.urn("i-target1")];
    expect(await project.mustFail(targeted)).toContain("lifecycle:maxReleases is 1");
    project.config({ "lifecycle:maxReleases": "2" });
    await project.must(targeted);
    expect(cloud.writes()).toEqual(["DeleteInstance i-target1"]);
  });
});
