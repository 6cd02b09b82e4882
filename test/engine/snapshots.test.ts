import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DiskFields, LedgerEntry, SnapshotFields } from "../../emulator/index";
import { Cloud } from "../rig/cloud";
import { announced, isWriteCall, saidOf, writeText } from "../rig/plan-text";
import { adopt, descendantsOf, isAlive, until } from "../rig/process";
import { nothingLeft, Project, up } from "../rig/project";
import type { Json } from "../rig/sdk";

/** Releases that save the disks first, to their end and interrupted on the way. */

const tag = "pulumi-alicloud-lifecycle";
const names = ["whole", "failing", "stop", "snapshot", "delete", "listed", "stale"] as const;
const system = (name: string) => `d-${name}sys`;
const data = (name: string) => `d-${name}data`;
const disks = [
  ...names.flatMap((name): DiskFields[] => [
    { DiskId: system(name), InstanceId: `i-${name}`, Type: "system" },
    { DiskId: data(name), InstanceId: `i-${name}`, DeleteWithInstance: false, Size: 200 },
  ]),
  { DiskId: "d-scratch", InstanceId: "i-local", Category: "local_ssd_pro" },
];
const minutesAgo = (minutes: number) => `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;

/** With our tag, but from before the machine's last start. */
const stale: SnapshotFields = {
  SnapshotId: "s-stale",
  SourceDiskId: system("stale"),
  instanceId: "i-stale",
  CreationTime: minutesAgo(90),
  Tags: { [tag]: "i-stale" },
};

const timings = { stopMs: 200, snapshotMs: 200, releaseMs: 200 };
let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open(
    [
      ...names.map((name) => ({
        InstanceId: `i-${name}`,
        InstanceName: "batch",
        StartTime: minutesAgo(60),
        timings: {
          ...timings,
          ...(name === "stop" ? { stopMs: 3_000 } : {}),
          ...(name === "snapshot" ? { snapshotMs: 6_000 } : {}),
          ...(name === "listed" ? { releaseMs: 20_000 } : {}),
        },
      })),
      { InstanceId: "i-local", InstanceName: "batch" },
    ],
    { disks, snapshots: [stale] },
  );
});
beforeEach(() => void cloud.calls());

const released = (name: string, snapshot: unknown = true): Json => ({
  instanceId: `i-${name}`,
  state: "released",
  release: { snapshot },
  expect: { instanceName: "batch" },
});
const writesAbout = (name: string) => cloud.callsAbout(`i-${name}`).filter(isWriteCall).map(writeText);
const snapshotsOf = (name: string) =>
  cloud.emulator.world.toFile().snapshots.filter(({ SourceDiskId }) => SourceDiskId?.startsWith(`d-${name}`));

describe("a release with snapshots", () => {
  it("stops, saves every disk, deletes, and records the snapshots by their ids", async () => {
    const project = await Project.open(cloud.env);
    const snapshot = { retentionDays: 7, name: "before-release", tags: { team: "night" } };
    project.declare({ whole: released("whole", snapshot) });
    const said = saidOf(await project.previewForMachines(), "whole");
    const expected = [
      "StopInstance KeepCharging",
      `CreateSnapshot ${system("whole")}`,
      `CreateSnapshot ${data("whole")}`,
      "DeleteInstance",
    ];
    expect([...announced(said).always].sort()).toEqual([...expected].sort());
    expect(said).toMatch(new RegExp(`lost for ever: .*${system("whole")}`));
    expect(said).toMatch(new RegExp(`stays and keeps costing: .*${data("whole")}`));
    await project.must(up);
    const called = writesAbout("whole");
    expect([called[0], called.at(-1)]).toEqual(["StopInstance KeepCharging", "DeleteInstance"]);
    expect([...called].sort()).toEqual([...expected].sort());
    const made = snapshotsOf("whole");
    expect(project.outputs("whole")).toMatchObject({ status: "released", releasedBy: "declaration" });
    expect(project.outputs("whole").snapshotIds).toHaveLength(2);
    expect([...(project.outputs("whole").snapshotIds as string[])].sort()).toEqual(
      made.map(({ SnapshotId }) => SnapshotId).sort(),
    );
    for (const one of made) {
      expect(one).toMatchObject({ RetentionDays: 7, SnapshotName: "before-release", Status: "accomplished" });
      const tags = (one.Tags as { Tag: { TagKey: string; TagValue: string }[] }).Tag;
      expect(tags).toContainEqual({ TagKey: tag, TagValue: "i-whole" });
      expect(tags).toContainEqual({ TagKey: "team", TagValue: "night" });
    }
    await project.must(nothingLeft);
  });

  it("begins a failed snapshot again before it deletes", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ failing: released("failing") });
    cloud.emulator.addFault({ action: "CreateSnapshot", then: { snapshot: "fails" } });
    await project.must(up);
    const called = writesAbout("failing");
    expect(called.filter((text) => text.startsWith("CreateSnapshot"))).toHaveLength(3);
    expect(called.at(-1)).toBe("DeleteInstance");
    const usable = snapshotsOf("failing").filter(({ Status }) => Status === "accomplished");
    expect([...(project.outputs("failing").snapshotIds as string[])].sort()).toEqual(
      usable.map(({ SnapshotId }) => SnapshotId).sort(),
    );
    await project.must(nothingLeft);
  });

  it("of a local disk is refused in the preview as in up, and nothing is written", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ local: released("local") });
    for (const command of [["preview"], up]) {
      expect(await project.mustFail(command)).toMatch(/release\.snapshot: d-scratch of i-local is a local disk/);
    }
    expect(cloud.writes()).toEqual([]);
  });

  it("doesn't rest on a snapshot from before the last start, whatever its tag", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ stale: released("stale") });
    await project.must(up);
    expect(writesAbout("stale")).toContain(`CreateSnapshot ${system("stale")}`);
    expect(project.outputs("stale").snapshotIds).toHaveLength(2);
    expect(project.outputs("stale").snapshotIds).not.toContain("s-stale");
  });

  it("of a machine that has only just started: what was made in its first minute wouldn't count, so it waits that long", async () => {
    // ECS gives the start in whole minutes; this one begins late in one, so that the wait is short.
    const { world } = cloud.emulator;
    cloud.emulator.advance((105_000 - (world.now() % 60_000)) % 60_000);
    const StartTime = `${new Date(world.now()).toISOString().slice(0, 19)}Z`;
    cloud.put({ InstanceId: "i-fresh", InstanceName: "batch", StartTime, timings });
    const project = await Project.open(cloud.env);
    project.declare({ fresh: released("fresh") });
    expect((await project.start(up, undefined, 60_000).ended).code).toBe(0);
    expect(cloud.callsAbout("i-fresh").filter(({ action }) => action === "DeleteInstance")).toHaveLength(1);
    expect(snapshotsOfInstance("i-fresh")).toHaveLength(1);
    expect(project.outputs("fresh").snapshotIds).toEqual(snapshotsOfInstance("i-fresh"));
  });
});

function snapshotsOfInstance(id: string): readonly string[] {
  const { snapshots } = cloud.emulator.world.toFile();
  return snapshots.filter(({ instanceId }) => instanceId === id).map(({ SnapshotId }) => SnapshotId);
}

/** Ends the CLI, its plugins and its program at once, as a machine that loses its power. */
async function killedAt(project: Project, what: string, isThere: () => boolean): Promise<void> {
  const running = project.start(up);
  await until(what, isThere);
  const all = [running.pid, ...descendantsOf(running.pid)];
  for (const pid of all) adopt(pid);
  for (const pid of all) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went with another one.
    }
  }
  await until("the end of all", () => !all.some(isAlive));
  await project.must(["cancel", "--yes"]);
}

function expectReadsBetween(rows: readonly LedgerEntry[], action: string): void {
  const sent = rows.flatMap((row, index) => (row.action === action ? [index] : []));
  for (const [index, from] of sent.entries()) {
    const to = sent[index + 1];
    if (to === undefined) continue;
    const between = rows.slice(from + 1, to).map((row) => row.action);
    expect(
      between.some((name) => name.startsWith("Describe")),
      `a look between two ${action}`,
    ).toBe(true);
  }
}

describe("killed on the way, CLI and plugin", () => {
  const once = (name: string) => [
    `CreateSnapshot ${data(name)}`,
    `CreateSnapshot ${system(name)}`,
    "DeleteInstance",
    "StopInstance KeepCharging",
  ];
  const accepted = (name: string) =>
    cloud
      .callsAbout(`i-${name}`)
      .filter(({ code }) => code === null)
      .filter(isWriteCall)
      .map(writeText)
      .sort();

  async function killedAfter(name: string, action: string): Promise<Project> {
    const project = await Project.open(cloud.env);
    project.declare({ [name]: { instanceId: `i-${name}`, state: "running" } });
    await project.must(up);
    project.declare({ [name]: released(name) });
    await killedAt(project, action, () => cloud.callsAbout(`i-${name}`).some((row) => row.action === action));
    return project;
  }

  it.each([
    ["stop", "StopInstance"],
    ["snapshot", "CreateSnapshot"],
  ])("after the %s: the next up finishes and saves once", async (name, action) => {
    const project = await killedAfter(name, action);
    await project.must(up);
    expect(accepted(name)).toEqual(once(name));
    expect(project.outputs(name)).toMatchObject({ status: "released", releasedBy: "declaration" });
    const made = snapshotsOf(name).map(({ SnapshotId }) => SnapshotId);
    expect([...(project.outputs(name).snapshotIds as string[])].sort()).toEqual(made.sort());
    await project.must(nothingLeft);
  });

  it("after the delete, when it is gone: the next up records that, and calls nothing more", async () => {
    const project = await killedAfter("delete", "DeleteInstance");
    await until("the end of the release", () => cloud.status("i-delete") === "absent");
    await project.must(up);
    expect(accepted("delete")).toEqual(once("delete"));
    expect(cloud.callsAbout("i-delete").filter(({ action }) => action === "DeleteInstance")).toHaveLength(1);
    expect(project.outputs("delete").releasedBy).not.toBeNull();
    await project.must(nothingLeft);
  });

  it("after the delete, while it is still listed: the next up finishes, and looks before it repeats anything", async () => {
    const project = await killedAfter("listed", "DeleteInstance");
    await project.must(up);
    expect(accepted("listed")).toEqual(once("listed"));
    expectReadsBetween(cloud.callsAbout("i-listed"), "DeleteInstance");
    expect(project.outputs("listed").releasedBy).not.toBeNull();
    await project.must(nothingLeft);
  });
});
