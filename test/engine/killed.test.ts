import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { adopt, descendantsOf, isAlive, until } from "../rig/process";
import { nothingLeft, Project, up } from "../rig/project";

/** Runs that are cut short while a stop takes its time. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("kill -9 of the CLI", () => {
  it("the orphaned provider releases nothing; after pulumi cancel the next up goes on from what is there", async () => {
    cloud.put({ InstanceId: "i-killed", Status: "Running", InstanceName: "batch", timings: { stopMs: 4_000 } });
    const project = await Project.open(cloud.env);
    project.declare({ killed: { instanceId: "i-killed", state: "released", expect: { instanceName: "batch" } } });
    const running = project.start(up);
    await until("the stop", () => cloud.status("i-killed") === "Stopping");
    const orphans = descendantsOf(running.pid);
    for (const pid of orphans) adopt(pid);
    running.signal("SIGKILL");
    await until("the end of the stop", () => cloud.status("i-killed") === "Stopped");
    // Long enough for the provider's next look and the call that would follow it.
    await pause(4_000);
    expect(cloud.writes()).toEqual(["StopInstance i-killed"]);
    expect(cloud.status("i-killed")).toBe("Stopped");
    expect(orphans.some(isAlive), "a provider outlived the CLI, so it was asked").toBe(true);

    await project.must(["cancel", "--yes"]);
    await project.must(up);
    expect(cloud.writes()).toEqual(["DeleteInstance i-killed"]);
    expect(project.outputs("killed")).toMatchObject({ status: "released", releasedBy: "declaration" });
    await project.must(nothingLeft);
  });
});

describe("Ctrl-C, once", () => {
  it("the running call finishes and is recorded; the rerun has nothing to do", async () => {
    cloud.put({ InstanceId: "i-stopped", Status: "Running", timings: { stopMs: 3_000 } });
    const project = await Project.open(cloud.env);
    project.declare({ stopped: { instanceId: "i-stopped", state: "stopped" } });
    const running = project.start(up);
    await until("the stop", () => cloud.status("i-stopped") === "Stopping");
    running.interrupt();
    const { code } = await running.ended;
    expect(code).not.toBe(0);
    expect(project.outputs("stopped")).toMatchObject({ status: "stopped" });
    await project.must([...up, "--expect-no-changes"]);
    expect(cloud.writes()).toEqual(["StopInstance i-stopped"]);
  });
});
