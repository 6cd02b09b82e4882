import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { destroy, Project, up } from "../rig/project";

/** Taking a resource out, and destroy: never a release, and only what this resource itself has set is undone. */

const at = minutesAhead(120);
const theirs = minutesAhead(300);
const unreachable = {
  ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:1",
  ALICLOUD_ACCESS_KEY: "",
  ALICLOUD_SECRET_KEY: "",
};
const plain = { instanceId: "i-plain", state: "running" };
const kept = { instanceId: "i-kept", autoReleaseAt: at, onDelete: "retainTimer" };

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-plain", Status: "Running" },
    { InstanceId: "i-kept", Status: "Running" },
    { InstanceId: "i-own", Status: "Stopped" },
    { InstanceId: "i-theirs", Status: "Running", AutoReleaseTime: theirs },
    { InstanceId: "i-moved", Status: "Running" },
    { InstanceId: "i-timer", Status: "Running" },
    { InstanceId: "i-stop", Status: "Running" },
  ]);
  project = await Project.open(cloud.env);
  project.declare({
    plain,
    kept,
    own: { instanceId: "i-own", autoReleaseAt: at },
    theirs: { instanceId: "i-theirs" },
    moved: { instanceId: "i-moved", autoReleaseAt: at },
    timer: { instanceId: "i-timer", autoReleaseAt: at, onDelete: "retainTimer" },
    stop: { instanceId: "i-stop", state: "running", autoReleaseAt: at, onDelete: "stop", stop: { force: true } },
  });
  await project.must(up);
  // Somebody moves one of the release times afterwards: it isn't ours any more.
  cloud.put({ InstanceId: "i-moved", AutoReleaseTime: theirs });
});
beforeEach(() => void cloud.calls());

describe("taken out of the program", () => {
  it("cancels the own release time and only that, stops where that is declared, and says what stays", async () => {
    project.declare({ plain, kept });
    const { output } = await project.must(up);
    expect(cloud.writes()).toEqual([
      "ModifyInstanceAutoReleaseTime i-own",
      "ModifyInstanceAutoReleaseTime i-stop",
      "StopInstance i-stop",
    ]);
    expect(cloud.emulator.instance("i-own")).toMatchObject({ Status: "Stopped", AutoReleaseTime: "" });
    expect(cloud.emulator.instance("i-theirs")).toMatchObject({ Status: "Running", AutoReleaseTime: theirs });
    expect(cloud.emulator.instance("i-moved")).toMatchObject({ Status: "Running", AutoReleaseTime: theirs });
    expect(cloud.emulator.instance("i-timer")).toMatchObject({ Status: "Running", AutoReleaseTime: at });
    expect(cloud.emulator.instance("i-stop")).toMatchObject({ Status: "Stopped", AutoReleaseTime: "" });
    expect(output).toContain(
      "i-stop is taken out, so its release time is cancelled and it is stopped as onDelete says; removing it here never releases",
    );
    expect(output).toContain('StopInstance i-stop (KeepCharging, by force): onDelete is "stop", observed running');
    expect(output).not.toMatch(/i-stop is only forgotten|StopInstance i-stop: declared/);
    expect(output).toMatch(/i-own is taken out, so its release time is cancelled; removing/);
    expect(output).toMatch(new RegExp(`i-timer .*will still be released at ${at}`));
    expect(output).toMatch(new RegExp(`i-moved .*${theirs}`));
    expect(Object.keys(project.recorded()).sort()).toEqual(["kept", "plain"]);
  });
});

describe("destroy", () => {
  it("needs neither network nor credentials when there is nothing to cancel or stop", async () => {
    const { output } = await project.must(destroy, unreachable);
    expect(output).toMatch(new RegExp(`i-kept .*will still be released at ${at}`));
    expect(project.recorded()).toEqual({});
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("fails, keeps the record and says why when there is something to cancel and no way to do it", async () => {
    project.declare({ own: { instanceId: "i-own", autoReleaseAt: at } });
    await project.must(up);
    expect(await project.mustFail(destroy, unreachable)).toContain("no credentials");
    expect(Object.keys(project.recorded())).toEqual(["own"]);
    expect(cloud.emulator.instance("i-own")).toMatchObject({ AutoReleaseTime: at });
    await project.must(destroy);
    expect(cloud.emulator.instance("i-own")).toMatchObject({ AutoReleaseTime: "" });
  });
});
