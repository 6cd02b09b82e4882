import { realpathSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Cloud } from "../rig/cloud";
import { destroy, nothingLeft, Project, up } from "../rig/project";
import { Layouts } from "./layouts";

/** The first minutes of a user: the package from its tarball in a new program, and a whole life of a stack on the real engine. */

vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

const layouts = new Layouts();
let tarball: string;
let cloud: Cloud;
beforeAll(async () => {
  tarball = await layouts.tarball();
  cloud = await Cloud.open();
});
afterAll(() => layouts.remove());

describe.each<[string, () => Promise<string>]>([
  ["npm", () => layouts.installedByNpm(tarball)],
  ["pnpm", () => layouts.installedByPnpm(tarball)],
])("a new program with what %s has installed", (manager, install) => {
  const instanceId = `i-installedby${manager}`;

  it("stops an instance, has nothing left to do, and leaves it alone when it is destroyed", async () => {
    const folder = await install();
    const project = await Project.open(cloud.env, join(folder, "node_modules"));
    cloud.put({ InstanceId: instanceId, Status: "Running" });
    project.program(`
new InstanceLifecycle("worker", { instanceId: "${instanceId}", state: "stopped" });
exports.place = require.resolve("pulumi-alicloud-lifecycle");`);
    const { output } = await project.must(["preview"]);
    expect(output).toContain("StopInstance (KeepCharging)");
    expect(cloud.writes()).toEqual([]);
    await project.must(up);
    expect(cloud.status(instanceId)).toBe("Stopped");
    expect(project.outputs("worker")).toMatchObject({ status: "stopped" });
    expect(cloud.writes()).toEqual([`StopInstance ${instanceId}`]);
    const { stdout } = await project.must(["stack", "output", "place"]);
    expect(stdout.trim().startsWith(realpathSync(folder)), stdout).toBe(true);
    await project.must(nothingLeft);
    await project.must(destroy);
    expect(cloud.status(instanceId)).toBe("Stopped");
    expect(cloud.writes()).toEqual([]);
  });
});
