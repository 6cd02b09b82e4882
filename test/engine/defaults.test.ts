import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { destroy, nothingLeft, Project, up } from "../rig/project";
import { many } from "../rig/wire";

/** `lifecycle:defaults`: what is declared of each instance that doesn't say otherwise. It counts like what is written. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.put(...many("any", 12, { Status: "Running", AutoReleaseTime: "" }));
  project = await Project.open(cloud.env);
  void cloud.calls();
});

const ids = many("any", 12).map(({ InstanceId }) => InstanceId);

describe("lifecycle:defaults", () => {
  it("gives every machine a time to live that doesn't declare a release itself, members of fleets as well", async () => {
    const [one, never, gone, member] = ids;
    project.config({ "lifecycle:defaults": '{ "autoReleaseAfter": "8h", "onDelete": "retainTimer" }' });
    project.program(`
new InstanceLifecycle("one", { instanceId: "${one}" });
new InstanceLifecycle("never", { instanceId: "${never}", autoReleaseAt: "never" });
new InstanceLifecycle("gone", { instanceId: "${gone}", state: "released", expect: { tags: {}, instanceName: "${gone}" } });
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new FleetLifecycle("fleet", { instanceIds: ["${member}"] });`);
    cloud.put({ InstanceId: String(gone), InstanceName: String(gone), Status: "Stopped" });
    void cloud.calls();
    const { output } = await project.must(["preview"]);
    expect(output.match(/ModifyInstanceAutoReleaseTime/g)).toHaveLength(2);
    await project.must(up);
    expect(cloud.writes()).toEqual([
      `DeleteInstance ${gone}`,
      ...[one, member].map((id) => `ModifyInstanceAutoReleaseTime ${id}`).sort(),
    ]);
    expect(project.outputs("one")).toMatchObject({ autoReleaseAfter: "8h", onDelete: "retainTimer" });
    await project.must(nothingLeft);
    await project.must(destroy);
    expect(cloud.writes()).toEqual([]);
  });

  it("is counted: more than lifecycle:maxReleaseTimes is refused as a whole", async () => {
    project.config({ "lifecycle:defaults": '{ "autoReleaseAfter": "8h" }' });
    project.declare(Object.fromEntries(ids.map((id) => [String(id), { instanceId: String(id) }])));
    for (const command of [["preview"], up]) {
      expect(await project.mustFail(command)).toMatch(/12 new or earlier release times are due/);
    }
    expect(cloud.writes()).toEqual([]);
  });

  it.each([
    ['{ "state": "released" }', /lifecycle:defaults: a release is declared at each instance, never by default/],
    [
      '{ "autoReleaseAftr": "8h" }',
      /lifecycle:defaults: autoReleaseAftr can't have a default; did you mean autoReleaseAfter\?/,
    ],
    ['{ "instanceId": "i-1" }', /lifecycle:defaults: instanceId can't have a default/],
    ["8h", /lifecycle:defaults: must be an object of arguments/],
    ['{ "autoReleaseAfter": "8 hours" }', /autoReleaseAfter: must be a duration/],
  ])("refuses %s before anything is called", async (defaults, reason) => {
    project.config({ "lifecycle:defaults": defaults });
    project.declare({ one: { instanceId: String(ids[0]), state: "stopped" } });
    const output = await project.mustFail(up);
    expect(output).toMatch(reason);
    expect(output).not.toContain("    at ");
    expect(cloud.calls()).toEqual({ writes: [], reads: [] });
  });
});

describe("stops of what is taken out", () => {
  it("count for lifecycle:maxStops: no more are stopped in a run, and the rest stays declared", async () => {
    project.declare(
      Object.fromEntries(
        ids.slice(0, 5).map((id) => [String(id), { instanceId: String(id), state: "running", onDelete: "stop" }]),
      ),
    );
    await project.must(up);
    project.config({ "lifecycle:maxStops": "2" });
    project.program("");
    const output = await project.mustFail([...up, "--continue-on-error"]);
    expect(output).toMatch(/onDelete: lifecycle:maxStops is 2 and this run has used it up/);
    expect(cloud.writes()).toHaveLength(2);
    expect(Object.keys(project.recorded())).toHaveLength(3);
    project.config({ "lifecycle:maxStops": "3" });
    await project.must(destroy);
    expect(cloud.writes()).toHaveLength(3);
    expect(project.recorded()).toEqual({});
  });
});
