import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { destroy, nothingLeft, Project, refresh, up } from "../rig/project";
import type { Json } from "../rig/sdk";

/** Stories of machines that go, that must not go, and of resources that are taken out. */

const at = minutesAhead(120);
const unreachable = {
  ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:1",
  ALICLOUD_ACCESS_KEY: "",
  ALICLOUD_SECRET_KEY: "",
};

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

async function adopted(declared: Record<string, Json>): Promise<Project> {
  const project = await Project.open(cloud.env);
  project.declare(declared);
  await project.must(up);
  cloud.calls();
  return project;
}

describe("a release by pull request", () => {
  it("the preview reports what is lost, the merge releases, and the run after that is clean", async () => {
    cloud.put(
      { InstanceId: "i-web", InstanceName: "web" },
      { InstanceId: "i-old", InstanceName: "old-batch", InstanceType: "ecs.g7.large", Tags: { team: "night" } },
    );
    const web = { instanceId: "i-web", state: "running" };
    const old = { instanceId: "i-old", state: "running" };
    const project = await adopted({ web, old });
    project.declare({ web, old: { ...old, state: "released" } });
    const { output } = await project.must(["preview", "--diff"]);
    expect(output).toMatch(/StopInstance[\s\S]*DeleteInstance \(CAN'T BE UNDONE\)/);
    expect(output).toMatch(
      /lost for ever: i-old, name old-batch, type ecs\.g7\.large, tags team=night.*system disk d-/,
    );
    expect(output).toMatch(/stays and keeps costing: nothing/);
    expect(cloud.writes()).toEqual([]);
    await project.must(up);
    expect(cloud.calls().writes).toEqual(["StopInstance i-old", "DeleteInstance i-old"]);
    expect(project.outputs("old")).toMatchObject({ status: "released", releasedBy: "declaration" });
    await project.must([...up, "--expect-no-changes"]);
    await project.must([...refresh, "--expect-no-changes"]);
    // Final: it isn't even asked for any more.
    expect(cloud.callsAbout("i-old").filter(({ action }) => action !== "DescribeInstances")).toEqual([]);
  });
});

describe("a release time that has to be cancelled in a hurry", () => {
  const doomed = { instanceId: "i-doomed", autoReleaseAt: at };
  const saved = { instanceId: "i-doomed", autoReleaseAt: "never" };

  it("while a neighbour is refused: --target gets through", async () => {
    cloud.put({ InstanceId: "i-doomed" }, { InstanceId: "i-broken" });
    const broken = { instanceId: "i-broken", state: "running" };
    const project = await adopted({ doomed, broken });
    await cloud.release("i-broken");
    project.declare({ doomed: saved, broken });
    await project.mustFail(["preview"]);
    await project.must([...up, "--target", project.urn("doomed")]);
    expect(cloud.emulator.instance("i-doomed")).toMatchObject({ AutoReleaseTime: "" });
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-doomed"]);
  });

  it("while a neighbour's calls fail: --continue-on-error gets through", async () => {
    cloud.put({ InstanceId: "i-stuck" });
    cloud.emulator.addFault({
      action: "StopInstance",
      instanceId: "i-stuck",
      then: { code: "Forbidden.RAM", status: 403 },
    });
    const project = await adopted({ stuck: { instanceId: "i-stuck", state: "running" }, doomed });
    project.declare({ stuck: { instanceId: "i-stuck", state: "stopped" }, doomed: saved });
    expect(await project.mustFail([...up, "--continue-on-error"])).toContain("Forbidden.RAM");
    expect(cloud.emulator.instance("i-doomed")).toMatchObject({ AutoReleaseTime: "" });
    expect(project.outputs("doomed")).toHaveProperty("autoReleaseTime", null);
  });
});

describe("a release time over the weekend", () => {
  it("on Monday the machine is gone: no change, recorded as the timer's, and taking it out calls nothing", async () => {
    const own = await Cloud.open([{ InstanceId: "i-weekend" }, { InstanceId: "i-kept" }]);
    const project = await Project.open(own.env);
    const kept = { instanceId: "i-kept", state: "running" };
    project.declare({
      weekend: { instanceId: "i-weekend", state: "running", autoReleaseAt: minutesAhead(36 * 60) },
      kept,
    });
    await project.must(up);
    expect(own.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-weekend"]);
    own.emulator.advance(60 * 60 * 60_000);
    expect(own.status("i-weekend")).toBe("absent");
    await project.must(nothingLeft);
    await project.must([...up, "--refresh", "--expect-no-changes"]);
    expect(project.outputs("weekend")).toMatchObject({ status: "released", releasedBy: "timer" });
    project.declare({ kept });
    await project.must(up);
    expect(Object.keys(project.recorded())).toEqual(["kept"]);
    expect(own.writes()).toEqual([]);
  });
});

describe("onDelete changed and the resource removed in one commit", () => {
  it("what the last up recorded counts, until an up has recorded another", async () => {
    cloud.put({ InstanceId: "i-commit1" }, { InstanceId: "i-commit2" });
    const one = { instanceId: "i-commit1", state: "running", autoReleaseAt: at, onDelete: "retainTimer" };
    const two = { instanceId: "i-commit2", state: "running", onDelete: "stop" };
    const project = await adopted({ one, two });
    // The commit that changes `one` to "stop" and `two` to "retain" also takes both out.
    project.declare({});
    const { output } = await project.must(up);
    expect(output).toMatch(new RegExp(`i-commit1 .*will still be released at ${at}`));
    expect(cloud.writes()).toEqual(["StopInstance i-commit2"]);
    expect(cloud.emulator.instance("i-commit1")).toMatchObject({ Status: "Running", AutoReleaseTime: at });

    cloud.put({ InstanceId: "i-commit2", Status: "Running" });
    project.declare({ two });
    await project.must(up);
    project.declare({ two: { ...two, onDelete: "retain" } });
    await project.must(up);
    project.declare({});
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
    expect(cloud.status("i-commit2")).toBe("Running");
  });
});

describe("destroy without network and keys", () => {
  it("works where there is nothing to cancel or stop, also of a machine that is released", async () => {
    cloud.put({ InstanceId: "i-quiet" }, { InstanceId: "i-gone", InstanceName: "batch", Status: "Stopped" });
    const project = await adopted({
      quiet: { instanceId: "i-quiet", state: "running" },
      gone: { instanceId: "i-gone", state: "released", expect: { instanceName: "batch" } },
    });
    await project.must(destroy, unreachable);
    expect(project.recorded()).toEqual({});
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });
});
