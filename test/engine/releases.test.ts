import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, up, upWithPreview } from "../rig/project";
import { many, unknown } from "../rig/wire";

/** The limit of releases in one run, and ids that become known only while it runs. */

const declared = (instanceId: string) => ({ instanceId, state: "released", expect: { instanceName: "batch" } });
const three = (prefix: string) => many(prefix, 3, { Status: "Stopped", InstanceName: "batch" });

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open([...three("known"), ...three("late"), ...three("mixed")]);
});
beforeEach(() => void cloud.calls());

describe("three due for release", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.open(cloud.env);
    project.declare(Object.fromEntries(three("known").map(({ InstanceId }) => [InstanceId, declared(InstanceId)])));
  });

  it("limit 1, the default: refused as a whole, in preview and in up, and all are named", async () => {
    for (const command of [["preview"], upWithPreview, up]) {
      const output = await project.mustFail(command);
      expect(output).toContain("lifecycle:maxReleases");
      for (const { InstanceId } of three("known")) expect(output).toContain(InstanceId);
    }
    expect(cloud.writes()).toEqual([]);
    expect(project.recorded()).toEqual({});
  });

  it.each(["0", "2", "66%", "many"])("limit %s: refused", async (maxReleases) => {
    project.config({ "lifecycle:maxReleases": maxReleases });
    expect(await project.mustFail(up)).toContain("lifecycle:maxReleases");
    expect(cloud.writes()).toEqual([]);
  });

  it("limit 3: released, and then there is nothing left to do", async () => {
    project.config({ "lifecycle:maxReleases": "3" });
    await project.must(upWithPreview);
    expect(cloud.writes()).toEqual(three("known").map(({ InstanceId }) => `DeleteInstance ${InstanceId}`));
    project.config({ "lifecycle:maxReleases": "0" });
    await project.must(nothingLeft);
  });
});

describe("ids that become known later", () => {
  let project: Project;
  const program = (late: readonly string[], known: readonly string[]) => `
class Late extends pulumi.dynamic.Resource {
  constructor(name, seed) {
    const provider = {
      create: async (inputs) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { id: inputs.seed, outs: { made: inputs.seed } };
      },
    };
    super(provider, name, { seed, made: undefined });
  }
}
const rest = ${JSON.stringify({ state: "released", expect: { instanceName: "batch" } })};
for (const id of ${JSON.stringify(late)}) {
  new InstanceLifecycle(id, { ...rest, instanceId: new Late("late-" + id, id).made });
}
for (const id of ${JSON.stringify(known)}) new InstanceLifecycle(id, { ...rest, instanceId: id });
`;
  beforeAll(async () => {
    project = await Project.open(cloud.env);
  });

  it("a preview says what is not known yet, and shows the marker to nobody", async () => {
    project.program(program(["i-late1"], []));
    const { output } = await project.must(["preview"]);
    expect(output).toMatch(/not known yet.*instanceId/);
    expect(output.includes(unknown)).toBe(false);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("three at once with limit 1: no more than one is released, and the run fails", async () => {
    project.program(program(["i-late1", "i-late2", "i-late3"], []));
    expect(await project.mustFail(up)).toContain("lifecycle:maxReleases");
    expect(cloud.writes().length).toBeLessThanOrEqual(1);
  });

  it("one known and one late with limit 1: one is released, and the run fails", async () => {
    const other = await Project.open(cloud.env);
    other.program(program(["i-mixed1"], ["i-mixed2"]));
    expect(await other.mustFail(up)).toContain("lifecycle:maxReleases");
    expect(cloud.writes().length).toBeLessThanOrEqual(1);
  });

  it("limit 3: all are released, and then there is nothing left to do", async () => {
    project.config({ "lifecycle:maxReleases": "3" });
    await project.must(up);
    for (const { InstanceId } of three("late")) expect(cloud.status(InstanceId)).toBe("absent");
    await project.must(nothingLeft);
  });
});
