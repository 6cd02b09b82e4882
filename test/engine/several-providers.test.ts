import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { destroy, nothingLeft, Project, up } from "../rig/project";

/** Each explicit provider has a process of its own. A machine is one machine, whichever of them it is given to. */

const at = minutesAhead(180);

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.put(
    { InstanceId: "i-halt", Status: "Running", InstanceName: "halt" },
    { InstanceId: "i-timed", Status: "Running", InstanceName: "timed", AutoReleaseTime: "" },
  );
  project = await Project.open(cloud.env);
  void cloud.calls();
});

const head = `
const { FleetLifecycle, LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const providerOf = (name) => new LifecycleProvider(name, { region: "cn-hangzhou" });
const halt = { instanceId: "i-halt", state: "running", onDelete: "stop" };
const timed = { instanceId: "i-timed", autoReleaseAt: "${at}", onDelete: "stop" };
`;
const programs = {
  plain: `new InstanceLifecycle("halt", halt); new InstanceLifecycle("timed", timed);`,
  explicit: `const provider = providerOf("ours");
new InstanceLifecycle("halt", halt, { provider }); new InstanceLifecycle("timed", timed, { provider });`,
  "renamed, explicit": `const provider = providerOf("ours");
new InstanceLifecycle("halt-2", halt, { provider }); new InstanceLifecycle("timed-2", timed, { provider });`,
  component: `const parent = new pulumi.ComponentResource("my:index:Team", "team", {}, { providers: [providerOf("ours")] });
new InstanceLifecycle("halt", halt, { parent }); new InstanceLifecycle("timed", timed, { parent });`,
  fleet: `new FleetLifecycle("team", { instanceIds: ["i-halt"], state: "running", onDelete: "stop" }, { provider: providerOf("ours") });
new FleetLifecycle("batch", { instanceIds: ["i-timed"], autoReleaseAt: "${at}", onDelete: "stop" }, { provider: providerOf("theirs") });`,
  "another provider's fleet": `new FleetLifecycle("night", { instanceIds: ["i-halt"], state: "running", onDelete: "stop" }, { provider: providerOf("theirs") });
new FleetLifecycle("day", { instanceIds: ["i-timed"], autoReleaseAt: "${at}", onDelete: "stop" }, { provider: providerOf("ours") });`,
};

async function declare(program: keyof typeof programs): Promise<readonly string[]> {
  project.program(head + programs[program]);
  await project.must(up);
  return cloud.writes();
}

describe("moved, nothing is called for the old resource", () => {
  it.each([
    ["plain", "component"],
    ["component", "plain"],
    ["plain", "explicit"],
    ["explicit", "renamed, explicit"],
    ["renamed, explicit", "plain"],
    ["plain", "fleet"],
    ["fleet", "another provider's fleet"],
  ] as const)("from %s to %s", async (from, to) => {
    await declare(from);
    expect(await declare(to)).toEqual([]);
    expect(cloud.status("i-halt")).toBe("Running");
    expect(cloud.emulator.instance("i-timed")?.AutoReleaseTime).toBe(at);
    await project.must(nothingLeft);
  });

  it("but a release time of ours that nobody declares any more is cancelled, and nothing is stopped", async () => {
    await declare("plain");
    project.program(
      `${head}const provider = providerOf("ours");
new InstanceLifecycle("halt-2", halt, { provider }); new InstanceLifecycle("timed-2", { instanceId: "i-timed", state: "running" }, { provider });`,
    );
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-timed"]);
    expect(cloud.status("i-timed")).toBe("Running");
  });

  it("and what is taken out of one provider, and declared by none, is treated as onDelete says", async () => {
    await declare("explicit");
    project.program(`${head}new InstanceLifecycle("timed", timed, { provider: providerOf("ours") });`);
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-halt"]);
    await project.must(destroy);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-timed", "StopInstance i-timed"]);
  });
});

describe("the same machine given to two providers", () => {
  const both = (day: string, night: string) => `${head}
new InstanceLifecycle("day", { instanceId: ${day}, state: "running" });
new InstanceLifecycle("night", { instanceId: ${night}, state: "stopped" }, { provider: providerOf("ours") });`;

  async function refused(program: string): Promise<void> {
    project.program(program);
    for (const command of [["preview"], [...up, "--continue-on-error"]]) {
      const output = await project.mustFail(command);
      expect(output).toMatch(/instanceId: i-halt is declared more than once, also by (day|night)/);
    }
    expect(cloud.writes()).toEqual([]);
  }

  it("is refused, with both names", async () => {
    await refused(both('"i-halt"', '"i-halt"'));
  });

  it("also where a resource is passed in place of its id", async () => {
    const program = `
class Made extends pulumi.dynamic.Resource {
  constructor(name) { super({ create: async () => ({ id: "i-halt", outs: {} }) }, name, {}); }
}
const made = new Made("made");
${both("made", "made.id")}`;
    project.program(`${program.split("new InstanceLifecycle")[0]}`);
    await project.must(up);
    await refused(program);
  });

  it("is allowed where the accounts are expected to differ", async () => {
    const accountId = cloud.emulator.instance("i-halt") === undefined ? "" : "1000000000000001";
    project.program(`${head}
new InstanceLifecycle("day", { instanceId: "i-halt", state: "running", expect: { accountId: "${accountId}" } });
new InstanceLifecycle("night", { instanceId: "i-halt", state: "stopped", expect: { accountId: "42" } }, { provider: providerOf("ours") });`);
    const output = await project.mustFail(["preview"]);
    expect(output).not.toContain("declared more than once");
    expect(output).toContain("expect.accountId");
  });
});
