import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { destroy, nothingLeft, Project, refresh, up } from "../rig/project";

/** Stopped, then the delete is refused for good: what was reached is recorded, and every way on works from there. */

let cloud: Cloud;
let project: Project;
const expectNamed = { expect: { instanceName: "batch" } };
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-created", Status: "Running", InstanceName: "batch" },
    { InstanceId: "i-updated", Status: "Running", InstanceName: "batch" },
  ]);
  project = await Project.open(cloud.env);
  project.config({ "lifecycle:maxReleases": "2" });
  project.declare({ updated: { instanceId: "i-updated", state: "running" } });
  await project.must(up);
  project.declare({
    created: { instanceId: "i-created", state: "released", ...expectNamed },
    updated: { instanceId: "i-updated", state: "released" },
  });
});
beforeEach(() => void cloud.calls());

describe("a release that fails half-way, in a create and in an update", () => {
  it("records what was reached, with the steps that were done, and says why", async () => {
    cloud.emulator.addFault({
      action: "DeleteInstance",
      times: "always",
      then: { code: "InvalidOperation.DeletionProtection" },
    });
    const output = await project.mustFail([...up, "--continue-on-error"]);
    expect(output).toContain("InvalidOperation.DeletionProtection");
    expect(output).not.toContain("undefined");
    for (const name of ["created", "updated"]) {
      expect(project.recorded()[name]).toMatchObject({
        id: `i-${name}`,
        initErrors: [expect.stringContaining("DeletionProtection") as string],
        outputs: { status: "stopped", lastRun: { steps: [{ call: "StopInstance" }] } },
      });
      expect(project.outputs(name)).toHaveProperty("releasedBy", null);
    }
    expect(cloud.writes()).toEqual([
      "DeleteInstance i-created InvalidOperation.DeletionProtection",
      "DeleteInstance i-updated InvalidOperation.DeletionProtection",
      "StopInstance i-created",
      "StopInstance i-updated",
    ]);
    project.save();
  });

  it("refresh works, and what is left to do is still known", async () => {
    await project.must(refresh);
    for (const name of ["created", "updated"]) {
      expect(project.outputs(name)).toMatchObject({ status: "stopped" });
      expect(project.recorded()[name]).not.toHaveProperty("initErrors");
    }
    const { output } = await project.must(["preview"]);
    expect(output).toMatch(/DeleteInstance.*CAN'T BE UNDONE/);
    expect(cloud.writes()).toEqual([]);
  });

  it("destroy works and calls nothing", async () => {
    project.restore();
    await project.must(destroy);
    expect(project.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);
  });

  it("the next up goes on from there", async () => {
    project.restore();
    cloud.emulator.clearFaults();
    await project.must(up);
    expect(cloud.writes()).toEqual(["DeleteInstance i-created", "DeleteInstance i-updated"]);
    for (const name of ["created", "updated"]) {
      expect(project.outputs(name)).toMatchObject({ state: "released", status: "released", releasedBy: "declaration" });
    }
    await project.must(nothingLeft);
  });
});

describe("a wait that runs out", () => {
  it("says what was last seen, and the next up goes on without a second stop", async () => {
    cloud.put({ InstanceId: "i-slow", Status: "Running", timings: { stopMs: 7_000 } });
    const slow = await Project.open(cloud.env);
    const stopped = { instanceId: "i-slow", state: "stopped" };
    slow.declare({ slow: { ...stopped, timeouts: { stop: "3s" } } });
    const output = await slow.mustFail(up);
    expect(output).toMatch(/i-slow is not stopped in time: last seen stopping/);
    expect(slow.outputs("slow")).toMatchObject({ status: "stopping", lastRun: { steps: [{ call: "StopInstance" }] } });
    slow.declare({ slow: stopped });
    await slow.must(up);
    expect(slow.outputs("slow")).toMatchObject({ status: "stopped" });
    expect(cloud.writes()).toEqual(["StopInstance i-slow"]);
  });
});

describe("answers that are lost", () => {
  it("are no reason to call again: it looks, and goes on from what it sees", async () => {
    cloud.put(
      { InstanceId: "i-lost", Status: "Running", InstanceName: "batch" },
      { InstanceId: "i-slowly", Status: "Stopped" },
    );
    cloud.emulator.addFault({ action: "StopInstance", instanceId: "i-lost", then: { wire: "reset-after" } });
    cloud.emulator.addFault({ action: "DeleteInstance", instanceId: "i-lost", then: { wire: "html", when: "after" } });
    cloud.emulator.addFault({ action: "StartInstance", instanceId: "i-slowly", then: { code: "Throttling.User" } });
    const lossy = await Project.open(cloud.env);
    lossy.declare({
      lost: { instanceId: "i-lost", state: "released", ...expectNamed },
      slowly: { instanceId: "i-slowly", state: "running" },
    });
    await lossy.must(up);
    expect(cloud.writes()).toEqual([
      "DeleteInstance i-lost wire:html:after",
      "StartInstance i-slowly",
      "StartInstance i-slowly Throttling.User",
      "StopInstance i-lost wire:reset-after",
    ]);
    expect(lossy.outputs("lost")).toMatchObject({ status: "released", releasedBy: "declaration" });
    expect(lossy.outputs("slowly")).toMatchObject({ status: "running" });
    await lossy.must(nothingLeft);
  });
});
