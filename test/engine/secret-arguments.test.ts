import { beforeAll, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, refresh, up } from "../rig/project";

/** Arguments of a fleet that the program has as secrets are in no file of the state in clear, also where a member lags behind. */

const canary = "canary0cc175b9c0f1b6a831c399e269772661";

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  const machine = (id: string) => ({
    InstanceId: id,
    InstanceName: id,
    Status: "Running" as const,
    Tags: { owner: canary },
  });
  cloud = await Cloud.open([machine("i-one"), machine("i-two")]);
  project = await Project.open(cloud.env);
});

function declare(state: string): void {
  project.program(`
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new FleetLifecycle("team", {
  instanceIds: ["i-one", "i-two"],
  state: "${state}",
  expect: pulumi.secret({ tags: { owner: "${canary}" } }),
});`);
}

describe("a fleet's secret arguments", () => {
  it("are encrypted in what is recorded of it and of its members", async () => {
    declare("running");
    for (const command of [up, refresh, nothingLeft]) await project.must(command);
    expect(project.stored()).not.toContain(canary);
    expect(project.stored()).toContain("i-two");
    const { stdout } = await project.must(["stack", "export", "--show-secrets"]);
    expect(stdout).toContain(canary);
  });

  it("so are those that a member keeps because it has not reached what is declared since", async () => {
    cloud.put({ InstanceId: "i-two", OperationLocks: ["security"] });
    declare("stopped");
    const output = await project.mustFail(up);
    expect(output).toMatch(/i-two.*security/);
    expect(cloud.writes()).toEqual(["StopInstance i-one"]);
    expect(project.members()["i-two"]).toMatchObject({ of: 0, status: "running" });
    expect(project.stored()).not.toContain(canary);
    cloud.put({ InstanceId: "i-two", OperationLocks: [] });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-two"]);
    await project.must(nothingLeft);
  });
});
