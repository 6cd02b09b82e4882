import { describe, expect, it } from "vitest";
import { UsageError } from "../../../cli/usage-error";
import { childUrn, type FleetDeclared, fleetResource, fleetType, fleetUrn } from "./fleets";
import { one, spanTexts, stateReport } from "./reported";
import { exported, officeHours, resourceOf, secret } from "./written";

const dev: FleetDeclared = {
  name: "dev",
  args: { state: "running", schedule: officeHours, stop: { mode: "StopCharging" } },
  members: [
    { instanceId: "i-bp1web", recorded: { instanceName: "web-1" } },
    { instanceId: "i-bp1bare", recorded: { status: "stopped", stoppedMode: "StopCharging" } },
    { instanceId: "i-bp1new" },
  ],
};
const read = (...fleets: readonly FleetDeclared[]) => stateReport(exported([], fleets.map(fleetResource)));

describe("a fleet's state", () => {
  it("is a machine for each member, by the fleet's name and the instance's name or id", () => {
    const report = read(dev);
    expect(report.instances.map(({ name, instanceId, fleet, status }) => [name, instanceId, fleet, status])).toEqual([
      ["dev/web-1", "i-bp1web", "dev", "running"],
      ["dev/i-bp1bare", "i-bp1bare", "dev", "stopped"],
      ["dev/i-bp1new", "i-bp1new", "dev", undefined],
    ]);
    for (const instance of report.instances) {
      expect(instance).toMatchObject({ declared: "by schedule", stopMode: "StopCharging", regionId: "cn-hangzhou" });
      expect(instance.hours.running).toBe(60);
    }
    expect(report.ignored).toBe(0);
  });

  it("says of a member what it has declared itself by now", () => {
    const behind = { instanceId: "i-bp1late", recorded: {}, reached: { state: "stopped" } };
    const report = read({ ...dev, members: [...dev.members, behind] });
    expect(one(report, "dev/i-bp1late").declared).toBe("stopped");
    expect(one(report, "dev/web-1").declared).toBe("by schedule");
  });

  it("takes who is gone for gone, with a record or without", () => {
    const members = [
      { instanceId: "i-bp1a", recorded: { status: "released", releasedBy: "timer" } },
      { instanceId: "i-bp1b", recorded: { status: "running" } },
      { instanceId: "i-bp1c" },
    ];
    const report = read({ ...dev, members, goneIds: ["i-bp1b", "i-bp1c"] });
    expect(report.instances.map(({ gone, status }) => [gone, status])).toEqual([
      [true, "released"],
      [true, "absent"],
      [true, "absent"],
    ]);
    expect(report.totals.counted).toBe(0);
  });

  it("tells drift, and the release of each", () => {
    const observedDrift = { declared: { state: "running" }, observed: { state: "stopped", autoReleaseAt: "never" } };
    const at = { autoReleaseTime: "2026-11-26T10:00:00Z", ownReleaseTime: "2026-11-26T10:00:00Z" };
    const report = read({
      name: "dev",
      args: { state: "running", drift: "report", autoReleaseAt: "2026-11-26T10:00:00Z" },
      members: [{ instanceId: "i-bp1a", recorded: { observedDrift, ...at } }],
    });
    const [a] = report.instances;
    expect(a?.drift).toMatch(/^drift: i-bp1a: state is stopped, declared is running; /);
    expect(a?.release?.atMs).toBe(Date.parse("2026-11-26T10:00:00Z"));
  });

  it("lists who could not be taken out", () => {
    const resource = fleetResource(dev);
    const left = { ...resource, inputs: {}, outputs: { ...(resource.outputs as object), instanceIds: ["i-bp1web"] } };
    expect(stateReport(exported([], [left])).instances.map(({ instanceId }) => instanceId)).toEqual([
      "i-bp1web",
      "i-bp1bare",
    ]);
  });

  it("of an earlier version has resources for its members, and is no machine itself", () => {
    const roster = { instanceIds: ["i-bp1a"], goneIds: [], __fleet: "members" };
    const old = { urn: fleetUrn("dev"), type: fleetType, id: "members", inputs: roster, outputs: roster };
    const child = {
      ...resourceOf({ name: "i-bp1a", args: { instanceId: "i-bp1a", state: "running" } }),
      urn: childUrn("i-bp1a"),
    };
    const report = stateReport(exported([], [old, child]));
    expect(report.instances.map(({ name, fleet }) => [name, fleet])).toEqual([["i-bp1a", undefined]]);
  });

  it("that was interrupted while it took over its members shows each once", () => {
    const child = {
      ...resourceOf({ name: "i-bp1web", args: { instanceId: "i-bp1web", state: "running" } }),
      urn: childUrn("i-bp1web"),
    };
    const elsewhere = resourceOf({ name: "other", args: { instanceId: "i-bp1web", state: "running" } });
    const report = stateReport(exported([], [child, elsewhere, fleetResource(dev)]));
    expect(report.instances.map(({ name }) => name).sort()).toEqual([
      "dev/i-bp1bare",
      "dev/i-bp1new",
      "dev/web-1",
      "other",
    ]);
  });

  it("hides an argument that is secret, also where the declaration has it in clear", () => {
    const resource = fleetResource(dev);
    const outputs = resource.outputs as Record<string, unknown>;
    const hidden = { ...resource, inputs: {}, outputs: { ...outputs, schedule: secret, state: secret } };
    const report = stateReport(exported([], [hidden]));
    const web = one(report, "dev/web-1");
    expect(web.declared).toBe("secret");
    expect(spanTexts(web)).toEqual(["unknown 2026-11-23T00:00Z..2026-11-30T00:00Z"]);
    expect(JSON.stringify(report)).not.toContain('08:00"');
  });

  it("whose ids are secret shows none of them", () => {
    const resource = fleetResource(dev);
    const hidden = { ...resource, inputs: { ...(resource.inputs as object), instanceIds: secret } };
    const report = stateReport(exported([], [hidden]));
    expect(report.instances).toEqual([]);
    expect(report.notes).toEqual(["dev: which instances it has is secret, so none of them is shown"]);
    expect(JSON.stringify(report)).not.toContain("i-bp1web");
  });

  it("of a newer version is refused by the fleet's name", () => {
    const resource = fleetResource({ ...dev, members: [] });
    const newer = { ...resource, outputs: { ...(resource.outputs as object), schemaVersion: 99 } };
    expect(() => stateReport(exported([], [newer]))).toThrow(UsageError);
    expect(() => stateReport(exported([], [newer]))).toThrow(/^dev: .*newer/);
  });

  it.each([
    null,
    1,
    "x",
    [],
    { "i-bp1a": null },
    { "i-bp1a": { of: "x" } },
    { "i-bp1a": { of: 99, status: 3 } },
  ])("reads members that are %j without an exception", (members) => {
    const resource = fleetResource(dev);
    const strange = { ...resource, outputs: { ...(resource.outputs as object), members } };
    expect(stateReport(exported([], [strange])).instances.length).toBeGreaterThanOrEqual(3);
  });
});
