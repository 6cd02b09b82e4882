import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";

/**
 * What the program writes and what reaches the check may be two things: a transformation, a transform, `ignoreChanges`. What
 * is judged has to be what is done.
 */

const ids = Array.from({ length: 14 }, (_, index) => `i-w${String(index).padStart(2, "0")}`);
const instances: InstanceFields[] = ids.map((id) => ({ InstanceId: id, Status: "Running", InstanceName: `n-${id}` }));

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(instances);
});
beforeEach(async () => {
  project = await Project.open(cloud.env);
  void cloud.calls();
});

/** Refused in a preview and in an update, for the same reason; and nothing is written. */
async function refused(reason: RegExp): Promise<void> {
  expect(await project.mustFail(["preview"])).toMatch(reason);
  expect(await project.mustFail([...up, "--continue-on-error"])).toMatch(reason);
  expect(cloud.writes()).toEqual([]);
}

describe("ignoreChanges", () => {
  it("on instanceId: the machine that was looked at is not the recorded one, so nothing is released", async () => {
    project.program(`new InstanceLifecycle("w", { instanceId: "i-w00", state: "running" });`);
    await project.must(up);
    project.program(
      `new InstanceLifecycle("w", { instanceId: "i-w01", state: "released" }, { ignoreChanges: ["instanceId"] });`,
    );
    await refused(/instanceId: .*i-w01.*i-w00/);
    expect([cloud.status("i-w00"), cloud.status("i-w01")]).toEqual(["Running", "Running"]);
  });

  it("on state: what is recorded counts, for the limits and for what is done", async () => {
    const declare = (state: string) =>
      project.program(`
for (const id of ["i-w00", "i-w01"]) new InstanceLifecycle(id, { instanceId: id, state: "${state}", expect: { instanceName: "n-" + id } }, { ignoreChanges: ["state"] });`);
    declare("running");
    await project.must(up);
    declare("released");
    await project.must(["preview", "--expect-no-changes"]);
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
  });

  it("on state, of new resources: nothing is ignored, so the limit counts them", async () => {
    project.program(`
for (const id of ["i-w00", "i-w01"]) new InstanceLifecycle(id, { instanceId: id, state: "released", expect: { instanceName: "n-" + id } }, { ignoreChanges: ["state"] });`);
    await refused(/lifecycle:maxReleases is 1, so none is/);
  });

  it("on a schedule: the recorded one and the state that is made of the written one don't fit together", async () => {
    const always = (from: string) => `{ zone: "Asia/Shanghai", running: [{ from: "${from}", to: "24:00" }] }`;
    project.program(`new InstanceLifecycle("w", { instanceId: "i-w00", schedule: ${always("00:00")} });`);
    await project.must(up);
    project.program(
      `new InstanceLifecycle("w", { instanceId: "i-w00", schedule: ${always("08:00")} }, { ignoreChanges: ["schedule"] });`,
    );
    await refused(/schedule: /);
  });
});

describe("a transformation of the stack", () => {
  const transformation = (props: string) => `
pulumi.runtime.registerStackTransformation((a) => a.type.includes("InstanceLifecycle") ? { props: { ...a.props, ${props} }, opts: a.opts } : undefined);`;

  it("released: counted as if it was written", async () => {
    project.program(`${transformation('state: "released"')}
for (const id of ["i-w00", "i-w01"]) new InstanceLifecycle(id, { instanceId: id, expect: { instanceName: "n-" + id } });`);
    await refused(/state: 2 instances are due for release and lifecycle:maxReleases is 1, so none is/);
  });

  it("stopped, for more than a first adoption may stop", async () => {
    project.program(`${transformation('state: "stopped"')}
for (const id of ${JSON.stringify(ids.slice(0, 12))}) new InstanceLifecycle(id, { instanceId: id });`);
    await refused(/state: 12 instances are due to be stopped, more than 5/);
  });

  it("a time to live, for more than may get one", async () => {
    project.program(`${transformation('autoReleaseAfter: "8h"')}
for (const id of ${JSON.stringify(ids.slice(0, 12))}) new InstanceLifecycle(id, { instanceId: id });`);
    await refused(/12 new or earlier release times are due and lifecycle:maxReleaseTimes is 10/);
  });

  it("a schedule is applied, and shown", async () => {
    cloud.put({ InstanceId: "i-w13", Status: "Stopped" });
    project.program(`${transformation('schedule: { zone: "Asia/Shanghai", running: [{ from: "00:00", to: "24:00" }] }')}
new InstanceLifecycle("w", { instanceId: "i-w13" });`);
    expect((await project.must(["preview"])).output).toContain("1. StartInstance");
    await project.must(up);
    expect(cloud.writes()).toEqual(["StartInstance i-w13"]);
    expect(project.outputs("w")).toMatchObject({ state: "running", status: "running" });
  });

  it("another instance: the one that was put there is looked at and named", async () => {
    project.program(`${transformation('instanceId: "i-w02"')}
new InstanceLifecycle("w", { instanceId: "i-w03", state: "stopped" });`);
    const { output } = await project.must(["preview"]);
    expect(output).toContain("i-w02 (n-i-w02): running -> stopped");
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-w02"]);
  });

  it("arguments that aren't ours are refused by name, also ones that begin with two underscores", async () => {
    project.program(`${transformation("__foo: 1, stat: 2")}
new InstanceLifecycle("w", { instanceId: "i-w03", state: "stopped" });`);
    await refused(/__foo: is not an argument/);
  });
});

describe("a transform of the engine's", () => {
  const transform = (props: string) => `
pulumi.runtime.registerResourceTransform((a) => a.type.includes("InstanceLifecycle") ? { props: { ...a.props, ${props} }, opts: a.opts } : undefined);`;

  it.each([
    ["state", 'state: "released"', /state: /],
    ["instanceId", 'instanceId: "i-w05"', /instanceId: /],
    ["autoReleaseAt", `autoReleaseAt: "${minutesAhead(120)}"`, /autoReleaseAt: /],
    ["schedule", 'schedule: { zone: "Asia/Shanghai", running: [{ from: "00:00", to: "24:00" }] }', /schedule: /],
    ["an argument of nobody's", "__foo: 1", /__foo: is not an argument/],
  ])("%s: refused by the argument's name", async (_, props, reason) => {
    project.program(`${transform(props)}
new InstanceLifecycle("w", { instanceId: "i-w04", state: "running", expect: { instanceName: "n-i-w04" } });`);
    await refused(reason);
  });

  it("that changes nothing of ours is no matter", async () => {
    project.program(`${transform('state: "running"')}
new InstanceLifecycle("w", { instanceId: "i-w04", state: "running" });`);
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("an argument that isn't ours", () => {
  it.each([
    "__foo",
    "__run",
    "__recorded",
    "__provider",
    "__fleet",
  ])("%s is refused by name, and keeps no limit from counting", async (name) => {
    project.config({ "lifecycle:maxStops": "0" });
    project.program(`new InstanceLifecycle("w", { instanceId: "i-w06", state: "stopped", ${name}: "1" });`);
    await refused(new RegExp(`${name}: is not an argument`));
  });
});

describe("another account than the one that was looked at", () => {
  const head = `
const { LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const declare = () => new InstanceLifecycle("w", { instanceId: "i-w07", state: "stopped" }, { provider: new LifecycleProvider("own", { region: "cn-hangzhou" }) });`;

  it("by a transform of the provider: refused by the setting's name", async () => {
    project.program(`${head}
pulumi.runtime.registerResourceTransform((a) => a.type === "pulumi:providers:pulumi-nodejs" ? { props: { ...a.props, "alicloud:profile": "other" }, opts: a.opts } : undefined);
declare();`);
    await refused(/alicloud:profile: the program has looked with another value/);
  });

  it("by a transformation: both look and act with what it leaves", async () => {
    project.program(`${head}
pulumi.runtime.registerStackTransformation((a) => a.type === "pulumi:providers:pulumi-nodejs" ? { props: { ...a.props, "lifecycle:maxStops": "0" }, opts: a.opts } : undefined);
declare();`);
    await refused(/lifecycle:maxStops is 0, so none is/);
  });

  it("by a variable that the program sets itself: refused by the variable's name", async () => {
    project.program(`process.env.ALICLOUD_PROFILE = "other";
new InstanceLifecycle("w", { instanceId: "i-w07", state: "stopped" });`);
    await refused(/ALICLOUD_PROFILE: the program has looked with another value/);
  });
});
