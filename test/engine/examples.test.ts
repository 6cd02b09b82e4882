import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { EmulatorOptions, InstanceFields } from "../../emulator/index";
import { read } from "../examples/read";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/** The programs of examples/ that need no other plugin and no certain time, as they are, on the emulator. */

const hourMs = 3_600_000;

/** The world that an example brings along. */
function worldOf(example: string): { readonly instances: InstanceFields[] } & NonNullable<EmulatorOptions["world"]> {
  return JSON.parse(read(`examples/${example}/world.json`)) as ReturnType<typeof worldOf>;
}

async function withConfig(project: Project, values: Readonly<Record<string, string>>): Promise<void> {
  project.config(Object.fromEntries(Object.entries(values).map(([key, value]) => [`fleet:${key}`, value])));
  await project.must(up);
}

describe("examples/preview-environment", () => {
  it("lives from push to push, and goes when the pull request is closed; the shop stays", async () => {
    const own = await Cloud.open(worldOf("preview-environment").instances);
    const project = await Project.open(own.env);
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    project.write("index.js", ts.transpile(read("examples/preview-environment/index.ts"), options));
    const opened = { pr: "41", instanceId: "i-bp1pr41", timeToLive: "3d", commit: "1f3c2a9" };
    await withConfig(project, opened);
    expect(own.status("i-bp1pr41")).toBe("Running");
    const daysLeft = () =>
      (Date.parse(own.emulator.instance("i-bp1pr41")?.AutoReleaseTime ?? "") - Date.now()) / (24 * hourMs);
    expect(daysLeft()).toBeCloseTo(3, 1);

    await withConfig(project, { ...opened, timeToLive: "5d", commit: "8d04b77" });
    expect(daysLeft()).toBeCloseTo(5, 1);
    await project.must(nothingLeft);

    project.config({ "fleet:pr": "41", "fleet:instanceId": "i-bp1shop01", "fleet:closed": "true" });
    expect(await project.mustFail(up)).toContain("expect.instanceName");
    expect(own.status("i-bp1shop01")).toBe("Running");

    await withConfig(project, { ...opened, closed: "true" });
    expect(own.status("i-bp1pr41")).toBe("absent");
    await project.must(nothingLeft);
  });
});

describe("examples/esm", () => {
  it("runs as an ES module", async () => {
    const machines = JSON.parse(read("examples/esm/machines.json")) as Record<string, string>;
    const own = await Cloud.open(Object.values(machines).map((InstanceId) => ({ InstanceId, Status: "Running" })));
    const project = await Project.open(own.env);
    project.write("package.json", read("examples/esm/package.json"));
    project.write("machines.json", read("examples/esm/machines.json"));
    project.write("index.js", read("examples/esm/index.js"));
    await withConfig(project, { state: "stopped" });
    expect(Object.values(machines).map((id) => own.status(id))).toEqual(["Stopped", "Stopped"]);
  });
});

describe("examples/several-accounts", () => {
  it("handles each account with its own keys, and nothing when they are mixed up", async () => {
    const world = worldOf("several-accounts");
    const own = await Cloud.open(world.instances, world);
    const project = await Project.open({ ALIBABA_CLOUD_ENDPOINT_ECS: own.emulator.endpoint });
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    project.write("index.js", ts.transpile(read("examples/several-accounts/index.ts"), options));
    const configure = (production: string, staging: string) =>
      project.config({
        "alicloud:region": "cn-hangzhou",
        "fleet:productionAccount": "1000000000000007",
        "fleet:productionKey": `${production}-key`,
        "fleet:productionSecret": `${production}-secret`,
        "fleet:shopId": "i-bp1shop01",
        "fleet:stagingAccount": "1000000000000008",
        "fleet:stagingKey": `${staging}-key`,
        "fleet:stagingSecret": `${staging}-secret`,
        "fleet:testId": "i-bp1test01",
      });
    configure("staging", "production");
    await project.mustFail(up);
    expect(own.writes()).toEqual([]);
    configure("production", "staging");
    await project.must(up);
    expect(own.writes()).toEqual(["StartInstance i-bp1shop01", "StopInstance i-bp1test01"]);
    await project.must(nothingLeft);
  });
});

describe("examples/automation-api", () => {
  it("handles each stack, counts each, and says by its exit code whether all were done", async () => {
    const own = await Cloud.open([
      { InstanceId: "i-web", InstanceName: "web", Status: "Running" },
      { InstanceId: "i-batch", InstanceName: "batch", Status: "Running" },
    ]);
    const project = await Project.open(own.env);
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    project.write("index.js", ts.transpile(read("examples/automation-api/index.ts"), options));
    project.write("stacks.mjs", read("examples/automation-api/stacks.mjs"));
    for (const [stack, id] of Object.entries({ batch: "i-batch", lost: "i-lost", web: "i-web" })) {
      await project.must(["stack", "init", stack]);
      await project.must(["config", "set", "instanceId", id, "--stack", stack]);
      await project.must(["config", "set", "state", "stopped", "--stack", stack]);
    }
    await project.must(["stack", "rm", "dev", "--yes"]);
    const stacks = (...args: readonly string[]) => project.startNode(["stacks.mjs", ...args]).ended;

    const preview = await stacks("preview");
    expect(preview.stdout).toMatch(/^batch +done +2 +0 +0 /m);
    expect(preview.stdout).toMatch(/^lost +failed .* i-lost was not found/m);
    expect(preview.stdout).toMatch(/^web +done +2 +0 +0 /m);
    expect(preview.stdout).toMatch(/^preview: 2 of 3 stacks done$/m);
    expect(preview.code).toBe(1);
    expect(own.writes()).toEqual([]);

    const misspelt = await stacks("up", "web", "bacth");
    expect(misspelt.output).toContain(
      "stack: bacth is not there; run `pulumi stack init` or write one of: batch, lost, web",
    );
    expect(misspelt.code).toBe(2);
    expect((await stacks("destroy", "web")).code).toBe(2);
    expect(own.writes()).toEqual([]);

    const applied = await stacks("up", "web", "batch");
    expect(applied.stdout).toMatch(/^up: 2 of 2 stacks done$/m);
    expect(applied.code).toBe(0);
    expect(own.writes()).toEqual(["StopInstance i-batch", "StopInstance i-web"]);

    // That an update failed is no reason.
    own.put({ InstanceId: "i-web", Status: "Running" });
    own.emulator.addFault({ action: "StopInstance", times: "always", then: { code: "Forbidden.RAM" } });
    expect((await stacks("up", "web")).stdout).toMatch(/^web +failed .* StopInstance: Forbidden\.RAM/m);
  });
});
