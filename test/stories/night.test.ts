import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { until } from "../rig/process";
import { nothingLeft, Project, refresh, up } from "../rig/project";

/** Stories of a fleet that sleeps at night: runs in CI, and what can go wrong in them. */

const oldKey = { accessKeyId: "old-key", accessKeySecret: "old-secret" };
const newKey = { accessKeyId: "new-key", accessKeySecret: "new-secret" };
const user = { accessKeyId: "user-key", accessKeySecret: "user-secret", userName: "ci" };
const role = "acs:ram::1000000000000001:role/night";
const withKey = ({ accessKeyId, accessKeySecret }: typeof oldKey) => ({
  ALICLOUD_ACCESS_KEY: accessKeyId,
  ALICLOUD_SECRET_KEY: accessKeySecret,
});

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open([], {
    credentials: [oldKey, newKey, user],
    roles: [{ arn: role }],
    switches: { forceStopWhileStopping: "accepted" },
  });
});
beforeEach(() => void cloud.calls());

const ids = ["i-night1", "i-night2", "i-night3"];
const each = (call: string) => ids.map((id) => `${call} ${id}`);

describe("off-peak in CI, by runs that skip the preview", () => {
  it("stopped at night, started in the morning with keys that were rotated meanwhile; a second run is clean", async () => {
    cloud.put(...ids.map((InstanceId) => ({ InstanceId })));
    const project = await Project.open(cloud.env);
    const at = (state: string) =>
      project.declare(Object.fromEntries(ids.map((instanceId) => [instanceId, { instanceId, state }])));
    at("running");
    await project.must(up);
    at("stopped");
    await project.must(up);
    expect(cloud.writes()).toEqual(each("StopInstance"));
    await project.must([...up, "--expect-no-changes"]);
    at("running");
    await project.must(up, withKey(newKey));
    expect(cloud.writes()).toEqual(each("StartInstance"));
    await project.must([...up, "--expect-no-changes"], withKey(newKey));
    await project.must(refresh, withKey(newKey));
    expect(cloud.writes()).toEqual([]);
    expect(project.stored()).not.toMatch(/old-(key|secret)|new-(key|secret)/);
  });
});

describe("no stock in the morning", () => {
  it("is said with advice, the others are started, and the next run only has that one left to do", async () => {
    const sleeping = { Status: "Stopped", StoppedMode: "StopCharging" } as const;
    cloud.put({ InstanceId: "i-sold", ...sleeping, noStock: true }, { InstanceId: "i-there", ...sleeping });
    const project = await Project.open(cloud.env);
    project.declare({
      sold: { instanceId: "i-sold", state: "running" },
      there: { instanceId: "i-there", state: "running" },
    });
    const output = await project.mustFail([...up, "--continue-on-error"]);
    expect(output).toMatch(/i-sold: .*(NoStock|stock)/);
    expect(output).not.toContain("    at ");
    expect(cloud.status("i-there")).toBe("Running");
    expect(project.outputs("there")).toMatchObject({ status: "running" });
    cloud.calls();
    cloud.put({ InstanceId: "i-sold", noStock: false });
    await project.must(up);
    expect(cloud.writes()).toEqual(["StartInstance i-sold"]);
    await project.must(nothingLeft);
  });
});

describe("a guest that hangs", () => {
  it("is powered off after stop.forceAfter, which the preview has shown and the state records", async () => {
    cloud.put({ InstanceId: "i-hung", timings: { stopMs: null, forceStopMs: 100 } });
    const project = await Project.open(cloud.env);
    project.declare({ hung: { instanceId: "i-hung", state: "stopped", stop: { forceAfter: "3s" } } });
    const { output } = await project.must(["preview"]);
    expect(output).toMatch(/StopInstance \(KeepCharging; if not stopped after 3s: StopInstance by force\)/);
    await project.must(up);
    expect(cloud.callsAbout("i-hung").filter(({ action }) => action === "StopInstance")).toMatchObject([
      { code: null, params: { StoppedMode: "KeepCharging" } },
      { code: null, params: { StoppedMode: "KeepCharging", ForceStop: "true" } },
    ]);
    expect(project.outputs("hung")).toMatchObject({
      status: "stopped",
      lastRun: {
        steps: [
          { call: "StopInstance" },
          { call: "StopInstance", because: expect.stringContaining("stop.forceAfter") as string },
        ],
      },
    });
    await project.must(nothingLeft);
  });
});

describe("a role whose token ends before the wait may", () => {
  it("is warned of in the preview; a run that is quick enough works by that role", async () => {
    cloud.put({ InstanceId: "i-role" });
    const session = { ALICLOUD_ASSUME_ROLE_ARN: role, ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "900" };
    const env = { ...withKey(user), ...session };
    const project = await Project.open(cloud.env);
    project.declare({ one: { instanceId: "i-role", state: "stopped", timeouts: { stop: "30m" } } });
    const { output } = await project.must(["preview"], env);
    expect(output).toMatch(/warning: .*STS token ends in 15 min.* allow waits of 30 min/);
    await project.must(up, env);
    const stops = cloud.callsAbout("i-role").filter(({ action }) => action === "StopInstance");
    expect(stops).toMatchObject([{ code: null, params: { AccessKeyId: expect.stringMatching(/^STS\./) as string } }]);

    cloud.put({ InstanceId: "i-role", Status: "Running" });
    project.declare({ one: { instanceId: "i-role", state: "stopped", timeouts: { stop: "5m" } } });
    expect((await project.must(["preview"], env)).output).not.toContain("STS token");
    project.config({ "alicloud:assumeRole": JSON.stringify({ roleArn: role, sessionName: "night" }) });
    await project.must(up, withKey(user));
    expect(cloud.status("i-role")).toBe("Stopped");
    await project.must(refresh, withKey(user));
  });
});

describe("Ctrl-C during a stop", () => {
  it("what runs is finished and recorded, what hadn't begun is left, and the rerun does the rest", async () => {
    cloud.put({ InstanceId: "i-first", timings: { stopMs: 3_000 } }, { InstanceId: "i-second" });
    const project = await Project.open(cloud.env);
    project.program(`
const first = new InstanceLifecycle("first", { instanceId: "i-first", state: "stopped" });
new InstanceLifecycle("second", { instanceId: "i-second", state: "stopped" }, { dependsOn: first });`);
    const running = project.start(up);
    await until("the stop", () => cloud.status("i-first") === "Stopping", 60_000);
    running.interrupt();
    expect((await running.ended).code).not.toBe(0);
    expect(project.outputs("first")).toMatchObject({ status: "stopped" });
    expect(cloud.writes()).toEqual(["StopInstance i-first"]);
    await project.must(up);
    expect(cloud.writes()).toEqual(["StopInstance i-second"]);
    await project.must(nothingLeft);
  });
});
