import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { until } from "../rig/process";
import { destroy, nothingLeft, Project, refresh, up } from "../rig/project";

/** Stories of several hands on one machine: two stacks, two runs at once, two versions of the package. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

describe("two stacks that declare the same machine", () => {
  it("each shows what the other has changed, corrects it, and counts how often in a row", async () => {
    cloud.put({ InstanceId: "i-both" });
    const day = await Project.open(cloud.env);
    const night = await Project.open(cloud.env);
    day.declare({ both: { instanceId: "i-both", state: "running" } });
    night.declare({ both: { instanceId: "i-both", state: "stopped" } });
    await day.must(up);
    await night.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-both"]);
    expect((await day.must(["preview"])).output).toMatch(/StartInstance: declared running, observed stopped/);
    for (const corrections of [1, 2]) {
      await day.must(up);
      await night.must(up);
      expect(day.outputs("both")).toMatchObject({ status: "running", lastRun: { corrections } });
      expect(night.outputs("both")).toMatchObject({ status: "stopped", lastRun: { corrections } });
    }
    expect(cloud.writes()).toEqual([
      "StartInstance i-both",
      "StartInstance i-both",
      "StopInstance i-both",
      "StopInstance i-both",
    ]);
  });

  it("and want the same at the same moment: both succeed", async () => {
    cloud.put({ InstanceId: "i-same", timings: { stopMs: 1_500 } });
    const projects = await Promise.all([Project.open(cloud.env), Project.open(cloud.env)]);
    for (const project of projects) project.declare({ same: { instanceId: "i-same", state: "stopped" } });
    await Promise.all(projects.map((project) => project.must(up)));
    for (const project of projects) expect(project.outputs("same")).toMatchObject({ status: "stopped" });
    const stops = cloud.callsAbout("i-same").filter(({ action, code }) => action === "StopInstance" && code === null);
    expect(stops).toHaveLength(1);
  });
});

describe("two ups of one stack at once", () => {
  it("the second is refused by the lock and calls nothing; the first ends well", async () => {
    cloud.put({ InstanceId: "i-locked", timings: { stopMs: 8_000 } });
    const project = await Project.open(cloud.env);
    project.declare({ locked: { instanceId: "i-locked", state: "stopped" } });
    const first = project.start(up);
    await until("the stop", () => cloud.status("i-locked") === "Stopping", 60_000);
    expect(await project.mustFail(up)).toMatch(/lock/);
    expect((await first.ended).code).toBe(0);
    expect(cloud.writes()).toEqual(["StopInstance i-locked"]);
    expect(project.outputs("locked")).toMatchObject({ status: "stopped" });
  });
});

describe("another version of the package", () => {
  const running = { instanceId: "i-version", state: "running" };
  let project: Project;
  beforeAll(async () => {
    cloud.put({ InstanceId: "i-version" });
    project = await Project.open(cloud.env);
    project.declare({ version: running });
    await project.must(up);
  });

  it("after an upgrade, state that an older one has written works as it is", async () => {
    // What the first version did not record yet.
    const missing = Object.fromEntries(
      ["snapshotIds", "observedDrift", "autoReleaseFixedAt", "ownReleaseTime"].map((name) => [name, undefined]),
    );
    project.rewriteOutputs("version", { ...missing, lastRun: undefined });
    await project.must(nothingLeft);
    await project.must(refresh);
    project.declare({ version: { ...running, state: "stopped" } });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-version"]);
  });

  it("after a downgrade, state of the newer one is refused by name and kept as it is", async () => {
    project.rewriteOutputs("version", { schemaVersion: 99 });
    project.declare({ version: running });
    for (const command of [["preview"], up, refresh, destroy]) {
      const output = await project.mustFail(command);
      expect(output).toMatch(/i-version has schemaVersion 99.*upgrade/);
      // In plain words, without our own call stack.
      expect(output).not.toMatch(/^.* at \w+.*outputs\.js/m);
    }
    expect(project.outputs("version")).toMatchObject({ schemaVersion: 99, state: "stopped" });
    expect(cloud.writes()).toEqual([]);
  });
});
