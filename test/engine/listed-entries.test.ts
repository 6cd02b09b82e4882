import { afterEach, beforeAll, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { Project, up } from "../rig/project";

/** The root project's lists as a whole: nothing is made of a right entry while another one is wrong. */

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([{ InstanceId: "i-web", Status: "Running" }]);
  project = await Project.ofRepository(cloud.env);
  void cloud.calls();
});
afterEach(() => {
  expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  expect(project.recorded()).toEqual({});
});

const right = { instanceId: "i-web", state: "stopped" };

it.each([
  [
    "a misspelt argument of a later entry, and of a fleet",
    [right, { name: "b", instanceId: "i-b", stop: { moed: "StopCharging" } }],
    [{ name: "f", instanceIds: ["i-b"], stat: "stopped" }],
    [
      "lifecycle:instances[1].stop.moed: is not an argument of stop; did you mean mode?",
      "lifecycle:fleets[0].stat: is not an argument; did you mean state?",
    ],
  ],
  ["fleets that are no list", [right], { name: "f" }, ["lifecycle:fleets: must be a list"]],
  ["an empty entry among the fleets", [right], [null], ["lifecycle:fleets[0]: must be an object"]],
  ["a fleet without a name", [right], [{ instanceIds: ["i-b"] }], ["lifecycle:fleets[0].name: is required"]],
])("%s", async (_name, instances, fleets, says) => {
  project.config({ "lifecycle:instances": JSON.stringify(instances), "lifecycle:fleets": JSON.stringify(fleets) });
  const output = await project.mustFail(up);
  for (const one of says) expect(output).toContain(one);
  expect(output).not.toMatch(/^ +at /m);
});

it("a secret limit that is none is refused without being shown", async () => {
  project.config({ "lifecycle:instances": JSON.stringify([right]) });
  await project.must(["config", "set", "--secret", "lifecycle:maxStops", "CANARY"]);
  const output = await project.mustFail(up);
  expect(output).toMatch(/lifecycle:maxStops: must be a whole number such as 3 or a percentage such as 10%$/m);
  expect(output).not.toContain("CANARY");
});
