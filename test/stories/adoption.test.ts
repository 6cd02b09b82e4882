import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, up, upWithPreview } from "../rig/project";
import type { Json } from "../rig/sdk";
import { many } from "../rig/wire";

/** Stories of taking machines in: a fleet, another region, and machines that come, go and move. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open([
    ...many("fleet", 47),
    { InstanceId: "i-paid", InstanceChargeType: "PrePaid" },
    ...many("north", 2, { RegionId: "cn-beijing" }),
    ...many("machine", 2),
    ...many("lost", 3),
    { InstanceId: "i-moving", AutoReleaseTime: minutesAhead(500) },
  ]);
});
beforeEach(() => void cloud.calls());

describe("fifty machines, one of them a subscription and two in another region", () => {
  const entry = (instanceId: string, more: Json = {}): Json => ({ instanceId, state: "running", ...more });
  const fleet = many("fleet", 47).map(({ InstanceId }, index) =>
    entry(InstanceId, index < 10 ? { state: "stopped" } : {}),
  );
  const north = many("north", 2).map(({ InstanceId }) => entry(InstanceId, { regionId: "cn-beijing" }));
  const list = (subscription: Json) => ({
    "lifecycle:instances": JSON.stringify([...fleet, ...north, entry("i-paid", subscription)]),
  });

  it("a release time on the subscription stops all of it; without that, one look per region and one up", async () => {
    const project = await Project.ofRepository(cloud.env);
    project.config(list({ autoReleaseAt: minutesAhead(120) }));
    for (const command of [["preview"], upWithPreview]) {
      expect(await project.mustFail(command)).toMatch(/autoReleaseAt: i-paid is a subscription \(PrePaid\) instance/);
    }
    expect(project.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);

    project.config(list({}));
    await project.must(["preview"]);
    expect(cloud.calls()).toEqual({ writes: [], reads: ["DescribeInstances", "DescribeInstances"] });
    await project.must(up);
    expect(cloud.writes()).toEqual(
      many("fleet", 10)
        .map(({ InstanceId }) => `StopInstance ${InstanceId}`)
        .sort(),
    );
    expect(Object.keys(project.recorded())).toHaveLength(50);
    expect(project.outputs("i-north2")).toMatchObject({ status: "running", regionId: "cn-beijing" });
    await project.must(nothingLeft);
  });
});

describe("the wrong region", () => {
  it("is said in the preview; once adopted, a machine stays where it was found", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ one: { instanceId: "i-machine1", state: "running" } });
    const elsewhere = { ALICLOUD_REGION: "cn-beijing" };
    const refused = await project.run(["preview"], elsewhere);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("instanceId: i-machine1 was not found in region cn-beijing");
    await project.must(up);
    const { output } = await project.must([...nothingLeft], elsewhere);
    expect(output).toMatch(/warning: .*regionId: i-machine1 stays in cn-hangzhou, although the default is cn-beijing/);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("a machine that another resource replaces by a new one", () => {
  it("the new one is brought to the declared state, the old one is only let go", async () => {
    const project = await Project.open(cloud.env);
    const program = (id: string) =>
      project.program(`
const provider = {
  diff: async (id, olds, news) => ({ changes: olds.seed !== news.seed, replaces: olds.seed !== news.seed ? ["seed"] : [] }),
  create: async (inputs) => ({ id: inputs.seed, outs: inputs }),
};
class Machine extends pulumi.dynamic.Resource {}
const machine = new Machine(provider, "machine", { seed: "${id}" });
new InstanceLifecycle("lifecycle", { instanceId: machine.id, state: "stopped" });`);
    program("i-machine1");
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-machine1"]);
    program("i-machine2");
    const { output } = await project.must(["preview"]);
    expect(output).toMatch(/not known yet.*instanceId/);
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-machine2"]);
    expect(project.recorded().lifecycle).toMatchObject({ id: "i-machine2", outputs: { status: "stopped" } });
    expect(cloud.status("i-machine1")).toBe("Stopped");
    await project.must(nothingLeft);
  });
});

describe("a resource that gets another name, and moves into a component", () => {
  it("nothing is called, and it is still known what this resource has set", async () => {
    const at = minutesAhead(180);
    const args = { instanceId: "i-moving", state: "running", autoReleaseAt: at, onDelete: "stop" };
    const project = await Project.open(cloud.env);
    project.declare({ before: args });
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-moving"]);
    project.declare({ after: args });
    await project.must(up);
    project.program(`
const fleet = new pulumi.ComponentResource("my:index:Fleet", "fleet");
new InstanceLifecycle("inside", ${JSON.stringify(args)}, { parent: fleet });`);
    await project.must(up);
    expect(Object.keys(project.recorded())).toEqual(["inside"]);
    expect(cloud.emulator.instance("i-moving")).toMatchObject({ Status: "Running", AutoReleaseTime: at });
    expect(cloud.writes()).toEqual([]);
    // Taken out for good, it is undone.
    project.program("");
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-moving", "StopInstance i-moving"]);
  });
});

describe("a state that was lost", () => {
  it("the same program adopts the machines again, and calls nothing", async () => {
    const declared = {
      running: { instanceId: "i-lost1", state: "running" },
      stopped: { instanceId: "i-lost2", state: "stopped" },
      timed: { instanceId: "i-lost3", autoReleaseAt: minutesAhead(200) },
    };
    const before = await Project.open(cloud.env);
    before.declare(declared);
    await before.must(up);
    expect(cloud.writes()).toHaveLength(2);
    const after = await Project.open(cloud.env);
    after.declare(declared);
    await after.must(up);
    expect(cloud.writes()).toEqual([]);
    for (const name of Object.keys(declared)) {
      const { status, autoReleaseTime, serialNumber } = before.outputs(name);
      expect(after.outputs(name)).toMatchObject({ status, autoReleaseTime, serialNumber });
    }
    await after.must(nothingLeft);
  });
});
