import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { FleetLifecycle } from "../../provider/fleet";
import { FleetMembers } from "../../provider/fleet-members";
import { LifecycleProvider } from "../../provider/lifecycle-provider";
import { valueOf } from "../../provider/program/program";
import type { InstanceLifecycleArgs } from "../../provider/resource";
import { InstanceLifecycle } from "../../provider/resource";
import type { RunInfo } from "../../provider/run-info";
import { type Registered, recordRegistrations } from "../support/registered";

/** Which state the program makes of a schedule. The time is the emulator's, weeks away from this machine's. */

/** Midnight before a Monday. */
const monday = Date.parse("2026-12-07T00:00:00+08:00");
const hour = 3_600_000;
const week = { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] };

let cloud: Emulator;
let registered: readonly Registered[] = [];
let provider: LifecycleProvider;

beforeEach(async () => {
  const instance = (n: number) => ({ InstanceId: `i-${n}`, InstanceName: `web-${n}`, Tags: { env: "dev" } });
  cloud = await startEmulator({
    clock: "virtual",
    world: { now: new Date(monday).toISOString(), instances: [1, 2, 3].map(instance) },
  });
  registered = await recordRegistrations();
  provider = providerOf("own");
});
afterEach(() => cloud.stop());

function providerOf(name: string): LifecycleProvider {
  return new LifecycleProvider(name, {
    accessKey: cloud.accessKeyId,
    secretKey: cloud.accessKeySecret,
    region: "cn-hangzhou",
    endpoints: { ecs: cloud.endpoint },
  });
}

async function declared(args: Omit<InstanceLifecycleArgs, "instanceId">): Promise<{
  readonly inputs: Registered["inputs"];
  readonly run: RunInfo;
  readonly nextChangeAt: string | null;
}> {
  const machine = new InstanceLifecycle("machine", { instanceId: "i-1", ...args }, { provider });
  await valueOf(machine.urn);
  const inputs = registered.find(({ name }) => name === "machine")?.inputs ?? {};
  return {
    inputs,
    run: JSON.parse(String(inputs.__run)) as RunInfo,
    nextChangeAt: await valueOf(machine.nextChangeAt),
  };
}

describe("a schedule", () => {
  it.each([
    ["before the period", 7, "stopped", "2026-12-07T00:00:00Z"],
    ["within it", 9, "running", "2026-12-07T12:00:00Z"],
    ["at its end", 20, "stopped", "2026-12-08T00:00:00Z"],
  ])("%s, by the server's clock", async (_name, hours, state, next) => {
    cloud.advance(hours * hour);
    const { inputs, run, nextChangeAt } = await declared({ schedule: week });
    expect(inputs.state).toBe(state);
    expect(nextChangeAt).toBe(next);
    expect(run.scheduled).toMatchObject({ state, nextChangeAt: next });
    expect(run.refused).toEqual([]);
  });

  it("says of a closed hour what the clock shows in its zone, and when it opens again", async () => {
    const newYork = { ...week, zone: "America/New_York" };
    cloud.advance(7 * hour);
    const { run } = await declared({ schedule: newYork });
    expect(run.scheduled?.because).toBe(
      "no period is open: it is 2026-12-06 18:00 in America/New_York, and the next period opens at 2026-12-07 08:00",
    );
  });

  it("says no opening of what is stopped until its release", async () => {
    const life = { since: "2026-12-07T00:00:00+08:00", stopAfter: "1h", releaseAfter: "72h" };
    cloud.advance(2 * hour);
    const { run } = await declared({ schedule: { ...week, life } });
    expect(run.scheduled?.because).toMatch(/lived for 1h since .* \(schedule\.life\.stopAfter\)$/);
  });

  it("is handed on as it was written, for the state to keep", async () => {
    const { inputs } = await declared({ schedule: week, holdUntil: "2026-12-07T18:00:00+08:00" });
    expect(inputs.schedule).toEqual(week);
    expect(inputs.holdUntil).toBe("2026-12-07T18:00:00+08:00");
  });

  it("declares no state while somebody holds it", async () => {
    const { inputs, run, nextChangeAt } = await declared({ schedule: week, holdUntil: "2026-12-07T18:00:00+08:00" });
    expect(inputs.state).toBeUndefined();
    expect(run.scheduled?.because).toContain("holdUntil");
    expect(nextChangeAt).toBe("2026-12-07T10:00:00Z");
  });

  it("gives way to keepRunningUntil", async () => {
    const { inputs } = await declared({ schedule: week, keepRunningUntil: "2026-12-07T18:00:00+08:00" });
    expect(inputs.state).toBe("running");
  });

  it("comes from an Output as well", async () => {
    const { inputs } = await declared({ schedule: pulumi.output(week) });
    expect(inputs.state).toBe("stopped");
  });

  it("that is wrong is refused by name, and no state is made of it", async () => {
    const { inputs, run, nextChangeAt } = await declared({ schedule: { ...week, zone: "+08:00" } });
    expect(run.refused).toHaveLength(1);
    expect(run.refused[0]).toMatch(/^schedule\.zone: must be an IANA time zone/);
    expect(inputs.state).toBeUndefined();
    expect(nextChangeAt).toBeNull();
  });

  it("beside a state is refused, and the state stays as it was written", async () => {
    const { inputs, run } = await declared({ schedule: week, state: "running" });
    expect(run.refused).toEqual([expect.stringMatching(/^state: can't be combined with schedule/)]);
    expect(inputs.state).toBe("running");
  });

  it("releases at the end of a life that has a beginning", async () => {
    const life = { since: "2026-12-07T00:00:00+08:00", stopAfter: "48h", releaseAfter: "72h" };
    cloud.advance(72 * hour);
    const { inputs, nextChangeAt } = await declared({ schedule: { ...week, life } });
    expect(inputs.state).toBe("released");
    expect(nextChangeAt).toBeNull();
  });
});

it("names the release that is to come, in every run before it, and no more when it has come", async () => {
  const life = { since: "2026-12-07T00:00:00+08:00", releaseAfter: "72h" };
  const warned: string[] = [];
  const warn = vi.spyOn(pulumi.log, "warn").mockImplementation((text) => {
    warned.push(text);
    return Promise.resolve();
  });
  try {
    await declared({ schedule: { zone: "Asia/Shanghai", life } });
    expect(warned).toEqual([
      "schedule.life.releaseAfter: the first update from 2026-12-09T16:00:00Z on releases i-1 for ever, which CAN'T BE UNDONE",
    ]);
    cloud.advance(72 * hour);
    provider = providerOf("later");
    await declared({ schedule: { zone: "Asia/Shanghai", life } });
    expect(warned).toHaveLength(1);
  } finally {
    warn.mockRestore();
  }
});

it.each(["keepRunningUntil", "holdUntil"])("warns of a %s that has passed, and not before", async (name) => {
  const warned: string[] = [];
  const warn = vi.spyOn(pulumi.log, "warn").mockImplementation((text) => {
    warned.push(text);
    return Promise.resolve();
  });
  const args = { schedule: week, [name]: "2026-12-07T10:00:00+08:00" };
  try {
    cloud.advance(10 * hour - 60_000);
    await declared(args);
    expect(warned).toEqual([]);
    cloud.advance(60_000);
    provider = providerOf("later");
    expect((await declared(args)).run.refused).toEqual([]);
    expect(warned).toEqual([
      `${name}: 2026-12-07T02:00:00Z has passed, so it has no effect; declare a later time or take it out`,
    ]);
  } finally {
    warn.mockRestore();
  }
});

describe("without a schedule", () => {
  it("nothing is said of time", async () => {
    const { inputs, run, nextChangeAt } = await declared({ state: "stopped" });
    expect(inputs.state).toBe("stopped");
    expect(run).not.toHaveProperty("scheduled");
    expect(nextChangeAt).toBeNull();
  });
});

describe("a fleet's schedule", () => {
  const states = () =>
    registered.filter(({ type }) => type === FleetMembers.__pulumiType).map(({ inputs }) => inputs.state);

  it("is each member's, and counts before any is registered", async () => {
    const night = new FleetLifecycle("night", { select: { tags: { env: "dev" } }, schedule: week }, { provider });
    expect(await valueOf(night.nextChangeAt)).toBe("2026-12-07T00:00:00Z");
    expect(await valueOf(night.instanceIds)).toEqual(["i-1", "i-2", "i-3"]);
    expect(states()).toEqual(["stopped"]);
  });

  it.each([
    [{ ...week, zone: "nowhere" }, /^schedule\.zone: /],
    [
      { ...week, life: { since: "2026-12-01T00:00:00Z", releaseAfter: "24h" } },
      /^schedule\.life\.releaseAfter: .*selection/,
    ],
  ])("is refused where it is wrong, or would release what a selection finds: %j", async (schedule, fault) => {
    new FleetLifecycle("night", { select: { tags: { env: "dev" } }, schedule }, { provider });
    const members = () => registered.find(({ type }) => type === FleetMembers.__pulumiType)?.inputs.__run;
    await expect.poll(members).toBeDefined();
    const { refused } = JSON.parse(String(members())) as { refused: string[] };
    expect(refused.filter((text) => fault.test(text))).toHaveLength(1);
    expect(states()).toEqual([undefined]);
  });
});
