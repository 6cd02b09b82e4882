import RPCClient from "@alicloud/pop-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { owner, world } from "./world";

interface Row {
  readonly InstanceId: string;
  readonly Status: string;
  readonly AutoReleaseTime: string;
  readonly DeletionProtection: boolean;
}

interface Listed {
  readonly TotalCount: number;
  readonly NextToken: string;
  readonly Instances: { readonly Instance: readonly Row[] };
}

const RegionId = "cn-hangzhou";

async function emulatorForTest(): Promise<Emulator> {
  const emulator = await startEmulator({ clock: "virtual", world });
  onTestFinished(() => emulator.stop());
  return emulator;
}

function clientOf(emulator: Emulator, credential = owner): RPCClient {
  const { accessKeyId, accessKeySecret } = credential;
  return new RPCClient({ endpoint: emulator.endpoint, apiVersion: "2014-05-26", accessKeyId, accessKeySecret });
}

/** A time of the world, cut to its minute. */
function minutesFromNow(emulator: Emulator, minutes: number): { sent: string; listed: string } {
  const minute = new Date(emulator.world.now() + minutes * 60_000).toISOString().slice(0, 16);
  return { sent: `${minute}:00Z`, listed: `${minute}Z` };
}

describe.each(["GET", "POST"] as const)("@alicloud/pop-core by %s", (method) => {
  test("goes through the whole life of an instance", async () => {
    const emulator = await emulatorForTest();
    const client = clientOf(emulator);
    const call = <Body = unknown>(action: string, params: object = {}) =>
      client.request<Body>(action, { RegionId, ...params }, { method });

    const made = await call<{ InstanceIdSets: { InstanceIdSet: string[] } }>("RunInstances", {
      ImageId: "aliyun_3_x64",
      InstanceType: "ecs.g7.large",
      Description: "made: by * (a) client & 'é' ~+%",
      Tag: [{ Key: "env", Value: "test" }],
      "DataDisk.1.Size": 100,
    });
    const InstanceId = made.InstanceIdSets.InstanceIdSet[0] ?? "";
    const list = () => call<Listed>("DescribeInstances", { InstanceIds: JSON.stringify([InstanceId]) });
    const look = async () => (await list()).Instances.Instance[0];
    const refusal = (action: string, params: object = {}) => expect(call(action, { InstanceId, ...params })).rejects;

    expect(await look()).toMatchObject({
      Status: "Pending",
      Description: "made: by * (a) client & 'é' ~+%",
      Tags: { Tag: [{ TagKey: "env", TagValue: "test" }] },
    });
    await refusal("DeleteInstance", { Force: true }).toMatchObject({ code: "IncorrectInstanceStatus" });
    emulator.advance(1_000);
    expect((await look())?.Status).toBe("Starting");
    emulator.advance(3_000);
    expect((await look())?.Status).toBe("Running");

    await refusal("StartInstance").toMatchObject({ code: "IncorrectInstanceStatus" });
    await refusal("StopInstance", { DryRun: true }).toMatchObject({ code: "DryRunOperation" });
    await call("StopInstance", { InstanceId, StoppedMode: "StopCharging" });
    expect((await look())?.Status).toBe("Stopping");
    emulator.advance(3_000);
    expect(await look()).toMatchObject({ Status: "Stopped", StoppedMode: "StopCharging" });
    await call("StartInstance", { InstanceId });
    emulator.advance(3_000);
    expect(await look()).toMatchObject({ Status: "Running", StoppedMode: "Not-applicable" });
    await call("RebootInstance", { InstanceId, ForceStop: true });
    emulator.advance(3_000);
    expect((await look())?.Status).toBe("Running");

    const near = minutesFromNow(emulator, 10);
    await refusal("ModifyInstanceAutoReleaseTime", { AutoReleaseTime: near.sent }).toMatchObject({
      code: "InvalidAutoReleaseTime.Malformed",
    });
    const hour = minutesFromNow(emulator, 60);
    await call("ModifyInstanceAutoReleaseTime", { InstanceId, AutoReleaseTime: hour.sent });
    expect((await look())?.AutoReleaseTime).toBe(hour.listed);
    await call("ModifyInstanceAutoReleaseTime", { InstanceId });
    expect((await look())?.AutoReleaseTime).toBe("");

    await call("ModifyInstanceAttribute", { InstanceId, DeletionProtection: true });
    expect((await look())?.DeletionProtection).toBe(true);
    await refusal("DeleteInstance", { Force: true }).toMatchObject({ code: "InvalidOperation.DeletionProtection" });
    await call("ModifyInstanceAttribute", { InstanceId, DeletionProtection: false });
    await refusal("DeleteInstance").toMatchObject({ code: "IncorrectInstanceStatus" });
    await call("DeleteInstance", { InstanceId, Force: true });
    emulator.advance(1_000);
    expect((await list()).Instances.Instance).toEqual([]);
    await refusal("StartInstance").toMatchObject({ code: "InvalidInstanceId.NotFound" });
  });

  test("is told of a release by the clock", async () => {
    const emulator = await emulatorForTest();
    const client = clientOf(emulator);
    const AutoReleaseTime = minutesFromNow(emulator, 45).sent;
    const params = { InstanceId: "i-running", AutoReleaseTime };
    await client.request("ModifyInstanceAutoReleaseTime", params, { method });
    emulator.advance(46 * 60_000);
    const left = await client.request<Listed>("DescribeInstances", { RegionId }, { method });
    expect(left.Instances.Instance.map((row) => row.InstanceId)).toEqual([
      "i-stopped",
      "i-protected",
      "i-prepaid",
      "i-spot",
    ]);
  });

  test("presents an error with code, body and status, and sends its names with a capital", async () => {
    const emulator = await emulatorForTest();
    const client = clientOf(emulator);
    const error: unknown = await client
      .request("deleteInstance", { instanceId: "i-running" }, { method })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "IncorrectInstanceStatusError",
      code: "IncorrectInstanceStatus",
      data: {
        Code: "IncorrectInstanceStatus",
        HostId: new URL(emulator.endpoint).host,
        RequestId: emulator.ledger()[0]?.requestId,
        Recommend: expect.stringContaining("IncorrectInstanceStatus") as unknown,
      },
      entry: { response: { statusCode: 403 } },
    });
  });

  test.each([
    { reason: "a wrong secret", accessKeyId: owner.accessKeyId, code: "SignatureDoesNotMatch", statusCode: 400 },
    { reason: "an unknown key", accessKeyId: "nobody", code: "InvalidAccessKeyId.NotFound", statusCode: 404 },
  ])("is refused $reason", async ({ accessKeyId, code, statusCode }) => {
    const client = clientOf(await emulatorForTest(), { accessKeyId, accessKeySecret: "wrong" });
    await expect(client.request("DescribeRegions", {}, { method })).rejects.toMatchObject({
      code,
      entry: { response: { statusCode } },
    });
  });

  test("pages by number and by token, and writes lists with numbers", async () => {
    const emulator = await emulatorForTest();
    const client = clientOf(emulator);
    const page = (params: object) =>
      client.request<Listed>("DescribeInstances", { RegionId: "cn-beijing", ...params }, { method });
    const second = await page({ PageNumber: 2, PageSize: 5 });
    expect(second.TotalCount).toBe(12);
    expect(second.Instances.Instance.map((row) => row.InstanceId)).toEqual(
      [6, 7, 8, 9, 10].map((number) => `i-page${String(number).padStart(2, "0")}`),
    );
    const first = await page({ MaxResults: 10 });
    const rest = await page({ MaxResults: 10, NextToken: first.NextToken });
    expect([...first.Instances.Instance, ...rest.Instances.Instance]).toHaveLength(12);
    expect(rest.NextToken).toBe("");

    const both = { RegionId, InstanceId: ["i-running", "i-spot"] };
    await client.request("StopInstances", both, { method });
    const { InstanceStatuses } = await client.request<{
      InstanceStatuses: { InstanceStatus: readonly { readonly Status: string }[] };
    }>("DescribeInstanceStatus", both, { method });
    expect(InstanceStatuses.InstanceStatus.map((row) => row.Status)).toEqual(["Stopping", "Stopping"]);
  });

  test("does not wait for ever, and what it sent was done", async () => {
    const emulator = await emulatorForTest();
    emulator.addFault({ action: "StopInstance", then: { wire: "hang", when: "after" } });
    const client = clientOf(emulator);
    await expect(
      client.request("StopInstance", { InstanceId: "i-running" }, { method, timeout: 300 }),
    ).rejects.toMatchObject({ name: "RequestTimeoutError" });
    expect(emulator.instance("i-running")?.Status).toBe("Stopping");
  });
});
