import { describe, expect, it } from "vitest";
import type { DiskFields, InstanceFields } from "../../emulator/index";
import { Cloud, minutesAhead } from "../rig/cloud";
import { announced, isWriteCall, saidOf, writeText } from "../rig/plan-text";
import { nothingLeft, Project, refresh, up } from "../rig/project";
import type { Json } from "../rig/sdk";

/** What a preview announces is what the following up calls: for every declared × observed cell, on a world that stands still in between. */

const at = minutesAhead(240);
const earlier = minutesAhead(120);
const later = minutesAhead(480);

const statuses = ["Running", "Stopped", "Starting", "Pending", "Stopping"] as const;
type Status = (typeof statuses)[number];

interface Cell {
  readonly name: string;
  readonly id: string;
  readonly args: Json;
  /** Declared when it is adopted before it is brought into its status. */
  readonly before?: Json;
  readonly instance: Partial<InstanceFields>;
  /** By the contract's table. */
  readonly writes: readonly string[];
}

const named = { expect: { instanceName: "batch" } };
const start = "StartInstance";
const stop = "StopInstance KeepCharging";
const remove = "DeleteInstance";
const set = `ModifyInstanceAutoReleaseTime ${at}`;
const cancel = "ModifyInstanceAutoReleaseTime";

function cell(
  name: string,
  args: Json,
  instance: Partial<InstanceFields>,
  writes: readonly string[],
  before?: Json,
): Cell {
  const id = `i-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`;
  return { name, id, args, instance, writes, ...(before === undefined ? {} : { before }) };
}

const stops = (status: Status) => status === "Running" || status === "Starting" || status === "Pending";

/** Section "Desired × observed", row by row. */
const power = statuses.flatMap((status) => [
  cell(`running-${status}`, { state: "running" }, { Status: status }, /^Stop/.test(status) ? [start] : []),
  cell(`stopped-${status}`, { state: "stopped" }, { Status: status }, stops(status) ? [stop] : []),
  cell(`unset-${status}`, {}, { Status: status }, []),
]);

const times = [
  cell("at-none", { autoReleaseAt: at }, {}, [set]),
  cell("at-equal", { autoReleaseAt: at }, { AutoReleaseTime: at }, []),
  cell("at-earlier", { autoReleaseAt: at }, { AutoReleaseTime: earlier }, [set]),
  cell("at-later", { autoReleaseAt: at }, { AutoReleaseTime: later }, [set]),
  cell("never-none", { autoReleaseAt: "never" }, {}, []),
  cell("never-set", { autoReleaseAt: "never" }, { AutoReleaseTime: later }, [cancel]),
  cell("undeclared-set", {}, { AutoReleaseTime: later }, []),
  cell("stop-then-time", { state: "stopped", autoReleaseAt: at }, {}, [stop, set]),
  cell("postpone-then-stop", { state: "stopped", autoReleaseAt: at }, { AutoReleaseTime: earlier }, [set, stop]),
  cell("stop-then-earlier", { state: "stopped", autoReleaseAt: at }, { AutoReleaseTime: later }, [stop, set]),
  cell("cancel-then-start", { state: "running", autoReleaseAt: "never" }, { Status: "Stopped", AutoReleaseTime: at }, [
    cancel,
    start,
  ]),
  cell("start-then-time", { state: "running", autoReleaseAt: at }, { Status: "Stopped" }, [start, set]),
];

const modes = [
  cell("economical", { state: "stopped", stop: { mode: "StopCharging" } }, {}, ["StopInstance StopCharging"]),
  cell("by-force", { state: "stopped", stop: { force: true } }, {}, [`${stop} force`]),
  cell("mode-differs", { state: "stopped", stop: { mode: "StopCharging" } }, { Status: "Stopped" }, []),
  cell("mode-now", { state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } }, { Status: "Stopped" }, [
    start,
    "StopInstance StopCharging",
  ]),
  cell("quick", { state: "stopped", stop: { forceAfter: "4s" } }, {}, [stop]),
  cell("hung", { state: "stopped", stop: { forceAfter: "2s" } }, { timings: { stopMs: null } }, [
    stop,
    `${stop} force`,
  ]),
];

const withdrawn = [
  cell("withdrawn-equal", {}, { AutoReleaseTime: at }, [cancel], { autoReleaseAt: at }),
  cell("withdrawn-none", {}, {}, [], { autoReleaseAt: at }),
];

function releases(status: Status): Cell[] {
  const first = stops(status) ? [stop] : [];
  const released = (name: string, release: Json, writes: readonly string[], fields: Partial<InstanceFields> = {}) =>
    cell(
      `${name}-${status}`,
      { state: "released", release, ...named },
      { ...fields, Status: status, InstanceName: "batch" },
      writes,
    );
  const disks = (name: string) =>
    disksOf(`i-${name}${status.toLowerCase()}`).map(({ DiskId }) => `CreateSnapshot ${DiskId}`);
  return [
    released("released", {}, [...first, remove]),
    released("force", { force: true }, [`${remove} force`]),
    released("snapshot", { snapshot: true }, [...first, ...disks("snapshot"), remove]),
    released("lift", { deletionProtection: "lift" }, [...first, "ModifyInstanceAttribute", remove], {
      DeletionProtection: true,
    }),
  ];
}

function disksOf(id: string): DiskFields[] {
  const name = id.slice(2);
  return [
    { DiskId: `d-${name}sys`, InstanceId: id, Type: "system" },
    { DiskId: `d-${name}data`, InstanceId: id, DeleteWithInstance: false },
  ];
}

const limits = { "lifecycle:maxReleases": "100", "lifecycle:maxReleaseTimes": "100", "lifecycle:maxStops": "100" };

async function world(cells: readonly Cell[], instance: (cell: Cell) => Partial<InstanceFields>): Promise<Cloud> {
  const instances = cells.map((one) => ({ InstanceName: "batch", ...instance(one), InstanceId: one.id }));
  const disks = cells.flatMap(({ id }) => disksOf(id));
  return await Cloud.open(instances, { disks, switches: { forceStopWhileStopping: "accepted" } }, "virtual");
}

async function projectOf(cloud: Cloud): Promise<Project> {
  const project = await Project.open(cloud.env);
  project.config(limits);
  return project;
}

function declare(project: Project, cells: readonly Cell[], args: (cell: Cell) => Json = (one) => one.args): void {
  project.declare(Object.fromEntries(cells.map((one) => [one.name, { instanceId: one.id, ...args(one) }])));
}

const inParallel = [...up, "--parallel", "64"];

async function expectAsAnnounced(cloud: Cloud, project: Project, cells: readonly Cell[]): Promise<void> {
  cloud.calls();
  const preview = await project.previewForMachines();
  expect(cloud.calls().writes).toEqual([]);
  const { output } = await cloud.live(() => project.must(inParallel));
  for (const { name, id, writes } of cells) {
    const rows = cloud.callsAbout(id).filter(isWriteCall);
    expect(
      rows.map(({ code }) => code),
      `codes of ${name}\n${output}`,
    ).toEqual(rows.map(() => null));
    const called = rows.map(writeText);
    const said = announced(saidOf(preview, name));
    expect(called, `${name}, by the contract`).toEqual(writes);
    expect([said.always, said.atMost], `${name}, by the preview:\n${saidOf(preview, name)}`).toContainEqual(called);
  }
  await project.must(nothingLeft);
}

describe("power and release times", () => {
  it("on first adoption", async () => {
    const cells = [...power, ...times, ...modes];
    const cloud = await world(cells, ({ instance }) => instance);
    const project = await projectOf(cloud);
    declare(project, cells);
    await expectAsAnnounced(cloud, project, cells);
  });

  it("of machines that are known already", async () => {
    const cells = [...power, ...times, ...modes, ...withdrawn];
    const cloud = await world(cells, ({ instance }) => ({ timings: instance.timings ?? {} }));
    const project = await projectOf(cloud);
    declare(project, cells, ({ before }) => before ?? {});
    await cloud.live(() => project.must(inParallel));
    declare(project, cells);
    cloud.put(...cells.map(({ id, instance }) => ({ AutoReleaseTime: "", ...instance, InstanceId: id })));
    await expectAsAnnounced(cloud, project, cells);
  });
});

describe("releases", () => {
  const cells = statuses.flatMap(releases);

  it("on first adoption", async () => {
    const cloud = await world(cells, ({ instance }) => instance);
    const project = await projectOf(cloud);
    declare(project, cells);
    await expectAsAnnounced(cloud, project, cells);
  });

  it("of machines that are known already, two of which are gone", async () => {
    const gone = [cell("released-absent", { state: "released" }, {}, []), cell("unset-absent", {}, {}, [])];
    const all = [...cells, ...gone];
    const cloud = await world(all, () => ({}));
    const project = await projectOf(cloud);
    declare(project, all, () => ({}));
    await cloud.live(() => project.must(inParallel));
    declare(project, all);
    cloud.put(...cells.map(({ id, instance }) => ({ ...instance, InstanceId: id })));
    await cloud.live(() => cloud.release(...gone.map(({ id }) => id)));
    await expectAsAnnounced(cloud, project, all);
  });
});

describe("what is refused", () => {
  it("running and stopped of a machine that is gone: in the preview as in up, with nothing written, also after a refresh", async () => {
    const cells = [
      cell("running-absent", { state: "running" }, {}, []),
      cell("stopped-absent", { state: "stopped" }, {}, []),
    ];
    const cloud = await world(cells, () => ({}));
    // The first refusal ends a run, so each has a stack of its own.
    await Promise.all(
      cells.map(async (one) => {
        const project = await projectOf(cloud);
        declare(project, [one], () => ({}));
        await project.must(up);
        await cloud.live(() => cloud.release(one.id));
        declare(project, [one]);
        for (const command of [["preview"], up, refresh, ["preview"]]) {
          const ended = await project.run(command);
          expect(ended.code === 0, ended.output).toBe(command === refresh);
          const refusal = new RegExp(`state: .* can't be met: ${one.id} is gone`);
          if (command !== refresh) expect(ended.output).toMatch(refusal);
        }
      }),
    );
    expect(cloud.writes()).toEqual([]);
  });
});
