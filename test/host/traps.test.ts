import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { failureOf, Host } from "../rig/host";
import { until } from "../rig/process";
import type { Json } from "../rig/sdk";
import { inputs, many, runText, unknown } from "../rig/wire";

/** The ten traps of dynamic providers, each on the SDK's own host and over gRPC. */

let cloud: Cloud;
let host: Host;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.emulator.clearFaults();
  cloud.calls();
  host = await Host.start({ env: cloud.env });
});
afterEach(() => host.stop());

/** Another provider process, as each command starts one. */
async function restart(): Promise<void> {
  await host.stop();
  host = await Host.start({ env: cloud.env });
}

describe("1: answers are plain JSON", () => {
  it("create, read and update succeed over the wire and the state comes back unchanged", async () => {
    cloud.put({ InstanceId: "i-plain", InstanceName: "plain", Status: "Running" });
    const declared = {
      instanceId: "i-plain",
      state: "stopped",
      stop: { mode: "KeepCharging", force: true },
      timeouts: { stop: "5m" },
    };
    const created = await host.create(inputs(declared));
    expect(created.id).toBe("i-plain");
    expect(created.outs).toMatchObject({ ...declared, status: "stopped", stoppedMode: "KeepCharging" });
    expect(JSON.parse(JSON.stringify(created.outs))).toEqual(created.outs);

    const read = await host.read("i-plain", created.outs);
    expect(read.id).toBe("i-plain");
    expect({ ...read.outs, lastSeenAt: "" }).toEqual({ ...created.outs, lastSeenAt: "" });
    expect(read.inputs).toMatchObject(declared);

    const updated = await host.update("i-plain", read.outs, inputs({ ...declared, state: "running" }));
    expect(updated.outs).toMatchObject({ state: "running", status: "running" });
    expect(cloud.writes()).toEqual(["StartInstance i-plain", "StopInstance i-plain"]);
  });
});

describe("2: a failure half-way carries the provider", () => {
  it("records what was reached; read, delete and update work on it", async () => {
    cloud.put({ InstanceId: "i-half", InstanceName: "half", Status: "Running" });
    cloud.emulator.addFault({
      action: "DeleteInstance",
      times: "always",
      then: { code: "InvalidOperation.DeletionProtection" },
    });
    const declared = inputs({ instanceId: "i-half", state: "released", expect: { instanceName: "half" } });
    const { initFailure } = await failureOf(host.create(declared));
    expect(initFailure?.id).toBe("i-half");
    expect(initFailure?.reasons.join("\n")).toContain("InvalidOperation.DeletionProtection");
    const state = initFailure?.properties ?? {};
    expect(state).toMatchObject({ __provider: declared.__provider, state: "released", status: "stopped" });
    expect(state).toMatchObject({ lastRun: { steps: [{ call: "StopInstance" }] } });
    expect(state).not.toHaveProperty("__run");
    expect(cloud.calls().writes[0]).toBe("StopInstance i-half");

    await restart();
    const read = await host.read("i-half", state);
    expect(read).toMatchObject({ id: "i-half", outs: { status: "stopped", __provider: declared.__provider } });
    await host.delete("i-half", read.outs);
    expect(cloud.writes()).toEqual([]);

    await restart();
    cloud.emulator.clearFaults();
    expect((await host.update("i-half", read.outs, declared)).outs).toMatchObject({
      status: "released",
      releasedBy: "declaration",
    });
    expect(cloud.writes()).toEqual(["DeleteInstance i-half"]);
  });
});

describe("3: diff answers yes or no", () => {
  let outs: Json;
  const declared = { instanceId: "i-diff", state: "running" };
  beforeEach(async () => {
    cloud.put({ InstanceId: "i-diff", Status: "Running" }, { InstanceId: "i-diff2", Status: "Running" });
    outs = (await host.create(inputs(declared))).outs;
    // A later run, in which nobody has looked yet.
    await restart();
    cloud.calls();
  });

  it("none: nothing differs, or only the provider's text or the way in which a time is written does", async () => {
    expect(await host.diff("i-diff", outs, inputs(declared))).toEqual({ changes: "NONE", replaces: [] });
    const later = { ...inputs(declared), __provider: `${String(outs.__provider)} // of another version` };
    expect(await host.diff("i-diff", outs, later)).toEqual({ changes: "NONE", replaces: [] });
    const at = minutesAhead(120);
    const sameMinute = new Date(Date.parse(at) + 8 * 3_600_000).toISOString().replace(/\.000Z$/, "+08:00");
    expect(
      await host.diff(
        "i-diff",
        { ...outs, autoReleaseAt: at, autoReleaseTime: at },
        inputs({ ...declared, autoReleaseAt: sameMinute }),
      ),
    ).toEqual({ changes: "NONE", replaces: [] });
  });

  it("some, with what replaces: another instance or region, also one that is not known yet", async () => {
    const replacing: [Json, string[]][] = [
      [{ instanceId: "i-diff2" }, ["instanceId"]],
      [{ regionId: "cn-beijing" }, ["regionId"]],
      [{ instanceId: unknown }, ["instanceId"]],
      [{ instanceId: "i-diff2", regionId: "cn-beijing" }, ["instanceId", "regionId"]],
    ];
    for (const [changed, replaces] of replacing) {
      expect(await host.diff("i-diff", outs, inputs({ ...declared, ...changed }))).toEqual({
        changes: "SOME",
        replaces,
      });
    }
  });

  it("some, with drift that the program's side has seen, and no call", async () => {
    cloud.put({ InstanceId: "i-diff", Status: "Stopped" });
    const { inputs: checked } = await host.check(
      inputs(declared),
      inputs({ ...declared, __run: runText(cloud, "i-diff") }),
    );
    expect(await host.diff("i-diff", outs, checked)).toEqual({ changes: "SOME", replaces: [] });
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});

describe("4: what read and delete use is a change, and is recorded", () => {
  const declared = { instanceId: "i-four", state: "running" };

  it.each<[string, Json]>([
    ["onDelete", { onDelete: "stop" }],
    ["stop.mode", { stop: { mode: "StopCharging" } }],
    ["stop.force", { stop: { force: true } }],
    ["release.force", { release: { force: true } }],
    ["timeouts", { timeouts: { stop: "1m" } }],
    ["expect", { expect: { accountId: "1000000000000001" } }],
    ["autoReleaseAt", { autoReleaseAt: "never" }],
  ])("%s", async (_name, changed) => {
    cloud.put({ InstanceId: "i-four", Status: "Running" });
    const { outs } = await host.create(inputs(declared));
    const news = inputs({ ...declared, ...changed });
    expect(await host.diff("i-four", outs, news)).toEqual({ changes: "SOME", replaces: [] });
    expect((await host.update("i-four", outs, news)).outs).toMatchObject(changed);
    expect(cloud.writes()).toEqual([]);
  });

  it("delete follows the outputs", async () => {
    cloud.put({ InstanceId: "i-four", Status: "Running" });
    const { outs } = await host.create(inputs({ ...declared, onDelete: "stop", stop: { force: true } }));
    await restart();
    await host.delete("i-four", outs);
    expect(cloud.writes()).toEqual(["StopInstance i-four"]);
    expect(cloud.emulator.ledger({ action: "StopInstance" }).at(-1)?.params).toMatchObject({ ForceStop: "true" });
    expect(cloud.status("i-four")).toBe("Stopped");
  });
});

describe("5: no call runs unconfigured", () => {
  it("the first calls, all at once, use the configuration", async () => {
    const fleet = many("five", 8, { Status: "Running" });
    cloud.put(...fleet);
    const { emulator } = cloud;
    await host.stop();
    host = await Host.start({
      env: {},
      config: {
        "alicloud:region": "cn-hangzhou",
        "alicloud:accessKey": emulator.accessKeyId,
        "alicloud:secretKey": emulator.accessKeySecret,
        "alicloud:endpoints": JSON.stringify([{ ecs: emulator.endpoint }]),
      },
    });
    const created = await Promise.all(
      fleet.map(({ InstanceId }) => host.create(inputs({ instanceId: InstanceId, state: "running" }))),
    );
    expect(created.map(({ outs }) => outs.status)).toEqual(fleet.map(() => "running"));
  });

  it("without credentials each method that has to call says so, as often as it is asked", async () => {
    cloud.put({ InstanceId: "i-five1", Status: "Running" });
    const declared = { instanceId: "i-five1", state: "stopped" };
    await host.stop();
    host = await Host.start({ env: { ALIBABA_CLOUD_ENDPOINT_ECS: cloud.emulator.endpoint } });
    const outs = { ...inputs(declared), status: "running", schemaVersion: 1 };
    const timed = { ...outs, autoReleaseAt: minutesAhead(90), autoReleaseTime: minutesAhead(90) };
    for (let round = 0; round < 2; round += 1) {
      for (const call of [
        () => host.create(inputs(declared)),
        () => host.update("i-five1", { ...outs, state: "running" }, inputs(declared)),
        () => host.read("i-five1", outs),
        // Another one: what this run has declared isn't touched by a delete.
        () => host.delete("i-five2", { ...timed, instanceId: "i-five2" }),
      ]) {
        const { message } = await failureOf(call());
        expect(message).toContain("no credentials");
        for (const place of ["alicloud:accessKey", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID"])
          expect(message).toContain(place);
      }
    }
    expect((await host.check({}, inputs(declared))).failures).toEqual([]);
    expect(await host.diff("i-five1", outs, inputs(declared))).toMatchObject({ changes: "SOME" });
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});

describe("6: update returns all outputs", () => {
  it("whether it had something to do or not", async () => {
    cloud.put({ InstanceId: "i-six", Status: "Running", InstanceName: "six" });
    const declared = { instanceId: "i-six", state: "running", onDelete: "retain" };
    const { outs } = await host.create(inputs(declared));
    const names = Object.keys(outs).sort();
    expect(names).toEqual(
      expect.arrayContaining(["instanceId", "regionId", "state", "status", "lastRun", "accountId"]),
    );
    const idle = await host.update("i-six", outs, inputs({ ...declared, onDelete: "retainTimer" }));
    expect(Object.keys(idle.outs).sort()).toEqual(names);
    const busy = await host.update("i-six", idle.outs, inputs({ ...declared, state: "stopped" }));
    expect(Object.keys(busy.outs).sort()).toEqual(names);
  });

  it("also when it is released for good, and nothing is asked for again", async () => {
    cloud.put({ InstanceId: "i-six2", Status: "Stopped", InstanceName: "six" });
    const declared = inputs({ instanceId: "i-six2", state: "released", expect: { instanceName: "six" } });
    const { outs } = await host.create(declared);
    expect(outs).toMatchObject({ status: "released", releasedBy: "declaration" });
    cloud.calls();
    const again = await host.update("i-six2", outs, declared);
    expect(again.outs).toMatchObject({ status: "released", releasedBy: "declaration", releasedAt: outs.releasedAt });
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});

describe("7: a check failure names no property, so that no secret is printed", () => {
  it("reports all faults at once, each beginning with its argument, and echoes no free text", async () => {
    const { failures } = await host.check(
      {},
      inputs({
        instanceId: "canary-7f3a",
        state: "runing",
        autoReleaseAt: "2026-13-01T00:00:00Z",
        colour: "canary-81bd",
        stop: { mode: "Sometimes", forse: "canary-90ce" },
        expect: { accountId: "canary-a1df" },
        timeouts: { stop: "soon" },
      }),
    );
    expect(failures.map(({ property }) => property)).toEqual(failures.map(() => ""));
    const names = failures.map(({ reason }) => reason.split(":")[0]);
    expect(names.sort()).toEqual(
      [
        "autoReleaseAt",
        "colour",
        "expect.accountId",
        "instanceId",
        "state",
        "stop.forse",
        "stop.mode",
        "timeouts.stop",
      ].sort(),
    );
    expect(JSON.stringify(failures)).not.toContain("canary");
    expect(failures.find(({ reason }) => reason.startsWith("state:"))?.reason).toMatch(/running.*stopped.*released/);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});

describe("8: delete keeps its hands off what this run declares", () => {
  it.each(["retain", "stop", "retainTimer"])("forced replacement with onDelete %s: no write", async (onDelete) => {
    const at = minutesAhead(90);
    cloud.put({ InstanceId: "i-eight", Status: "Running", AutoReleaseTime: at });
    const declared = inputs({ instanceId: "i-eight", state: "running", autoReleaseAt: at, onDelete });
    const { outs } = await host.create(declared);
    await restart();
    cloud.calls();
    const { inputs: checked } = await host.check({}, { ...declared, __run: runText(cloud, "i-eight") });
    await host.create(checked);
    await host.delete("i-eight", outs);
    expect(cloud.writes()).toEqual([]);
    expect(cloud.emulator.instance("i-eight")).toMatchObject({ Status: "Running", AutoReleaseTime: at });
  });
});

describe("9: an instance that is gone is read with its id", () => {
  it("while released is wanted: kept, no diff, and create for it calls nothing", async () => {
    cloud.put({ InstanceId: "i-nine", Status: "Stopped", InstanceName: "nine" });
    const declared = inputs({ instanceId: "i-nine", state: "released", expect: { instanceName: "nine" } });
    const { outs } = await host.create(declared);
    cloud.calls();
    await restart();
    const read = await host.read("i-nine", outs);
    expect(read).toMatchObject({ id: "i-nine", outs: { status: "released" } });
    expect(await host.diff("i-nine", read.outs, declared)).toEqual({ changes: "NONE", replaces: [] });
    expect(cloud.writes()).toEqual([]);
  });

  it("vanished by another hand while released is wanted: kept, and no diff", async () => {
    cloud.put({ InstanceId: "i-nine2", Status: "Stopped", InstanceName: "nine" });
    const declared = inputs({ instanceId: "i-nine2", state: "released", expect: { instanceName: "nine" } });
    const { outs } = await host.create(inputs({ instanceId: "i-nine2", state: "stopped" }));
    await cloud.release("i-nine2");
    const read = await host.read("i-nine2", { ...outs, ...declared });
    expect(read.id).toBe("i-nine2");
    expect(read.outs).toMatchObject({ releasedBy: "unknown" });
    expect(await host.diff("i-nine2", read.outs, declared)).toEqual({ changes: "NONE", replaces: [] });
    expect(cloud.writes()).toEqual([]);
  });

  it("while running is wanted: recorded, and neither read nor diff nor delete fails", async () => {
    cloud.put({ InstanceId: "i-nine3", Status: "Running" });
    const declared = inputs({ instanceId: "i-nine3", state: "running", onDelete: "stop" });
    const { outs } = await host.create(declared);
    await cloud.release("i-nine3");
    await restart();
    const read = await host.read("i-nine3", outs);
    expect(read).toMatchObject({ id: "i-nine3", outs: { status: "absent", releasedBy: "unknown" } });
    expect(await host.diff("i-nine3", read.outs, declared)).toMatchObject({ changes: "SOME", replaces: [] });
    await host.delete("i-nine3", read.outs);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("10: a dead engine wants nothing done any more", () => {
  it("nothing that acts is called", async () => {
    cloud.put(
      { InstanceId: "i-ten", Status: "Stopped", InstanceName: "ten" },
      { InstanceId: "i-ten2", Status: "Running" },
    );
    host.engine.die();
    const release = inputs({ instanceId: "i-ten", state: "released", expect: { instanceName: "ten" } });
    expect((await failureOf(host.create(release))).message).toContain("the engine is gone");
    const stop = inputs({ instanceId: "i-ten2", state: "stopped" });
    expect((await failureOf(host.create(stop))).message).toContain("the engine is gone");
    expect(cloud.writes()).toEqual([]);
  });

  it("dies while it waits for a stop: the delete that would follow isn't called", async () => {
    cloud.put({ InstanceId: "i-ten3", Status: "Running", InstanceName: "ten", timings: { stopMs: 2_000 } });
    const release = inputs({ instanceId: "i-ten3", state: "released", expect: { instanceName: "ten" } });
    const failed = failureOf(host.create(release));
    await until("the stop", () => cloud.status("i-ten3") === "Stopping");
    host.engine.die();
    const { initFailure } = await failed;
    expect(initFailure?.properties).toMatchObject({ status: "stopped" });
    expect(cloud.writes()).toEqual(["StopInstance i-ten3"]);
    expect(cloud.status("i-ten3")).toBe("Stopped");
  });
});
