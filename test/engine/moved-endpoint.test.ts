import { beforeAll, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { Project } from "../rig/project";

/** A refresh uses the configuration that the last `up` recorded: what happens when that leads nowhere any more. */

const machine = {
  InstanceId: "i-moved",
  Status: "Running",
  SerialNumber: "serial",
  CreationTime: "2026-01-01T00:00:00Z",
} as const;

let before: Cloud;
let after: Cloud;
let project: Project;
const at = (cloud: Cloud) => ({ "alicloud:endpoints": JSON.stringify({ ecs: cloud.emulator.endpoint }) });

beforeAll(async () => {
  before = await Cloud.open([machine]);
  after = await Cloud.open([machine]);
  // The endpoint comes from the configuration only; keys and region from the environment.
  project = await Project.open({ ...before.env, ALIBABA_CLOUD_ENDPOINT_ECS: "" });
  project.declare({ moved: { instanceId: "i-moved", state: "stopped" } });
  project.config(at(before));
  await project.must(["up", "--yes", "--skip-preview"]);
  expect(before.writes()).toEqual(["StopInstance i-moved"]);
  await before.emulator.stop();
  project.config(at(after));
});

it("a refresh that asks the recorded endpoint fails, and says how to go on", async () => {
  const output = await project.mustFail(["refresh", "--yes"]);
  expect(output).toMatch(/could not look at i-moved: .*--run-program.*--refresh=false/);
  expect(after.calls()).toEqual({ reads: [], writes: [] });
});

it("with --run-program it asks today's endpoint, and then an up goes on there", async () => {
  await project.must(["refresh", "--yes", "--run-program"]);
  expect(after.writes()).toEqual([]);
  expect(project.outputs("moved").status).toBe("running");
  await project.must(["up", "--yes", "--skip-preview"]);
  expect(after.writes()).toEqual(["StopInstance i-moved"]);
  await project.must(["refresh", "--yes"]);
  expect(project.outputs("moved").status).toBe("stopped");
});
