import { beforeAll, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, upWithPreview } from "../rig/project";

/** This repository as a Pulumi project: `lifecycle:instances` and `lifecycle:fleets` in the stack's configuration, no program to write. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-web", Status: "Running" },
    { InstanceId: "i-batch", Status: "Running" },
    { InstanceId: "i-dev1", InstanceName: "dev-1", Status: "Running", Tags: { env: "dev" } },
    { InstanceId: "i-dev2", InstanceName: "dev-2", Status: "Running", Tags: { env: "dev" } },
  ]);
  project = await Project.ofRepository(cloud.env);
});

it("applies what is listed, under the instance's id or the name that is given", async () => {
  const at = minutesAhead(90);
  project.config({
    "lifecycle:instances": JSON.stringify([
      { instanceId: "i-web", state: "stopped" },
      { name: "nightly", instanceId: "i-batch", autoReleaseAt: at },
    ]),
  });
  await project.must(upWithPreview);
  expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-batch", "StopInstance i-web"]);
  expect(project.outputs("i-web")).toMatchObject({ status: "stopped" });
  expect(project.outputs("nightly")).toMatchObject({ instanceId: "i-batch", autoReleaseTime: at });
  await project.must(nothingLeft);
});

it("refuses a misspelt argument by name", async () => {
  project.config({ "lifecycle:instances": JSON.stringify([{ instanceId: "i-web", status: "running" }]) });
  expect(await project.mustFail(["preview"])).toMatch(/status: is not an argument/);
  expect(cloud.writes()).toEqual([]);
});

it("applies fleets beside instances, and says what each is", async () => {
  project.config({
    "lifecycle:instances": JSON.stringify([{ instanceId: "i-web", state: "stopped" }]),
    "lifecycle:fleets": JSON.stringify([
      { name: "dev", select: { tags: { env: "dev" }, instanceName: "dev-*" }, state: "stopped" },
    ]),
  });
  const { output } = await project.must(upWithPreview);
  expect(output).toMatch(/fleets: \{[^}]*dev: \{[^}]*i-dev1: "stopped"[^}]*i-dev2: "stopped"/);
  for (const id of ["i-dev1", "i-dev2"]) expect(cloud.status(id)).toBe("Stopped");
  expect(Object.keys(project.recorded())).toEqual(["i-web"]);
  expect(Object.keys(project.members()).sort()).toEqual(["i-dev1", "i-dev2"]);
  await project.must(nothingLeft);
});

it("a fleet needs a name, and nothing is forgotten for want of one", async () => {
  project.config({ "lifecycle:fleets": JSON.stringify([{ instanceIds: ["i-dev1"] }]) });
  expect(await project.mustFail(upWithPreview)).toContain("lifecycle:fleets[0].name: is required");
  expect(Object.keys(project.recorded())).toEqual(["i-web"]);
  expect(Object.keys(project.members()).sort()).toEqual(["i-dev1", "i-dev2"]);
});
