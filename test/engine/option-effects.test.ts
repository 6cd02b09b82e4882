import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";

/** Options that leave a machine to us: what each does to it. Those that are refused: options.test.ts; commands: commands.test.ts. */

const at = minutesAhead(120);
const repository = resolve(__dirname, "../..");
const ids = [
  "protected",
  "hooked",
  "triggered",
  "changing",
  "old",
  "new",
  "renamed",
  "downloaded",
  "secret",
  "inheriting",
  "made",
  "kept",
];

/** One resource for each option. What differs between the runs is in `run`. */
const program = `
const at = ${JSON.stringify(at)};
const run = Number(process.env.RUN);
const state = run === 1 ? "running" : "stopped";
const opts = { deleteBeforeReplace: true };
new InstanceLifecycle("hooked", { instanceId: "i-hooked", state: run < 3 ? "running" : "stopped" }, {
  hooks: { beforeUpdate: [new pulumi.ResourceHook("never", () => { throw new Error("not on Fridays"); })] },
});
if (run < 3) {
  new InstanceLifecycle("protected", { instanceId: "i-protected", state }, { protect: true });
  new InstanceLifecycle("triggered", { instanceId: "i-triggered", state: "running", onDelete: "stop" }, { ...opts, replacementTrigger: run });
  new InstanceLifecycle("changing", { instanceId: "i-changing", state, onDelete: "stop" }, { replaceOnChanges: ["state"] });
  new InstanceLifecycle("another", { instanceId: run === 1 ? "i-old" : "i-new", state, onDelete: "stop" }, opts);
  new InstanceLifecycle(run === 1 ? "before" : "after", { instanceId: "i-renamed", state: "running", onDelete: "stop" }, { aliases: [{ name: "before" }] });
  new InstanceLifecycle("downloaded", { instanceId: "i-downloaded", state: "running", onDelete: "stop" }, run === 1 ? {} : { version: "1.2.3", pluginDownloadURL: "https://plugins.invalid" });
  new InstanceLifecycle("secret", { instanceId: "i-secret" }, { additionalSecretOutputs: ["instanceName"] });
  const team = new pulumi.ComponentResource("my:index:Team", "team", {}, { retainOnDelete: true });
  new InstanceLifecycle("inheriting", { instanceId: "i-inheriting", autoReleaseAt: at }, { parent: team });
  const made = new (class extends pulumi.dynamic.Resource { constructor() { super({ create: async () => ({ id: "i-made", outs: {} }) }, "made", {}); } })();
  made.__pulumiType = "alicloud:ecs/instance:Instance";
  new InstanceLifecycle("following", { instanceId: made.id, state: "running", onDelete: "stop" }, { deletedWith: made });
  new InstanceLifecycle("kept", { instanceId: "i-kept", autoReleaseAt: at, onDelete: "retainTimer" }, { retainOnDelete: true });
}`;

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(
    ids.map((id) => ({ InstanceId: `i-${id}`, InstanceName: `hidden-${id}`, Status: "Running" as const })),
  );
  project = await Project.open(cloud.env);
  project.program(program);
  await project.must(up, { RUN: "1" });
});
beforeEach(() => void cloud.calls());

describe("options that leave it to us", () => {
  it("replacing, renaming and updating call for the machine what an update would, and nothing for the old resource", async () => {
    const { output } = await project.must(up, { RUN: "2" });
    const { writes } = cloud.calls();
    expect([...writes].sort()).toEqual([
      "StopInstance i-changing",
      "StopInstance i-new",
      "StopInstance i-old",
      "StopInstance i-protected",
    ]);
    // deleteBeforeReplace: what onDelete says of the old machine comes first.
    expect(writes.indexOf("StopInstance i-old")).toBeLessThan(writes.indexOf("StopInstance i-new"));
    expect(output).toMatch(/changing updated/);
    expect(output).toMatch(/triggered replaced/);
    expect(output).not.toMatch(/(before|after) (created|deleted)/);
    expect(project.recorded().after?.urn).toMatch(/::after$/);
  });

  it("additionalSecretOutputs encrypts in the state", () => {
    expect(project.stored()).toContain("hidden-kept");
    expect(project.stored()).not.toContain("hidden-secret");
  });

  it("a hook that throws, protect and retainOnDelete keep their calls away; an inherited retainOnDelete loses no time", async () => {
    const output = await project.mustFail([...up, "--continue-on-error"], { RUN: "3" });
    expect(output).toContain("not on Fridays");
    expect(output).toMatch(/protected.* cannot be deleted/s);
    expect(cloud.writes()).toEqual([
      "ModifyInstanceAutoReleaseTime i-inheriting",
      "StopInstance i-downloaded",
      "StopInstance i-renamed",
      "StopInstance i-triggered",
    ]);
    expect(cloud.emulator.instance("i-kept")).toMatchObject({ AutoReleaseTime: at });
    expect(Object.keys(project.recorded()).sort()).toEqual(["hooked", "protected"]);
  });
});

describe("a package that only a library has", () => {
  it("is refused before the engine misses it", async () => {
    const modules = mkdtempSync(join(tmpdir(), "lifecycle-modules-"));
    onTestFinished(() => rmSync(modules, { recursive: true, force: true }));
    mkdirSync(join(modules, "library/node_modules"), { recursive: true });
    symlinkSync(join(repository, "node_modules/@pulumi"), join(modules, "@pulumi"));
    symlinkSync(repository, join(modules, "library/node_modules/pulumi-alicloud-lifecycle"));
    writeFileSync(join(modules, "library/index.js"), 'module.exports = require("pulumi-alicloud-lifecycle");\n');
    const behind = await Project.open(cloud.env, modules);
    behind.write("index.js", 'new (require("library").InstanceLifecycle)("one", { instanceId: "i-hooked" });\n');
    const output = await behind.mustFail(["preview"]);
    expect(output).toMatch(/pulumi-alicloud-lifecycle can't be found from .*run `npm install/);
    expect(output).not.toContain("Cannot find module");
  });
});
