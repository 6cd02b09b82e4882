import { beforeAll, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, upWithPreview } from "../rig/project";

/** This repository as a Pulumi project: `lifecycle:instances` in the stack's configuration, no program to write. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-web", Status: "Running" },
    { InstanceId: "i-batch", Status: "Running" },
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
