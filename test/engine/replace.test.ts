import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/** Replacements, renames and moves: the machine that is still declared isn't touched, whatever `onDelete` says. */

const at = minutesAhead(120);
const kinds = ["retain", "retainTimer", "stop"] as const;
const declared = (kind: string, instanceId = `i-${kind.toLowerCase()}`) => ({
  instanceId,
  state: "running",
  autoReleaseAt: at,
  onDelete: kind,
});

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    ...kinds.map((kind) => ({ InstanceId: `i-${kind.toLowerCase()}`, Status: "Running" as const })),
    ...kinds.map((kind) => ({ InstanceId: `i-${kind.toLowerCase()}2`, Status: "Running" as const })),
  ]);
  project = await Project.open(cloud.env);
  project.declare(Object.fromEntries(kinds.map((kind) => [kind, declared(kind)])));
  await project.must(up);
});
beforeEach(() => void cloud.calls());

async function expectUntouched(...names: string[]): Promise<void> {
  expect(cloud.writes()).toEqual([]);
  expect(Object.keys(project.recorded()).sort()).toEqual(names.sort());
  for (const kind of kinds) {
    expect(cloud.emulator.instance(`i-${kind.toLowerCase()}`)).toMatchObject({
      Status: "Running",
      AutoReleaseTime: at,
    });
  }
  await project.must(nothingLeft);
}

describe("the same machine under another resource", () => {
  it("forced replacement", async () => {
    await project.must([...up, ...kinds.flatMap((kind) => ["--replace", project.urn(kind)])]);
    await expectUntouched(...kinds);
  });

  it("rename without an alias", async () => {
    project.declare(Object.fromEntries(kinds.map((kind) => [`new-${kind}`, declared(kind)])));
    await project.must(up);
    await expectUntouched(...kinds.map((kind) => `new-${kind}`));
  });

  it("move into a component", async () => {
    project.program(`
const fleet = new pulumi.ComponentResource("my:index:Fleet", "fleet");
for (const args of ${JSON.stringify(kinds.map((kind) => declared(kind)))}) {
  new InstanceLifecycle("new-" + args.onDelete, args, { parent: fleet });
}`);
    await project.must(up);
    await expectUntouched(...kinds.map((kind) => `new-${kind}`));
    expect(Object.values(project.recorded()).every(({ urn }) => urn.includes("my:index:Fleet$"))).toBe(true);
  });
});

describe("another machine under the same resource", () => {
  it("the new one is brought to its state, the old one treated as onDelete says", async () => {
    project.program(`
const fleet = new pulumi.ComponentResource("my:index:Fleet", "fleet");
for (const args of ${JSON.stringify(kinds.map((kind) => declared(kind, `i-${kind.toLowerCase()}2`)))}) {
  new InstanceLifecycle("new-" + args.onDelete, args, { parent: fleet });
}`);
    await project.must(up);
    expect(cloud.writes()).toEqual([
      "ModifyInstanceAutoReleaseTime i-retain",
      "ModifyInstanceAutoReleaseTime i-retain2",
      "ModifyInstanceAutoReleaseTime i-retaintimer2",
      "ModifyInstanceAutoReleaseTime i-stop",
      "ModifyInstanceAutoReleaseTime i-stop2",
      "StopInstance i-stop",
    ]);
    expect(cloud.emulator.instance("i-retain")).toMatchObject({ Status: "Running", AutoReleaseTime: "" });
    expect(cloud.emulator.instance("i-retaintimer")).toMatchObject({ Status: "Running", AutoReleaseTime: at });
    expect(cloud.emulator.instance("i-stop")).toMatchObject({ Status: "Stopped", AutoReleaseTime: "" });
    await project.must(nothingLeft);
  });
});
