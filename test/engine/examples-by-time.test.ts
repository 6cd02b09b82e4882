import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { read } from "../examples/read";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/** Programs of examples/ that go by the clock, one machine's and a fleet's, as they are. The time is the emulator's. */

const hourMs = 3_600_000;
/** Tuesday, in the morning in Shanghai. */
const morning = "2026-12-08T01:00:00Z";

let cloud: Cloud;
beforeAll(async () => {
  const { instances } = JSON.parse(read("examples/fleet-by-tags/world.json")) as { instances: InstanceFields[] };
  cloud = await Cloud.open(
    [{ InstanceId: "i-bp1emulatorrunning01", InstanceName: "running", Status: "Running" }, ...instances],
    { now: morning },
    "virtual",
  );
});

async function projectOf(example: string, config: Readonly<Record<string, string>>): Promise<Project> {
  const project = await Project.open(cloud.env);
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  project.write("index.js", ts.transpile(read(`examples/${example}/index.ts`), options));
  project.config(Object.fromEntries(Object.entries(config).map(([key, value]) => [`fleet:${key}`, value])));
  return project;
}

async function applied(project: Project): Promise<Readonly<Record<string, unknown>>> {
  await cloud.live(() => project.must(up));
  const { stdout } = await project.must(["stack", "output", "--json"]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("examples/off-peak", () => {
  it("runs at office hours, is stopped after them, and stays on for somebody who works late", async () => {
    const project = await projectOf("off-peak", { instanceId: "i-bp1emulatorrunning01" });
    expect(await applied(project)).toEqual({ status: "running", nextChangeAt: "2026-12-08T12:00:00Z" });
    expect(cloud.writes()).toEqual([]);
    cloud.emulator.advance(11 * hourMs);
    expect(await applied(project)).toEqual({ status: "stopped", nextChangeAt: "2026-12-09T00:00:00Z" });
    await project.must(nothingLeft);
    project.config({
      "fleet:instanceId": "i-bp1emulatorrunning01",
      "fleet:keepRunningUntil": "2026-12-08T23:00:00+08:00",
    });
    expect(await applied(project)).toEqual({ status: "running", nextChangeAt: "2026-12-08T15:00:00Z" });
  });
});

describe("examples/fleet-by-tags", () => {
  it("stops every instance with the tag in the evening", async () => {
    const project = await projectOf("fleet-by-tags", { env: "dev" });
    expect(await applied(project)).toEqual({
      status: { "i-bp1dev01": "stopped", "i-bp1dev02": "stopped" },
      nextChangeAt: "2026-12-09T00:00:00Z",
    });
    expect(cloud.status("i-bp1prod01")).toBe("Running");
    expect(cloud.emulator.instance("i-bp1dev01")?.StoppedMode).toBe("StopCharging");
    await project.must(nothingLeft);
  });
});
