import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";

/** Pulumi's own options: what each does to a machine, and which are refused. docs/pulumi-options.md has a row for each. */

const at = minutesAhead(180);

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.put({ InstanceId: "i-opt", Status: "Running", InstanceName: "opt", AutoReleaseTime: "" });
  project = await Project.open(cloud.env);
  void cloud.calls();
});

const kept = /would keep the provider from being asked when the resource is taken out/;

describe("what can't be honoured is refused in one line, and nothing is called", () => {
  it.each([
    ["import", '{ import: "i-opt" }', "", /"w": import: declaring is adopting/],
    ["id", '{ id: "i-opt" }', "", /"w": id: would only read the resource/],
    ["customTimeouts", '{ customTimeouts: { create: "1h" } }', "", /"w": customTimeouts: .* declare timeouts/],
    ["retainOnDelete with a release time", "{ retainOnDelete: true }", `autoReleaseAt: "${at}"`, kept],
    ["retainOnDelete with a time to live", "{ retainOnDelete: true }", 'autoReleaseAfter: "8h"', kept],
    ["retainOnDelete with onDelete stop", "{ retainOnDelete: true }", 'onDelete: "stop"', kept],
    ["ignoreChanges of everything", '{ ignoreChanges: ["*"] }', "", /"w": ignoreChanges: .* name the arguments/],
    ["deletedWith with a release time", "{ deletedWith: other }", `autoReleaseAt: "${at}"`, kept],
  ])("%s", async (_, options, argument, reason) => {
    project.program(`const other = new pulumi.ComponentResource("my:index:Other", "other");
new InstanceLifecycle("w", { instanceId: "i-opt", state: "stopped", ${argument} }, ${options});`);
    const output = await project.mustFail(up);
    expect(output).toMatch(reason);
    expect(output).not.toContain("    at ");
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });

  it("also on a fleet, and where a transformation adds it", async () => {
    project.program(`const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new FleetLifecycle("f", { instanceIds: ["i-opt"], autoReleaseAfter: "8h" }, { retainOnDelete: true });`);
    expect(await project.mustFail(up)).toMatch(/FleetLifecycle "f": retainOnDelete: /);
    project.program(`pulumi.runtime.registerStackTransformation((a) => ({ props: a.props, opts: { ...a.opts, retainOnDelete: true } }));
new InstanceLifecycle("w", { instanceId: "i-opt", autoReleaseAfter: "8h" });`);
    expect(await project.mustFail(up)).toMatch(kept);
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });
});

describe("a fleet, whose members are in a resource of their own,", () => {
  const fleet = `const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");\n`;

  it.each([
    [
      "an argument that begins like one of ours",
      `{ instanceIds: ["i-opt"], state: "stopped", __run: 1 }`,
      "{}",
      /__run: is not an argument/,
    ],
    [
      "an argument with a name of ours",
      `{ instanceIds: ["i-opt"], state: "stopped", __fleet: 1 }`,
      "{}",
      /__fleet: is not an argument/,
    ],
    [
      "ignoreChanges",
      `{ instanceIds: ["i-opt"], state: "stopped" }`,
      `{ ignoreChanges: ["state"] }`,
      /FleetLifecycle "f": ignoreChanges: does not reach/,
    ],
  ])("refuses %s", async (_, args, options, reason) => {
    project.program(`${fleet}new FleetLifecycle("f", ${args}, ${options});`);
    expect(await project.mustFail(up)).toMatch(reason);
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });

  it("refuses what a transformation adds to its members alone", async () => {
    project.program(`${fleet}pulumi.runtime.registerStackTransformation((a) =>
  a.type.endsWith("FleetMembers") ? { props: a.props, opts: { ...a.opts, retainOnDelete: true } } : undefined);
new FleetLifecycle("f", { instanceIds: ["i-opt"], autoReleaseAfter: "8h" });`);
    expect(await project.mustFail(up)).toMatch(/FleetLifecycle "f": retainOnDelete: /);
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });

  it("in a component with retainOnDelete loses its release time when it is taken out", async () => {
    project.program(`${fleet}const parent = new pulumi.ComponentResource("my:index:Team", "team", {}, { retainOnDelete: true });
new FleetLifecycle("f", { instanceIds: ["i-opt"], autoReleaseAt: "${at}" }, { parent });`);
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-opt"]);
    project.program("");
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-opt"]);
    expect(cloud.emulator.instance("i-opt")?.AutoReleaseTime).toBe("");
  });
});

describe("retainOnDelete", () => {
  it("is taken where nothing is lost: retainTimer, or nothing to cancel or stop; and the machine is left alone", async () => {
    project.program(`
new InstanceLifecycle("w", { instanceId: "i-opt", autoReleaseAt: "${at}", onDelete: "retainTimer" }, { retainOnDelete: true });`);
    await project.must(up);
    void cloud.calls();
    project.program("");
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
    expect(cloud.emulator.instance("i-opt")?.AutoReleaseTime).toBe(at);
  });

  it("of a component doesn't keep a release time of ours in force", async () => {
    project.program(`const parent = new pulumi.ComponentResource("my:index:Team", "team", {}, { retainOnDelete: true });
new InstanceLifecycle("w", { instanceId: "i-opt", autoReleaseAt: "${at}" }, { parent });`);
    await project.must(up);
    void cloud.calls();
    project.program("");
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-opt"]);
    expect(cloud.emulator.instance("i-opt")?.AutoReleaseTime).toBe("");
  });
});

it("options that a transform changes are seen by nobody: its retainOnDelete keeps a release time in force", async () => {
  project.program(`pulumi.runtime.registerResourceTransform(async (a) => ({ props: a.props, opts: { ...a.opts, retainOnDelete: true } }));
new InstanceLifecycle("w", { instanceId: "i-opt", autoReleaseAt: "${at}" });`);
  await project.must(up);
  void cloud.calls();
  project.program("");
  await project.must(up);
  expect(cloud.writes()).toEqual([]);
  expect(cloud.emulator.instance("i-opt")?.AutoReleaseTime).toBe(at);
});

describe("protect", () => {
  it("keeps the resource in the state and has no say over what is declared for the machine", async () => {
    project.program(`new InstanceLifecycle("w", { instanceId: "i-opt", state: "stopped" }, { protect: true });`);
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-opt"]);
    project.program("");
    expect(await project.mustFail(up)).toMatch(/protect/);
    expect(cloud.writes()).toEqual([]);
  });
});
