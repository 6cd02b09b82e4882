import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";
import type { Json } from "../rig/sdk";
import { many } from "../rig/wire";

/** Each limit once, by the settings that are on by default: refused in the preview and in an up without one. guards.test.ts has the rest. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open();
  project = await Project.open(cloud.env);
});
beforeEach(() => {
  project.config({});
  cloud.calls();
});

async function expectRefused(ids: readonly string[], args: Json, reason: RegExp): Promise<void> {
  project.declare(Object.fromEntries(ids.map((instanceId) => [instanceId, { instanceId, ...args }])));
  for (const command of [["preview"], up]) {
    expect(await project.mustFail(command)).toMatch(reason);
  }
  expect(cloud.writes()).toEqual([]);
  for (const id of ids) expect(project.recorded()).not.toHaveProperty(id);
}

function put(prefix: string, count: number): readonly string[] {
  const instances = many(prefix, count, { InstanceName: prefix, Status: "Running" });
  cloud.put(...instances);
  return instances.map(({ InstanceId }) => InstanceId);
}

describe("refused as a whole", () => {
  it("two releases in one run", async () => {
    const release = { state: "released", expect: { instanceName: "gone" } };
    await expectRefused(put("gone", 2), release, /lifecycle:maxReleases is 1/);
  });

  it("eleven new release times", async () => {
    await expectRefused(put("timed", 11), { autoReleaseAt: minutesAhead(120) }, /lifecycle:maxReleaseTimes is 10/);
  });

  it("six first stops", async () => {
    await expectRefused(put("stop", 6), { state: "stopped" }, /6 instances are due to be stopped, more than 5/);
  });

  it("any write where lifecycle:readOnly is set", async () => {
    project.config({ "lifecycle:readOnly": "true" });
    await expectRefused(put("read", 1), { state: "stopped" }, /lifecycle:readOnly/);
  });
});
