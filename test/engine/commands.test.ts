import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, refresh, up } from "../rig/project";

/** The rows of docs/pulumi-options.md about commands; test/engine/options.test.ts has those about options. */

const at = minutesAhead(120);
const type = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
const declared = (instanceId: string, state: string) => ({ instanceId, state, onDelete: "stop" });
const timed = { instanceId: "i-timed", autoReleaseAt: at };

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(
    ["one", "two", "three", "timed", "other"].map((id) => ({ InstanceId: `i-${id}`, Status: "Running" as const })),
  );
  project = await Project.open(cloud.env);
  project.declare({
    one: declared("i-one", "running"),
    two: declared("i-two", "running"),
    three: declared("i-three", "running"),
    timed,
  });
  await project.must(up);
});
beforeEach(() => void cloud.calls());

describe("a part of the stack", () => {
  it("--target does what is declared for that one, --exclude for all others", async () => {
    project.declare({
      one: declared("i-one", "stopped"),
      two: declared("i-two", "stopped"),
      three: declared("i-three", "stopped"),
      timed,
    });
    await project.must([...up, "--target", project.urn("one")]);
    expect(cloud.writes()).toEqual(["StopInstance i-one"]);
    await project.must([...up, "--exclude", project.urn("two")]);
    expect(cloud.writes()).toEqual(["StopInstance i-three"]);
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-two"]);
  });
});

describe("commands that change the state alone", () => {
  it("state rename, taint and --replace: no call, whatever onDelete says", async () => {
    await project.must(["state", "rename", project.urn("one"), "first", "--yes"]);
    await project.must(["state", "taint", project.urn("two"), "--yes"]);
    project.declare({
      first: declared("i-one", "stopped"),
      two: declared("i-two", "stopped"),
      three: declared("i-three", "stopped"),
      timed,
    });
    const { output } = await project.must([...up, "--replace", project.urn("three")]);
    expect(output).toMatch(/two replaced/);
    expect(output).toMatch(/three replaced/);
    expect(output).not.toMatch(/first (created|deleted)/);
    expect(cloud.writes()).toEqual([]);
    expect(Object.keys(project.recorded()).sort()).toEqual(["first", "three", "timed", "two"]);
  });

  it("state delete forgets without asking: a release time stays in force, and declaring it again adopts it", async () => {
    await project.must(["state", "delete", project.urn("timed"), "--yes"]);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
    expect(cloud.emulator.instance("i-timed")).toMatchObject({ AutoReleaseTime: at });
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
    expect(project.outputs("timed")).toMatchObject({ autoReleaseTime: at });
    await project.must(nothingLeft);
  });
});

describe("refresh and import", () => {
  it("refresh records what is there and changes nothing; the next up corrects it", async () => {
    cloud.put({ InstanceId: "i-two", Status: "Running" });
    await project.must(refresh);
    expect(cloud.writes()).toEqual([]);
    expect(project.outputs("two")).toMatchObject({ status: "running" });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-two"]);
  });

  it("the command import can't work for a resource without a plugin, and changes nothing", async () => {
    expect(await project.mustFail(["import", type, "other", "i-other", "--yes"])).toContain("toJavaScript");
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
    expect(project.recorded()).not.toHaveProperty("other");
  });
});
