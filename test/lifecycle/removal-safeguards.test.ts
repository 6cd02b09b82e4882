import { describe, expect, it } from "vitest";
import type { Disk } from "../../provider/core/model";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { ecsError } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import { registered, stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const minuteMs = 60_000;
const stopped = { autoReleaseAt: day, onDelete: "stop" };

describe("a removal does nothing", () => {
  it("to another machine that has come under the id, and says so", async () => {
    const on = stage([present({ releaseTime: day, serialNumber: "serial-2" })]);
    await on.lifecycle.delete(instanceId, outputs(stopped));
    expect(on.ecs.writes()).toEqual([]);
    expect(on.said).toContainEqual(
      `warning: ${instanceId} is another machine than the one that was recorded; nothing is called, only the record is removed`,
    );
  });

  it("where this identity may not see: it fails, so that the release time of ours is not forgotten", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.ecs.blind = true;
    const { message } = await thrown(on.lifecycle.delete(instanceId, outputs(stopped)));
    expect(message).toMatch(/ecs:DescribeInstances.*pulumi state delete/);
    expect(on.ecs.writes()).toEqual([]);
  });

  it("where what is recorded can't be read: it fails without a call, and says how to forget it", async () => {
    const on = stage();
    const { message } = await thrown(on.lifecycle.delete(instanceId, outputs({ ...stopped, state: "paused" })));
    expect(message).toMatch(/can't be read.*pulumi state delete/);
    expect(on.connects).toBe(0);
  });

  it("under another name, to a release time of what is recorded as gone", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.lifecycle.check({}, registered());
    await on.lifecycle.delete(instanceId, outputs({ ...stopped, releasedBy: "unknown", status: "released" }));
    expect(on.connects).toBe(0);
    expect(on.said.join()).toMatch(/declared elsewhere/);
  });
});

describe("the release time of a removal", () => {
  it.each([
    ["is ours alone: another's is left, with a warning", { autoReleaseAt: day }, minutesFromNow(60), []],
    ["of a time to live is ours", { autoReleaseAfter: "1d", autoReleaseFixedAt: day }, day, ["cancelReleaseTime"]],
    ["as we have recorded it is ours, too", { ownReleaseTime: day }, day, ["cancelReleaseTime"]],
  ] as const)("%s", async (_, recorded, releaseTime, writes) => {
    const on = stage([present({ releaseTime })]);
    await on.lifecycle.delete(instanceId, outputs({ ...recorded, state: "running" }));
    expect(on.ecs.writes()).toEqual(writes);
    const warnings = on.said.filter((text) => text.startsWith("warning"));
    expect(warnings).toHaveLength(writes.length === 0 ? 1 : 0);
    for (const text of warnings) expect(text).toMatch(/this resource did not set that time, so it is left alone/);
  });

  it("that is not shown is looked for again 5 s later, and only where there is one of ours to cancel", async () => {
    const behind = stage([present()]);
    behind.ecs.after(3_000, () => behind.ecs.change(instanceId, { releaseTime: day }));
    await behind.lifecycle.delete(instanceId, outputs({ autoReleaseAt: day, state: "running" }));
    expect(behind.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(behind.clock.sleeps).toContain(5_000);
    const without = stage([present()]);
    await without.lifecycle.delete(instanceId, outputs({ onDelete: "stop" }));
    expect(without.clock.sleeps).not.toContain(5_000);
  });

  it("is looked for as long as a local clock may be wrong: a day", async () => {
    for (const [agoMinutes, looks] of [
      [23 * 60, true],
      [25 * 60, false],
    ] as const) {
      const on = stage([present()]);
      await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: minutesFromNow(-agoMinutes) }));
      expect(on.connects > 0).toBe(looks);
      expect(on.clock.nowMs() % minuteMs).toBe(looks ? 5_000 : 0);
    }
  });
});

describe("a removal that stops with StopCharging", () => {
  const giving = { onDelete: "stop", stop: { mode: "StopCharging" } };
  const local: Disk = {
    diskId: "d-1",
    type: "data",
    category: "local_ssd_pro",
    sizeGiB: 100,
    deleteWithInstance: true,
    deleteAutoSnapshot: true,
  };

  it("looks at the disks before, and leaves a machine whose disks it would lose", async () => {
    const on = stage([present()], { disks: [local] });
    await on.lifecycle.delete(instanceId, outputs(giving));
    expect(on.ecs.writes()).toEqual([]);
    expect(on.said.join()).toMatch(/is left as it is: stop\.mode/);
  });

  it("leaves a machine whose disks can't be listed, and what is no answer of ECS fails", async () => {
    const on = stage();
    on.ecs.fail("inspect", ecsError("Forbidden.RAM", "auth"));
    await on.lifecycle.delete(instanceId, outputs(giving));
    expect(on.ecs.writes()).toEqual([]);
    expect(on.said.join()).toMatch(/is left as it is: stop\.mode: its disks can't be listed.*ecs:DescribeDisks/);
    on.ecs.fail("inspect", new TypeError("a mistake of our own"));
    await expect(on.lifecycle.delete(instanceId, outputs(giving))).rejects.toThrow("a mistake of our own");
  });

  it.each([
    ["is stopped already", present({ status: "stopped", stoppedMode: "StopCharging" }), giving],
    ["keeps charging", present(), { onDelete: "stop" }],
    ["is only to lose its release time", present({ releaseTime: day }), { stop: giving.stop, autoReleaseAt: day }],
  ])("asks for no disks where it %s", async (_, there, recorded) => {
    const on = stage([there]);
    await on.lifecycle.delete(instanceId, outputs(recorded));
    expect(on.ecs.count("inspect")).toBe(0);
  });
});
