import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/** `pulumi preview --save-plan`, then `pulumi up --plan`: the same declaration and the same world give the same inputs. */

const dayMs = 24 * 3_600_000;

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-one", Status: "Running", InstanceName: "one" },
    { InstanceId: "i-two", Status: "Running", InstanceName: "two" },
  ]);
});
beforeEach(async () => {
  cloud.put(
    { InstanceId: "i-one", Status: "Running" },
    { InstanceId: "i-two", Status: "Running", AutoReleaseTime: "" },
  );
  project = await Project.open(cloud.env);
  void cloud.calls();
});

function declare(state: string, life: string): void {
  project.declare({
    one: { instanceId: "i-one", state },
    two: { instanceId: "i-two", autoReleaseAfter: life },
  });
}

/** What is planned, then done after some time; what was written then. */
async function planned(waitMs = 0): Promise<readonly string[]> {
  await project.must(["preview", "--save-plan", "plan.json"]);
  cloud.emulator.advance(waitMs);
  await project.must([...up, "--plan", "plan.json"]);
  return cloud.writes();
}

describe("an update plan holds", () => {
  it("for a first up, a change and no change, with a time to live, also minutes later and after midnight", async () => {
    declare("stopped", "72h");
    expect(await planned(90_000)).toEqual(["ModifyInstanceAutoReleaseTime i-two", "StopInstance i-one"]);
    declare("running", "72h");
    expect(await planned(90_000)).toEqual(["StartInstance i-one"]);
    cloud.emulator.advance(dayMs);
    expect(await planned(90_000)).toEqual([]);
    cloud.emulator.advance(dayMs - 600_000);
    declare("stopped", "96h");
    expect(await planned(60_000)).toEqual(["ModifyInstanceAutoReleaseTime i-two", "StopInstance i-one"]);
    await project.must(["refresh", "--yes", "--skip-preview"]);
    expect(await planned(90_000)).toEqual([]);
    await project.must(nothingLeft);
  });

  it("and what is different by then is not done", async () => {
    project.declare({ one: { instanceId: "i-one", state: "running" } });
    await project.must(["preview", "--save-plan", "plan.json"]);
    project.declare({ one: { instanceId: "i-one", state: "stopped" } });
    await project.mustFail([...up, "--plan", "plan.json"]);
    expect(cloud.writes()).toEqual([]);
  });
});
