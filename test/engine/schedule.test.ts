import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Cloud } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/** A week of a schedule on the real engine. The time is the emulator's, and not this machine's. */

// Several dozens of runs.
vi.setConfig({ testTimeout: 600_000 });

const hourMs = 3_600_000;
/** Monday, midnight in Shanghai. */
const mondayMs = Date.parse("2026-12-07T00:00:00+08:00");
const schedule = { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] };

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(
    [{ InstanceId: "i-worker", InstanceName: "worker", Status: "Running" }],
    { now: new Date(mondayMs).toISOString() },
    "virtual",
  );
  project = await Project.open(cloud.env);
  project.program(`
const worker = new InstanceLifecycle("worker", ${JSON.stringify({ instanceId: "i-worker", schedule })});
exports.nextChangeAt = worker.nextChangeAt;`);
});
afterAll(() => {
  vi.resetConfig();
});

function goTo(ms: number): void {
  cloud.emulator.advance(Math.max(0, ms - cloud.emulator.world.now()));
}

/** Told by the calendar, and not by the provider: an hour of this week. */
function isOpen(hour: number): boolean {
  return hour < 5 * 24 && hour % 24 >= 8 && hour % 24 < 20;
}

async function applyAt(hour: number): Promise<void> {
  goTo(mondayMs + hour * hourMs);
  await cloud.live(() => project.must(up));
  expect([hour, cloud.status("i-worker")]).toEqual([hour, isOpen(hour) ? "Running" : "Stopped"]);
}

async function nextChangeMs(): Promise<number> {
  const { stdout } = await project.must(["stack", "output", "nextChangeAt"]);
  return Date.parse(stdout.trim());
}

/** From the ledger: when it began to be on or off. */
function switches(): readonly { readonly isOn: boolean; readonly atMs: number }[] {
  return cloud.emulator
    .ledger()
    .filter(({ action, status }) => /^(Start|Stop)Instance$/.test(action) && status === 200)
    .map(({ action, at }) => ({ isOn: action === "StartInstance", atMs: Date.parse(at) }));
}

describe("a week in which machines run from 8 to 20 on weekdays", () => {
  it("the preview names the rule and the time until which it holds, and sends nothing", async () => {
    const { steps, diagnostics } = await project.previewForMachines();
    const text = diagnostics.map(({ message }) => message).join("\n");
    expect(steps.filter(({ urn }) => urn.endsWith("::worker")).map(({ op }) => op)).toEqual(["create"]);
    expect(text).toMatch(/running -> stopped[\s\S]*StopInstance/);
    expect(text).toContain("schedule: stopped until 2026-12-07T00:00:00Z, because no period is open");
    expect(cloud.calls().writes).toEqual([]);
  });

  it("one whole day, hour by hour: on and off as the calendar says, and nothing is sent in between", async () => {
    for (let hour = 0; hour < 24; hour++) {
      await applyAt(hour);
      const expected =
        hour === 0 || hour === 20 ? ["StopInstance i-worker"] : hour === 8 ? ["StartInstance i-worker"] : [];
      expect([hour, cloud.writes()]).toEqual([hour, expected]);
    }
    await project.must(nothingLeft);
  });

  it("the rest of it, each run when the one before says that the next is due", async () => {
    const due: number[] = [];
    for (;;) {
      const hour = ((await nextChangeMs()) - mondayMs) / hourMs;
      if (hour >= 7 * 24) {
        expect(hour).toBe(7 * 24 + 8);
        break;
      }
      due.push(hour);
      await applyAt(hour);
    }
    expect(due).toEqual([1, 2, 3, 4].flatMap((day) => [day * 24 + 8, day * 24 + 20]));
    expect(cloud.writes()).toEqual([
      ...Array.from({ length: 4 }, () => "StartInstance i-worker"),
      ...Array.from({ length: 4 }, () => "StopInstance i-worker"),
    ]);
  });

  it("it ran for the schedule's hours, to the minute", () => {
    const [first, ...all] = switches();
    expect(first?.isOn).toBe(false);
    const periods = all.flatMap((one, index) => {
      const end = all[index + 1];
      return one.isOn && end !== undefined ? [(end.atMs - one.atMs) / 60_000] : [];
    });
    expect(periods).toHaveLength(5);
    for (const minutes of periods) expect(Math.abs(minutes - 12 * 60)).toBeLessThan(1);
  });

  it("a late run applies what is declared by then, and a hold leaves the machine to whoever took it", async () => {
    goTo(mondayMs + (7 * 24 + 11) * hourMs);
    await cloud.live(() => project.must(up));
    expect(cloud.writes()).toEqual(["StartInstance i-worker"]);
    cloud.put({ InstanceId: "i-worker", Status: "Stopped" });
    const holdUntil = "2026-12-14T18:00:00+08:00";
    project.declare({ worker: { instanceId: "i-worker", schedule, holdUntil } });
    await cloud.live(() => project.must(up));
    expect(cloud.writes()).toEqual([]);
    expect(project.outputs("worker")).toMatchObject({ status: "stopped", holdUntil, schedule });
    expect(project.outputs("worker").state).toBeUndefined();
    goTo(Date.parse(holdUntil));
    await cloud.live(() => project.must(up));
    expect(cloud.writes()).toEqual(["StartInstance i-worker"]);
    await project.must(nothingLeft);
  });

  it("a wrong schedule ends the run with the argument's name, and nothing is called", async () => {
    project.declare({ worker: { instanceId: "i-worker", schedule: { ...schedule, zone: "+08:00" } } });
    const said = await project.mustFail(up);
    expect(said).toMatch(/schedule\.zone: must be an IANA time zone/);
    expect(cloud.calls().writes).toEqual([]);
  });
});
