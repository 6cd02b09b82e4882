import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { destroy, Project, up } from "../rig/project";

/** Names that nobody knows and values that nobody can read are refused in preview and up, before anything is called. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([{ InstanceId: "i-t00", Status: "Running", InstanceName: "t0" }]);
  project = await Project.open(cloud.env);
});
afterEach(() => {
  project.config({});
});

const release = `{ instanceId: "i-t00", state: "released", expect: { instanceName: "t0" } }`;

async function refused(command: readonly string[] = up, of: Project = project): Promise<string> {
  const output = await of.mustFail(command);
  expect(output).not.toMatch(/^\s+at /m);
  return output;
}

describe("nothing is called for", () => {
  afterEach(() => {
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("settings that are unknown or can't be read, all at once, with the nearest right name", async () => {
    project.config({ "lifecycle:readonly": "true", "lifecycle:maxRelease": "0", "lifecycle:maxStops": "-1" });
    project.program(`new InstanceLifecycle("r", ${release});`);
    for (const command of [["preview"], up]) {
      const output = await refused(command);
      expect(output).toContain("lifecycle:readonly: is not a setting; did you mean lifecycle:readOnly?");
      expect(output).toContain("lifecycle:maxRelease: is not a setting; did you mean lifecycle:maxReleases?");
      expect(output).toMatch(/lifecycle:maxStops: must be a whole number .* not "-1"/);
    }
  });

  it("a wrong limit although nothing is to be done", async () => {
    project.config({ "lifecycle:maxStops": "abc" });
    project.program(`new InstanceLifecycle("r", { instanceId: "i-t00", state: "running" });`);
    expect(await refused(["preview"])).toMatch(/lifecycle:maxStops: must be a whole number .* not "abc"/);
  });

  it("unknown arguments of LifecycleProvider", async () => {
    project.program(`const { LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const provider = new LifecycleProvider("q", { region: "cn-hangzhou", readonly: true, maxRelease: 0 });
new InstanceLifecycle("r", ${release}, { provider });`);
    const output = await refused();
    expect(output).toContain("readonly: is not an argument of LifecycleProvider; did you mean readOnly?");
    expect(output).toContain("maxRelease: is not an argument of LifecycleProvider; did you mean maxReleases?");
  });

  it("several unknown arguments of a resource, at once", async () => {
    project.program(
      `new InstanceLifecycle("r", { instanceId: "i-t00", foo: 1, stateOf: 3, stop: { mod: "x", forced: true } });`,
    );
    const output = await refused(["preview"]);
    expect(output).toMatch(/foo: is not an argument; there are: instanceId, /);
    expect(output).toContain("stateOf: is not an argument; did you mean state?");
    expect(output).toContain("stop.mod: is not an argument of stop; did you mean mode?");
    expect(output).toContain("stop.forced: is not an argument of stop; did you mean force?");
  });
});

it("a misspelt region is refused at the resource, in preview and up, and that of a selection too", async () => {
  project.program(`new InstanceLifecycle("r", { instanceId: "i-t00", regionId: "cn-hangzou", state: "stopped" });`);
  for (const command of [["preview"], up]) {
    const output = await refused(command);
    expect(output).toContain('regionId: "cn-hangzou" is no region of ECS; correct it');
    expect(output).not.toMatch(/not verified|could not be looked at/);
  }
  project.program(`const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new FleetLifecycle("f", { select: { tags: { env: "dev" } }, regionId: "cn-shangai", state: "stopped" });`);
  expect(await refused(["preview"])).toContain('regionId: "cn-shangai" is no region of ECS; correct it');
  expect(cloud.writes()).toEqual([]);
});

it("a setting that is misspelt since the last up stops no machine that is taken out, in an up and in a destroy", async () => {
  project.program(`new InstanceLifecycle("r", { instanceId: "i-t00", state: "running", onDelete: "stop" });`);
  await project.must(up);
  void cloud.calls();
  project.config({ "lifecycle:readonly": "true" });
  project.program("");
  for (const command of [up, destroy]) {
    expect(await refused(command)).toContain("lifecycle:readonly: is not a setting; did you mean lifecycle:readOnly?");
    expect(cloud.writes()).toEqual([]);
  }
  project.config({});
  await project.must(up);
  expect(cloud.writes()).toEqual(["StopInstance i-t00"]);
});

describe("the root project's lists", () => {
  let root: Project;
  beforeAll(async () => {
    root = await Project.ofRepository(cloud.env);
    void cloud.calls();
  });
  afterEach(() => {
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  /** As a person writes it, so that YAML makes of it what it makes of it. */
  function yaml(text: string): void {
    root.config({});
    const file = join(root.dir, "Pulumi.dev.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}config:\n${text}\n`);
  }

  it.each([
    [
      "an object",
      "  lifecycle:instances:\n    instanceId: i-t00",
      [/lifecycle:instances: must be a list; begin each entry with "- "/],
    ],
    ["a text", "  lifecycle:fleets: i-t00", [/lifecycle:fleets: must be a list; begin each entry with "- "/]],
    [
      "an empty entry",
      "  lifecycle:instances:\n    - instanceId: i-t00\n    -",
      [/lifecycle:instances\[1\]: must be an object that begins with instanceId/],
    ],
    [
      "a misspelt id",
      "  lifecycle:instances:\n    - instanceID: i-t00\n      state: stopped",
      [/instanceID: is not an argument; did you mean instanceId\?/],
    ],
    [
      "what YAML made of a text",
      "  lifecycle:instances:\n    - instanceId: i-t00\n      autoReleaseAt: 2026-12-01T20:00:00+08:00\n      expect: { accountId: 1000000000000001 }",
      [
        /autoReleaseAt: has no quotes, so YAML has made "2026-12-01 20:00:00 .*" of it; put the time in quotes/,
        /expect\.accountId: must be a text of digits, not a number; put it in quotes/,
      ],
    ],
  ])("%s", async (_name: string, text: string, says: readonly RegExp[]) => {
    yaml(text);
    const output = await refused(["preview"], root);
    for (const one of says) expect(output).toMatch(one);
  });
});
