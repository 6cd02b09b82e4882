import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";
import type { Json } from "../rig/sdk";

/** What is refused, in preview as in up, and that nothing was written then. */

const instances: InstanceFields[] = [
  { InstanceId: "i-good", Status: "Running", InstanceName: "batch" },
  { InstanceId: "i-prepaid", Status: "Running", InstanceName: "batch", InstanceChargeType: "PrePaid" },
  { InstanceId: "i-ending", Status: "Running", InstanceChargeType: "PrePaid", AutoReleaseTime: minutesAhead(200) },
  { InstanceId: "i-protected", Status: "Stopped", InstanceName: "batch", DeletionProtection: true },
  { InstanceId: "i-member", Status: "Running", Tags: { "acs:autoscaling:scalingGroupId": "asg-bp1group" } },
  { InstanceId: "i-node", Status: "Running", InstanceName: "batch", Tags: { "ack.aliyun.com": "c0ffee" } },
  { InstanceId: "i-unpaid", Status: "Stopped", OperationLocks: ["financial"] },
  { InstanceId: "i-unsafe", Status: "Running", OperationLocks: ["security"] },
];

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(instances);
  project = await Project.open(cloud.env);
});
beforeEach(() => void cloud.calls());

async function refusal(command: readonly string[], resources: Record<string, Json>, env = {}): Promise<string> {
  project.declare(resources);
  const output = await project.mustFail(command, env);
  expect(output).not.toContain("    at ");
  return output;
}

/** Each line begins with what has to be corrected. */
function expectReasons(output: string, reasons: readonly RegExp[]): void {
  for (const reason of reasons) {
    const wholeReason = new RegExp(`(^|[ :])${reason.source}`, "m");
    expect(output).toMatch(wholeReason);
  }
}

describe("wrong arguments", () => {
  it("all faults of a resource at once, each beginning with the argument's name, and nothing is called", async () => {
    const output = await refusal(["preview"], {
      wrong: {
        instanceId: "web-1",
        state: "runing",
        autoReleaseAt: "2027-12-24T18:00:00",
        onDelete: "release",
        autoReleaseIn: "8h",
        timeouts: { stop: "10 minutes", snapshot: 5 },
      },
    });
    expectReasons(output, [
      /instanceId: must be an instance id/,
      /state: .*"running".*"stopped".*"released".*runing/,
      /autoReleaseAt: .*no time zone/,
      /onDelete: .*"retain".*"retainTimer".*"stop"/,
      /autoReleaseIn: is not an argument/,
      /timeouts\.stop: .*duration/,
      /timeouts\.snapshot: /,
    ]);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("a date that doesn't exist, a time beside released", async () => {
    const output = await refusal(up, {
      wrong: { instanceId: "i-good", state: "released", autoReleaseAt: "2027-02-30T18:00:00+08:00" },
    });
    expectReasons(output, [/autoReleaseAt: .*2027-02-30T18:00:00\+08:00.*calendar/, /autoReleaseAt: .*released/]);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});

const named = { expect: { instanceName: "batch" } };
const refusals: readonly (readonly [string, Json, RegExp])[] = [
  [
    "a first release that recognises nothing",
    { instanceId: "i-good", state: "released" },
    /expect: .*instanceName: "batch"/,
  ],
  [
    "another machine than expected",
    { instanceId: "i-good", state: "stopped", expect: { instanceName: "other" } },
    /expect\.instanceName: .*"batch"/,
  ],
  [
    "another account than expected",
    { instanceId: "i-good", state: "stopped", expect: { accountId: "42" } },
    /expect\.accountId: is not the account/,
  ],
  [
    "a release time less than 30 minutes ahead",
    { instanceId: "i-good", autoReleaseAt: minutesAhead(25) },
    /autoReleaseAt: .*30 minutes/,
  ],
  [
    "a release time more than 3 years ahead",
    { instanceId: "i-good", autoReleaseAt: minutesAhead(60 * 24 * 366 * 3 + 60 * 24) },
    /autoReleaseAt: .*3 years/,
  ],
  [
    "an instance that isn't there",
    { instanceId: "i-nowhere", state: "running" },
    /instanceId: i-nowhere was not found in region cn-hangzhou/,
  ],
  [
    "a release time that has passed",
    { instanceId: "i-good", autoReleaseAt: "2020-01-01T00:00:00Z" },
    /autoReleaseAt: 2020-01-01T00:00:00Z has passed; check the date and the offset/,
  ],
  ["a subscription's release", { instanceId: "i-prepaid", state: "released", ...named }, /state: .*subscription/],
  [
    "a subscription's release time",
    { instanceId: "i-prepaid", autoReleaseAt: minutesAhead(120) },
    /autoReleaseAt: .*subscription/,
  ],
  [
    "a later release time of a subscription that has one",
    { instanceId: "i-ending", autoReleaseAt: minutesAhead(300) },
    /autoReleaseAt: .*subscription/,
  ],
  [
    "StopCharging for a subscription",
    { instanceId: "i-prepaid", state: "stopped", stop: { mode: "StopCharging" } },
    /stop\.mode: .*subscription/,
  ],
  [
    "a release against release protection",
    { instanceId: "i-protected", state: "released", ...named },
    /state: .*release protection/,
  ],
  [
    "a release time despite release protection",
    { instanceId: "i-protected", autoReleaseAt: minutesAhead(120) },
    /autoReleaseAt: .*release protection/,
  ],
  ["the stop of a scaling group's member", { instanceId: "i-member", state: "stopped" }, /state: .*asg-bp1group/],
  ["the release of a cluster's node", { instanceId: "i-node", state: "released", ...named }, /state: .*c0ffee/],
  ["a start with an unpaid bill", { instanceId: "i-unpaid", state: "running" }, /state: .*(bill|payment)/],
  ["a stop under a security lock", { instanceId: "i-unsafe", state: "stopped" }, /state: .*security/],
];

describe("refused before anything is written", () => {
  it.each(refusals)("%s", async (_name, args, reason) => {
    const output = await refusal(["preview"], { refused: args });
    expectReasons(output, [reason]);
    // A step that is refused is not listed.
    expect(output).not.toMatch(/^ +1\. |then refused/m);
    expect(cloud.writes()).toEqual([]);
  });

  it("a subscription's release time is not postponed, and its cancelling goes on", async () => {
    const postponed = { instanceId: "i-ending", autoReleaseAt: minutesAhead(300) };
    expectReasons(await refusal(up, { ending: postponed }), [/autoReleaseAt: .*subscription/]);
    expect(cloud.writes()).toEqual([]);
    // What protects is sent all the same. The emulator refuses it, as its README says of subscriptions.
    await refusal(up, { ending: { instanceId: "i-ending", autoReleaseAt: "never" } });
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-ending ChargeTypeViolation"]);
  });

  it("several of them in one up: nothing is written for any of them", async () => {
    project.config({ "lifecycle:maxReleases": "9" });
    const byId: Record<string, Json> = {};
    for (const [, args] of refusals) {
      if (args.instanceId !== "i-nowhere") byId[String(args.instanceId)] ??= args;
    }
    await refusal(up, byId);
    expect(cloud.writes()).toEqual([]);
    project.config({});
  });

  it("an unmet expectation holds back the stop, and not the cancelling of a release time", async () => {
    cloud.put({ InstanceId: "i-mixed", Status: "Running", AutoReleaseTime: minutesAhead(60) });
    const args = { instanceId: "i-mixed", state: "stopped", autoReleaseAt: "never", expect: { instanceName: "other" } };
    expectReasons(await refusal(up, { mixed: args }), [/expect\.instanceName: .*"i-mixed"/]);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-mixed"]);
    expect(cloud.emulator.instance("i-mixed")).toMatchObject({ Status: "Running", AutoReleaseTime: "" });
    project.declare({});
    await project.must(up);
  });

  it("two resources that declare the same instance", async () => {
    const output = await refusal(up, {
      one: { instanceId: "i-good", state: "running" },
      two: { instanceId: "i-good", state: "stopped" },
    });
    expectReasons(output, [/instanceId: i-good is declared more than once, also by (one|two)/]);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("what is missing around it", () => {
  const running = { one: { instanceId: "i-good", state: "stopped" } };
  const release = { one: { instanceId: "i-good", state: "released", ...named } };
  const noKeys = { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "" };
  const noEcs = { ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:1" };

  it("no credentials: a preview isn't verified, an up fails and lists what was looked at", async () => {
    // Two of them, and the cause is said once: in the row of the stack, and among the diagnostics.
    project.declare({ ...running, other: { instanceId: "i-other", state: "running" } });
    const preview = await project.must(["preview"], noKeys);
    expect(preview.output).toMatch(/plan not verified.*no credentials/);
    expect(preview.output.match(/plan not verified/g)).toHaveLength(2);
    const output = await refusal(up, running, noKeys);
    for (const place of ["alicloud:accessKey", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID"])
      expect(output).toContain(place);
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("no credentials or no connection: a release fails closed, already in the preview", async () => {
    expectReasons(await refusal(["preview"], release, noKeys), [/state: .*i-good.*verified.*no credentials/]);
    expectReasons(await refusal(["preview"], release, noEcs), [/state: .*i-good.*verified/]);
    expect(cloud.writes()).toEqual([]);
  });

  it("no region", async () => {
    expectReasons(await refusal(["preview"], running, { ALICLOUD_REGION: "" }), [/regionId: no region is set/]);
  });

  it("no connection: says where it wanted to call", async () => {
    expect(await refusal(up, running, noEcs)).toContain("127.0.0.1:1");
    expect(project.recorded()).toEqual({});
  });

  it("a refresh that can't look says how to go on without it", async () => {
    project.declare({ one: { instanceId: "i-good", state: "running" } });
    await project.must(up);
    const output = await project.mustFail(["refresh", "--yes", "--skip-preview"], noKeys);
    expect(output).toContain("no credentials");
    expect(output).toContain("--refresh=false");
    expect(project.outputs("one")).toMatchObject({ status: "running" });
  });

  it("a plain key in the stack's configuration is refused, with the line that sets it as a secret", async () => {
    project.config({ "alicloud:accessKey": "plain-key-id", "alicloud:secretKey": "plain-secret" });
    const output = await refusal(["preview"], { one: { instanceId: "i-good", state: "running" } }, noKeys);
    expect(output).toMatch(/pulumi config set --secret alicloud:(accessKey|secretKey)/);
    expect(output.includes("plain-secret")).toBe(false);
    project.config({});
  });
});
