import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, type Preview, Project, up } from "../rig/project";

/** What of a schedule has been applied, on the real engine. The time is the emulator's, and not this machine's. */

// Each file of steps is a dozen runs.
vi.setConfig({ testTimeout: 600_000 });
afterAll(() => {
  vi.resetConfig();
});

const office = { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] };

let cloud: Cloud;
let project: Project;

async function opened(machine: string, args: object): Promise<void> {
  cloud = await Cloud.open(
    [{ InstanceId: machine, InstanceName: "worker", Status: "Running" }],
    { now: "2026-12-07T01:00:00Z" },
    "virtual",
  );
  project = await Project.open(cloud.env);
  project.program(`
const worker = new InstanceLifecycle("worker", ${JSON.stringify({ instanceId: machine, ...args })});
exports.nextChangeAt = worker.nextChangeAt;`);
}

function goTo(time: string): void {
  cloud.emulator.advance(Date.parse(`${time}+08:00`) - cloud.emulator.world.now());
}

/** The preview's plan for the machine; undefined where it shows nothing to do. */
async function planned(): Promise<string | undefined> {
  // The engine leaves the list out where nothing was said.
  const { diagnostics = [] }: Partial<Preview> = await project.previewForMachines();
  return diagnostics.map(({ message }) => message).find((text) => text.includes("->"));
}

async function applied(): Promise<readonly string[]> {
  cloud.calls();
  await cloud.live(() => project.must(up));
  return cloud.writes();
}

describe('drift "report" with a schedule', () => {
  beforeAll(() => opened("i-daily", { schedule: office, drift: "report" }));

  it("applies a boundary that lay between two runs of the same state", async () => {
    goTo("2026-12-09T09:00");
    expect(await applied()).toEqual([]);
    expect(project.outputs("worker")).toMatchObject({ scheduleAppliedAt: "2026-12-09T00:00:00Z" });
    cloud.put({ InstanceId: "i-daily", Status: "Stopped" });
    goTo("2026-12-10T09:00");
    expect(await planned()).toMatch(/stopped -> running[\s\S]*StartInstance/);
    expect(await applied()).toEqual(["StartInstance i-daily"]);
    expect(project.outputs("worker")).toMatchObject({ scheduleAppliedAt: "2026-12-10T00:00:00Z" });
  });

  it("only reports what is changed within a period, also after a run that had nothing to do", async () => {
    goTo("2026-12-11T09:00");
    expect(await applied()).toEqual([]);
    cloud.put({ InstanceId: "i-daily", Status: "Stopped" });
    goTo("2026-12-11T10:00");
    expect(await planned()).toBeUndefined();
    expect(await applied()).toEqual([]);
    expect(cloud.status("i-daily")).toBe("Stopped");
    await project.must(nothingLeft);
  });
});

describe('apply: "stops"', () => {
  beforeAll(() => opened("i-night", { schedule: { ...office, apply: "stops" } }));

  it("stops at the boundary, once, and the preview says so", async () => {
    expect(await applied()).toEqual([]);
    goTo("2026-12-07T21:00");
    expect(await planned()).toMatch(
      /running -> stopped[\s\S]*StopInstance[\s\S]*stopped is applied once, as due since 2026-12-07T12:00:00Z/,
    );
    expect(await applied()).toEqual(["StopInstance i-night"]);
    expect(project.outputs("worker")).toMatchObject({ status: "stopped", scheduleAppliedAt: "2026-12-07T12:00:00Z" });
    await project.must(nothingLeft);
  });

  it("leaves what somebody starts in the night, and starts nothing in the morning", async () => {
    cloud.put({ InstanceId: "i-night", Status: "Running" });
    goTo("2026-12-07T23:00");
    expect(await planned()).toBeUndefined();
    await project.must(nothingLeft);
    expect(await applied()).toEqual([]);
    expect(cloud.status("i-night")).toBe("Running");
    const refreshed = await project.must(["refresh", "--yes", "--expect-no-changes"]);
    expect(refreshed.code).toBe(0);
    expect(await applied()).toEqual([]);
    cloud.put({ InstanceId: "i-night", Status: "Stopped" });
    goTo("2026-12-08T09:00");
    expect(await planned()).toBeUndefined();
    expect(await applied()).toEqual([]);
    expect(cloud.status("i-night")).toBe("Stopped");
  });

  it("stops what was started by day at the next boundary, also when no run saw the day", async () => {
    goTo("2026-12-08T21:00");
    expect(await applied()).toEqual([]);
    cloud.put({ InstanceId: "i-night", Status: "Running" });
    goTo("2026-12-09T21:00");
    expect(await planned()).toMatch(/running -> stopped/);
    expect(await applied()).toEqual(["StopInstance i-night"]);
    await project.must(nothingLeft);
  });

  it("another declaration that changes in the night applies nothing a second time", async () => {
    cloud.put({ InstanceId: "i-night", Status: "Running" });
    project.declare({
      worker: { instanceId: "i-night", schedule: { ...office, apply: "stops" }, timeouts: { stop: "9m" } },
    });
    goTo("2026-12-09T22:00");
    expect(await planned()).toBeUndefined();
    expect(await applied()).toEqual([]);
    expect(cloud.status("i-night")).toBe("Running");
    await project.must(nothingLeft);
  });

  it("a stop that fails is due again", async () => {
    goTo("2026-12-10T21:00");
    cloud.emulator.addFault({ action: "StopInstance", then: { code: "Forbidden.RAM", status: 403 } });
    cloud.calls();
    await cloud.live(() => project.mustFail(up));
    expect(cloud.status("i-night")).toBe("Running");
    expect(await applied()).toEqual(["StopInstance i-night"]);
    expect(project.outputs("worker")).toMatchObject({ scheduleAppliedAt: "2026-12-10T12:00:00Z" });
  });
});
