import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, refresh, up } from "../rig/project";
import type { Json } from "../rig/sdk";

/** Release times that have passed, by the emulator's clock. */

const nowMs = Date.parse("2026-12-07T01:00:00Z");
const hours = (count: number) => new Date(nowMs + count * 3_600_000).toISOString().replace(".000Z", "Z");
const alarm = ["preview", "--refresh", "--expect-no-changes"];

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  const instances = ["i-new", "i-moved", "i-kept"].map((id) => ({ InstanceId: id, Status: "Running" as const }));
  cloud = await Cloud.open(instances, { now: new Date(nowMs).toISOString() }, "virtual");
  project = await Project.open(cloud.env);
});
beforeEach(() => void cloud.calls());

async function apply(resources: Record<string, Json>): Promise<void> {
  project.declare(resources);
  await cloud.live(() => project.must(up));
}

describe("a release time that has passed", () => {
  it.each([
    {},
    { drift: "report" },
    { state: "stopped" },
  ])("on a first adoption: refused, and nothing is called or recorded %j", async (more: Json) => {
    project.declare({ fresh: { instanceId: "i-new", autoReleaseAt: "2020-01-01T00:00:00Z", ...more } });
    for (const command of [["preview"], up])
      expect(await project.mustFail(command)).toMatch(
        /autoReleaseAt: 2020-01-01T00:00:00Z has passed; check the date and the offset, then declare a time at least 30 minutes ahead, or never/,
      );
    expect(cloud.writes()).toEqual([]);
    expect(project.recorded()).toEqual({});
  });

  it.each([
    {},
    { drift: "report" },
  ])("in place of a time to come: refused in preview and up, and the time that stays is named %j", async (more: Json) => {
    const moved = (autoReleaseAt: string) => ({ moved: { instanceId: "i-moved", autoReleaseAt, ...more } });
    await apply(moved(hours(3)));
    cloud.calls();
    project.declare(moved(hours(-2)));
    for (const command of [["preview"], up, [...up, "--refresh"]])
      expect(await project.mustFail(command)).toContain(
        `autoReleaseAt: ${hours(-2)} has passed, and i-moved will be released at ${hours(3)}, which stays`,
      );
    expect(cloud.writes()).toEqual([]);
    expect(project.outputs("moved")).toMatchObject({ autoReleaseAt: hours(3), autoReleaseTime: hours(3) });
    // As it was declared before, there is nothing to do.
    project.declare(moved(hours(3)));
    await project.must(nothingLeft);
    await apply({});
  });

  it("that was declared before it passed: a warning, and no change, also after a refresh", async () => {
    await apply({ kept: { instanceId: "i-kept", autoReleaseAt: hours(3) } });
    cloud.put({ InstanceId: "i-kept", AutoReleaseTime: "" });
    cloud.emulator.advance(4 * 3_600_000);
    cloud.calls();
    for (const command of [nothingLeft, refresh, nothingLeft]) await project.must(command);
    expect((await project.must(["preview"])).output).toContain(
      `autoReleaseAt: ${hours(3)} has passed and i-kept is still there`,
    );
    expect(cloud.writes()).toEqual([]);
  });

  it("a refresh sees that another time is in force", async () => {
    await project.must(nothingLeft);
    cloud.put({ InstanceId: "i-kept", AutoReleaseTime: hours(9) });
    expect(await project.mustFail(alarm)).toContain(`i-kept is still there, to be released at ${hours(9)}`);
    expect(cloud.writes()).toEqual([]);
    await apply({ kept: { instanceId: "i-kept", autoReleaseAt: hours(9) } });
    await project.must(alarm);
  });
});
