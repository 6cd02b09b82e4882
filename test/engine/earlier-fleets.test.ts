import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/**
 * Fleets that an earlier version has recorded, with a resource for each member: taken over without a call, with the release
 * times of ours, the ends of times to live and the snapshots. The state was exported from that version (commit 28d8051).
 */

const at = minutesAhead(300 * 24 * 60);
const ends = minutesAhead(900 * 24 * 60);
const state = readFileSync(join(__dirname, "states/fleets-with-a-resource-each.json"), "utf8")
  .replaceAll("2027-11-20T12:00:00Z", at)
  .replaceAll("2029-08-25T16:02:00Z", ends);

const machine = (name: string, more: Partial<InstanceFields>): InstanceFields => ({
  InstanceId: `i-${name}`,
  InstanceName: name,
  SerialNumber: `serial-i-${name}`,
  CreationTime: "2026-01-01T00:00Z",
  Status: "Running",
  ...more,
});

const timed = `new FleetLifecycle("timed", { instanceIds: ["i-old1", "i-old2"], state: "running", autoReleaseAt: "${at}", onDelete: "stop" });`;
const living = `new FleetLifecycle("living", { instanceIds: ["i-old3", "i-old4"], state: "stopped", autoReleaseAfter: "1000d" });`;
const gone = `new FleetLifecycle("gone", { instanceIds: ["i-old5"], state: "released", release: { snapshot: true }, expect: { instanceName: "old5" } });`;

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.put(
    machine("old1", { AutoReleaseTime: at }),
    machine("old2", { AutoReleaseTime: at }),
    machine("old3", { AutoReleaseTime: ends, Status: "Stopped", StoppedMode: "KeepCharging" }),
    machine("old4", { AutoReleaseTime: ends, Status: "Stopped", StoppedMode: "KeepCharging" }),
  );
  project = await Project.open(cloud.env);
  project.write("state.json", state);
  await project.must(["stack", "import", "--file", "state.json"]);
  cloud.calls();
});

function declare(...fleets: readonly string[]): void {
  project.program(`const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");\n${fleets.join("\n")}`);
}

const takenOver = () => {
  const members = project.members();
  expect(Object.keys(members).sort()).toEqual(["i-old1", "i-old2", "i-old3", "i-old4", "i-old5"]);
  for (const id of ["i-old1", "i-old2"]) expect(members[id]).toMatchObject({ ownReleaseTime: at, status: "running" });
  for (const id of ["i-old3", "i-old4"]) expect(members[id]).toMatchObject({ autoReleaseFixedAt: ends });
  expect(members["i-old5"]).toMatchObject({ releasedBy: "declaration", status: "released" });
  expect((members["i-old5"] as { snapshotIds: string[] }).snapshotIds).toHaveLength(1);
  expect(project.recorded()).toEqual({});
};

describe("fleets of an earlier version", () => {
  it("are previewed and taken over without a call, and then there is nothing left to do", async () => {
    declare(timed, living, gone);
    await project.must(["preview"]);
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
    takenOver();
    await project.must(nothingLeft);
  });

  it("a run that ends between the two halves loses nothing: the next one goes on", async () => {
    declare(timed, living, gone);
    await project.must([...up, "--target", "**FleetMembers**"]);
    expect(Object.keys(project.recorded())).toHaveLength(5);
    await project.must(up);
    expect(cloud.writes()).toEqual([]);
    takenOver();
  });

  it("what is withdrawn in the same run is cancelled, once for each", async () => {
    declare(timed.replace(/autoReleaseAt: "[^"]*", /, ""), living, gone);
    await project.must(up);
    expect([...cloud.writes()].sort()).toEqual([
      "ModifyInstanceAutoReleaseTime i-old1",
      "ModifyInstanceAutoReleaseTime i-old2",
    ]);
    await project.must(nothingLeft);
  });

  it("a fleet that is taken out in the same run is left as its last up declared", async () => {
    declare(living, gone);
    await project.must(up);
    expect([...cloud.writes()].sort()).toEqual([
      "ModifyInstanceAutoReleaseTime i-old1",
      "ModifyInstanceAutoReleaseTime i-old2",
      "StopInstance i-old1",
      "StopInstance i-old2",
    ]);
    expect(Object.keys(project.members()).sort()).toEqual(["i-old3", "i-old4", "i-old5"]);
  });

  it("a member that leaves in the same run is treated as its last up declared", async () => {
    declare(timed.replace(', "i-old2"', ""), living, gone);
    await project.must(up);
    expect([...cloud.writes()].sort()).toEqual(["ModifyInstanceAutoReleaseTime i-old2", "StopInstance i-old2"]);
  });
});
