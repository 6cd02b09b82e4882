import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, refresh, up, upWithPreview } from "../rig/project";
import type { Json } from "../rig/sdk";

/** From a first up to drift made by others, on the real engine. */

const at = minutesAhead(120);
const named = { instanceName: "batch" };
const declared: Record<string, Json> = {
  running: { instanceId: "i-running", state: "running" },
  started: { instanceId: "i-started", state: "running" },
  stopped: { instanceId: "i-stopped", state: "stopped", stop: { mode: "StopCharging" } },
  timed: { instanceId: "i-timed", autoReleaseAt: at },
  never: { instanceId: "i-never", autoReleaseAt: "never" },
  released: { instanceId: "i-released", state: "released", expect: named },
  watched: { instanceId: "i-watched" },
  mode: { instanceId: "i-mode", state: "stopped", stop: { mode: "StopCharging" } },
  member: {
    instanceId: "i-member",
    state: "stopped",
    expect: { tags: { "acs:autoscaling:scalingGroupId": "asg-bp1group" } },
  },
};

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-running", Status: "Running" },
    { InstanceId: "i-started", Status: "Stopped" },
    { InstanceId: "i-stopped", Status: "Running" },
    { InstanceId: "i-timed", Status: "Running" },
    { InstanceId: "i-never", Status: "Running", AutoReleaseTime: minutesAhead(300) },
    {
      InstanceId: "i-released",
      Status: "Running",
      InstanceName: "batch",
      InstanceType: "ecs.g7.large",
      Tags: { team: "night" },
    },
    { InstanceId: "i-watched", Status: "Running", AutoReleaseTime: minutesAhead(400) },
    { InstanceId: "i-mode", Status: "Stopped", StoppedMode: "KeepCharging" },
    { InstanceId: "i-member", Status: "Running", Tags: { "acs:autoscaling:scalingGroupId": "asg-bp1group" } },
  ]);
  project = await Project.open(cloud.env);
  project.declare(declared);
});

beforeEach(() => void cloud.calls());

describe("a first up", () => {
  it("is shown by a preview that only reads, against each resource, with what can't be undone", async () => {
    const { steps, diagnostics } = await project.previewForMachines();
    const textOf = (name: string) =>
      diagnostics
        .filter(({ urn }) => urn?.endsWith(`::${name}`))
        .map(({ message }) => message)
        .join("\n");
    expect(steps.filter(({ urn }) => urn.includes("InstanceLifecycle")).map(({ op }) => op)).toEqual(
      Object.keys(declared).map(() => "create"),
    );
    expect(textOf("started")).toMatch(/i-started[\s\S]*StartInstance/);
    expect(textOf("stopped")).toMatch(/StopInstance.*StopCharging/);
    expect(textOf("timed")).toContain(`ModifyInstanceAutoReleaseTime`);
    expect(textOf("timed")).toContain(at);
    expect(textOf("never")).toMatch(/ModifyInstanceAutoReleaseTime.*cancel/);
    expect(textOf("released")).toMatch(/StopInstance[\s\S]*DeleteInstance.*CAN'T BE UNDONE/);
    for (const lost of ["i-released", "batch", "ecs.g7.large", "team=night"])
      expect(textOf("released")).toContain(lost);
    expect(textOf("running")).toBe("");
    expect(textOf("mode")).toMatch(/stop\.mode: .*KeepCharging.*StopCharging/);
    const calls = cloud.calls();
    expect(calls.writes).toEqual([]);
    // One look at all, and the disks of the one that goes and of the one that gives back its capacity.
    const storageOf = (id: string) => [`DescribeDisks ${id}`, `DescribeSnapshots ${id}`];
    const [look, ...storage] = [...calls.reads].sort(
      (one, other) => Number(/Disk|Snap/.test(one)) - Number(/Disk|Snap/.test(other)),
    );
    expect(look).toMatch(/^DescribeInstances/);
    expect(storage.sort()).toEqual([...storageOf("i-released"), ...storageOf("i-stopped")].sort());
  });

  it("does just what was shown, and records what was reached", async () => {
    await project.must(up);
    expect(cloud.writes()).toEqual([
      "DeleteInstance i-released",
      "ModifyInstanceAutoReleaseTime i-never",
      "ModifyInstanceAutoReleaseTime i-timed",
      "StartInstance i-started",
      "StopInstance i-member",
      "StopInstance i-released",
      "StopInstance i-stopped",
    ]);
    expect(cloud.emulator.instance("i-stopped")).toMatchObject({ Status: "Stopped", StoppedMode: "StopCharging" });
    expect(cloud.status("i-released")).toBe("absent");
    const recorded = project.recorded();
    expect(Object.keys(recorded).sort()).toEqual(Object.keys(declared).sort());
    for (const [name, args] of Object.entries(declared)) {
      expect(recorded[name]).toMatchObject({ id: args.instanceId, outputs: args });
    }
    expect(project.outputs("running")).toMatchObject({ status: "running", lastRun: { steps: [] } });
    expect(project.outputs("started")).toMatchObject({
      status: "running",
      lastRun: { steps: [{ call: "StartInstance", requestId: expect.any(String) as string }] },
    });
    expect(project.outputs("timed")).toMatchObject({ status: "running", autoReleaseTime: at });
    expect(project.outputs("never")).toHaveProperty("autoReleaseTime", null);
    expect(project.outputs("released")).toMatchObject({ status: "released", releasedBy: "declaration" });
    expect(project.outputs("watched")).toMatchObject({ autoReleaseTime: expect.any(String) as string });
    for (const { inputs, outputs } of Object.values(recorded)) {
      expect(inputs).not.toHaveProperty("__run");
      expect(outputs).not.toHaveProperty("__run");
    }
  });

  it("records what was last seen of the machine that it released", () => {
    expect(project.outputs("released")).toMatchObject({
      instanceName: "batch",
      chargeType: "PostPaid",
      lastSeenAt: expect.any(String) as string,
      createdAt: expect.any(String) as string,
    });
  });

  it("is followed by one that has nothing to do and calls nothing that writes", async () => {
    await project.must([...upWithPreview, "--expect-no-changes"]);
    await project.must([...refresh, "--expect-no-changes"]);
    expect(cloud.writes()).toEqual([]);
  });
});

/** Somebody stops one, starts another, and sets and takes away release times. */
function drift(): void {
  cloud.put(
    { InstanceId: "i-running", Status: "Stopped" },
    { InstanceId: "i-stopped", Status: "Running" },
    { InstanceId: "i-timed", AutoReleaseTime: "" },
    { InstanceId: "i-never", AutoReleaseTime: minutesAhead(240) },
  );
}

const corrections = [
  "ModifyInstanceAutoReleaseTime i-never",
  "ModifyInstanceAutoReleaseTime i-timed",
  "StartInstance i-running",
  "StopInstance i-stopped",
];

describe("drift", () => {
  it("is shown by a plain preview and corrected by a plain up", async () => {
    drift();
    const { steps, diagnostics } = await project.previewForMachines();
    const updated = steps.filter(({ op }) => op === "update").map(({ urn }) => urn.split("::").at(-1));
    expect(updated.sort()).toEqual(["never", "running", "stopped", "timed"]);
    const texts = diagnostics.map(({ message }) => message).join("\n");
    expect(texts).toMatch(/StartInstance[\s\S]*StopInstance|StopInstance[\s\S]*StartInstance/);
    expect(cloud.writes()).toEqual([]);
    await project.must(up);
    expect(cloud.writes()).toEqual(corrections);
    await project.must(nothingLeft);
  });

  it("is corrected by up --refresh", async () => {
    drift();
    await project.must([...up, "--refresh"]);
    expect(cloud.writes()).toEqual(corrections);
    await project.must(nothingLeft);
  });

  it("is recorded by a refresh that calls nothing that writes, and corrected by the next up", async () => {
    drift();
    await project.must(refresh);
    expect(cloud.writes()).toEqual([]);
    expect(project.recorded().running).toMatchObject({
      inputs: { state: "stopped" },
      outputs: { state: "running", status: "stopped" },
    });
    expect(project.outputs("timed")).toHaveProperty("autoReleaseTime", null);
    expect(project.recorded().watched?.inputs).not.toHaveProperty("autoReleaseAt");
    const { output } = await project.must([...upWithPreview, "--diff"]);
    expect(output).toMatch(/state *: "stopped" => "running"/);
    expect(cloud.writes()).toEqual(corrections);
    await project.must(nothingLeft);
  });

  it("a release time that is taken out of the declaration is cancelled, one never declared stays", async () => {
    project.declare({ ...declared, timed: { instanceId: "i-timed" } });
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-timed"]);
    expect(cloud.emulator.instance("i-timed")?.AutoReleaseTime).toBe("");
    expect(cloud.emulator.instance("i-watched")?.AutoReleaseTime).not.toBe("");
    await project.must(nothingLeft);
  });
});
