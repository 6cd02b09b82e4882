import { inspect } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { EcsError } from "../../provider/ecs/errors";
import { PopClient } from "../../provider/ecs/pop-client";
import { PopDoor } from "../../provider/ecs/pop-door";
import type { EcsPort } from "../../provider/ecs/port";
import { instanceId } from "../support/builders";
import {
  accepted,
  closeServers,
  type Answer,
  type EcsServer,
  ecsServer,
  failure,
  halfABody,
  hang,
  json,
  listAll,
  reset,
  text,
} from "../support/ecs-server";

afterAll(closeServers);

const credentials = { accessKeyId: "CANARY-ID", accessKeySecret: "CANARY-SECRET", securityToken: "CANARY-TOKEN" };

async function client(...answers: readonly Answer[]): Promise<{ server: EcsServer; ecs: PopClient }> {
  const server = await ecsServer(...answers);
  const door = (version: string) =>
    new PopDoor(server.endpoint, version, () => Promise.resolve(credentials), 150, Date.now);
  return { server, ecs: new PopClient("cn-hangzhou", door("2014-05-26"), door("2015-04-01"), Date.now) };
}

async function thrown(running: Promise<unknown>): Promise<EcsError> {
  const error: unknown = await running.then(
    (answer) => new Error(`no error but ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EcsError)) throw error;
  return error;
}

const holds = () => Promise.resolve(true);

const writes: readonly {
  readonly action: string;
  readonly send: (ecs: EcsPort) => Promise<unknown>;
  readonly sent: Record<string, string>;
}[] = [
  { action: "StartInstance", send: (ecs) => ecs.start(instanceId, holds), sent: {} },
  {
    action: "StopInstance",
    send: (ecs) => ecs.stop(instanceId, { mode: "KeepCharging", force: false, hibernate: false }, holds),
    sent: { StoppedMode: "KeepCharging", ForceStop: "false" },
  },
  {
    action: "StopInstance",
    send: (ecs) => ecs.stop(instanceId, { mode: "StopCharging", force: true, hibernate: false }, holds),
    sent: { StoppedMode: "StopCharging", ForceStop: "true" },
  },
  { action: "DeleteInstance", send: (ecs) => ecs.release(instanceId, { force: false }), sent: { Force: "false" } },
  { action: "DeleteInstance", send: (ecs) => ecs.release(instanceId, { force: true }), sent: { Force: "true" } },
  {
    action: "ModifyInstanceAutoReleaseTime",
    send: (ecs) => ecs.setReleaseTime(instanceId, "2026-12-24T10:00:00Z"),
    sent: { AutoReleaseTime: "2026-12-24T10:00:00Z" },
  },
  { action: "ModifyInstanceAutoReleaseTime", send: (ecs) => ecs.cancelReleaseTime(instanceId), sent: {} },
  {
    action: "StopInstance",
    send: (ecs) => ecs.stop(instanceId, { mode: "KeepCharging", force: false, hibernate: true }, holds),
    sent: { StoppedMode: "KeepCharging", ForceStop: "false", Hibernate: "true" },
  },
  {
    action: "ModifyInstanceAttribute",
    send: (ecs) => ecs.setDeletionProtection(instanceId, false),
    sent: { DeletionProtection: "false" },
  },
  {
    action: "ModifyInstanceAttribute",
    send: (ecs) => ecs.setDeletionProtection(instanceId, true),
    sent: { DeletionProtection: "true" },
  },
];

/** What is no answer of ECS: it may have run. */
const unreadable: readonly (readonly [string, Answer])[] = [
  ["HTML", text(200, "<html>proxy</html>")],
  ["HTML with 502", text(502, "<html>bad gateway</html>")],
  ["an empty body", text(200, "")],
  ["null", text(200, "null")],
  ["a text", text(200, '"ok"')],
  ["a list", text(200, "[]")],
  ["half a body, then reset", halfABody],
  ["a reset", reset],
  ["no answer in time", hang],
  ["503 without a code", json(503, { message: "busy" })],
  ["503 with a RequestId and no code", json(503, { RequestId: "R" })],
  ["500 that says OK", json(500, { RequestId: "R", Code: "OK" })],
  ["JSON without RequestId", json(200, { Instances: { Instance: [] } })],
  ["InternalError", failure(500, "InternalError")],
  ["ServiceUnavailable", failure(503, "ServiceUnavailable")],
  ["a nonce used", failure(400, "SignatureNonceUsed")],
];

describe("writes", () => {
  it.each(writes)("$action sends $sent and nothing else, by POST", async ({ action, send, sent }) => {
    const { server, ecs } = await client(accepted);
    expect(await send(ecs)).toMatchObject({ requestId: "REQUEST-1" });
    expect(server.requests).toHaveLength(1);
    const { method, path, params } = server.requests[0] ?? { params: {} };
    expect(method).toBe("POST");
    expect(path).toBe("/");
    expect(params).toMatchObject({
      Action: action,
      Version: "2014-05-26",
      Format: "JSON",
      InstanceId: instanceId,
      RegionId: "cn-hangzhou",
      ...sent,
    });
    const common = [
      "AccessKeyId",
      "Action",
      "Format",
      "SecurityToken",
      "Signature",
      "SignatureMethod",
      "SignatureNonce",
      "SignatureVersion",
      "Timestamp",
      "Version",
    ];
    expect(Object.keys(params).sort()).toEqual([...common, "InstanceId", "RegionId", ...Object.keys(sent)].sort());
    // A text of these in place of nothing is pop-core's trap.
    expect(Object.values(params)).not.toContain("undefined");
    expect(Object.values(params)).not.toContain("null");
  });

  it.each([
    ["nothing but the disk", { name: undefined, retentionDays: undefined, tags: {} }, {}],
    [
      "everything",
      { name: "before-release", retentionDays: 30, tags: { env: "prod", "pulumi-alicloud-lifecycle": instanceId } },
      {
        SnapshotName: "before-release",
        RetentionDays: "30",
        "Tag.1.Key": "env",
        "Tag.1.Value": "prod",
        "Tag.2.Key": "pulumi-alicloud-lifecycle",
        "Tag.2.Value": instanceId,
      },
    ],
  ])("CreateSnapshot sends %s, and its token", async (_reason, options, sent) => {
    const { server, ecs } = await client(accepted);
    await ecs.createSnapshot("d-1", { clientToken: "token-1", ...options });
    const params = server.requests[0]?.params ?? {};
    expect(params).toMatchObject({ Action: "CreateSnapshot", DiskId: "d-1", ClientToken: "token-1", ...sent });
    const optional = Object.keys(params).filter((name) => /^(SnapshotName|RetentionDays|Tag\.)/.test(name));
    expect(optional.sort()).toEqual(Object.keys(sent).sort());
    expect(Object.values(params)).not.toContain("undefined");
  });

  it.concurrent.each(unreadable)("%s: sent once, outcome unknown", async (_reason, answer) => {
    const { server, ecs } = await client(answer, accepted);
    expect((await thrown(ecs.release(instanceId, { force: false }))).errorClass).toBe("unknownOutcome");
    expect(server.requests).toHaveLength(1);
  });

  it.each(writes)("$action is sent once whatever the fault", async ({ send }) => {
    for (const answer of [
      reset,
      failure(503, "ServiceUnavailable"),
      failure(400, "Throttling.User"),
      failure(403, "IncorrectInstanceStatus"),
    ]) {
      const { server, ecs } = await client(answer, accepted);
      await thrown(send(ecs));
      expect(server.requests).toHaveLength(1);
    }
  });

  it.each([
    ["an error code with 200", failure(200, "IncorrectInstanceStatus"), "wait"],
    ["an error code with 403", failure(403, "Forbidden.RAM"), "auth"],
    ["protection", failure(403, "InvalidOperation.DeletionProtection"), "guard"],
    ["not found", failure(404, "InvalidInstanceId.NotFound"), "absent"],
    ["throttling", failure(400, "Throttling.User"), "throttled"],
  ] as const)("%s is an error of that class, with code and RequestId", async (_reason, answer, errorClass) => {
    const { ecs } = await client(answer);
    const error = await thrown(ecs.start(instanceId, holds));
    expect(error).toMatchObject({ errorClass, requestId: "REQUEST-F", action: "StartInstance" });
  });

  it("throttling keeps the server's hint", async () => {
    const { ecs } = await client(failure(400, "Throttling.User", {}, { "x-acs-retry-after": "7" }));
    expect((await thrown(ecs.start(instanceId, holds))).retryAfterMs).toBe(7_000);
  });
});

describe("reads", () => {
  it("asks for 100 ids a call, with the page size to match, and once for each", async () => {
    const { server, ecs } = await client(listAll);
    const ids = Array.from({ length: 250 }, (_, index) => `i-${index}`);
    const look = await ecs.observe(ids);
    expect(look.found.size).toBe(250);
    expect(server.requests.map(({ params }) => (JSON.parse(params.InstanceIds ?? "") as string[]).length)).toEqual([
      100, 100, 50,
    ]);
    expect(server.requests.flatMap(({ params }) => JSON.parse(params.InstanceIds ?? "") as string[])).toEqual(ids);
    for (const { method, params } of server.requests) {
      expect(method).toBe("POST");
      expect(params).toMatchObject({ Action: "DescribeInstances", RegionId: "cn-hangzhou", PageSize: "100" });
    }
  });

  it("no id: no call, for an empty filter would list everything", async () => {
    const { server, ecs } = await client(listAll);
    expect((await ecs.observe([])).found.size).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it("reads an instance as the vendor writes it", async () => {
    const Instance = [
      {
        InstanceId: instanceId,
        RegionId: "cn-hangzhou",
        Status: "Stopped",
        StoppedMode: "StopCharging",
        InstanceChargeType: "PostPaid",
        InstanceName: "worker",
        InstanceType: "ecs.g7.large",
        InstanceNetworkType: "vpc",
        AutoReleaseTime: "2026-12-24T10:00Z",
        DeletionProtection: true,
        CreationTime: "2026-01-01T00:00Z",
        SerialNumber: "s-1",
        OperationLocks: { LockReason: [{ LockReason: "Recycling", LockMsg: "" }] },
        Tags: {
          Tag: [
            { TagKey: "env", TagValue: "prod" },
            { TagKey: "empty", TagValue: "" },
          ],
        },
      },
      { InstanceId: "i-not-asked-for", Status: "Running" },
    ];
    const { ecs } = await client(
      json(200, { RequestId: "R", Instances: { Instance } }, { date: "Mon, 01 Jun 2026 12:00:00 GMT" }),
    );
    const { found, atMs } = await ecs.observe([instanceId]);
    expect([...found.keys()]).toEqual([instanceId]);
    expect(found.get(instanceId)).toEqual({
      presence: "present",
      instanceId,
      regionId: "cn-hangzhou",
      status: "stopped",
      stoppedMode: "StopCharging",
      chargeType: "PostPaid",
      instanceName: "worker",
      instanceType: "ecs.g7.large",
      networkType: "vpc",
      releaseTime: "2026-12-24T10:00:00Z",
      deletionProtection: true,
      locks: ["recycling"],
      tags: { env: "prod", empty: "" },
      createdAt: "2026-01-01T00:00Z",
      serialNumber: "s-1",
      startedAt: "",
      publicIps: [],
      elasticIp: undefined,
      disks: undefined,
      snapshots: undefined,
    });
    expect(atMs, "the server's clock").toBe(Date.parse("2026-06-01T12:00:00Z"));
  });

  it("missing lists and empty texts are nothing; a status that is not known stays as it came", async () => {
    const Instance = [{ InstanceId: instanceId, Status: "Quarantined", AutoReleaseTime: "" }];
    const { ecs } = await client(json(200, { RequestId: "R", Instances: { Instance } }));
    expect((await ecs.observe([instanceId])).found.get(instanceId)).toMatchObject({
      status: "Quarantined",
      releaseTime: undefined,
      locks: [],
      tags: {},
      deletionProtection: false,
    });
  });

  it.concurrent.each(unreadable)("%s: read again, and good", async (_reason, answer) => {
    const { server, ecs } = await client(answer, listAll);
    expect((await ecs.observe([instanceId])).found.has(instanceId)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it.concurrent("an answer without a list is not an empty list", async () => {
    const { ecs } = await client(json(200, { RequestId: "R" }));
    await thrown(ecs.observe([instanceId]));
  });

  it.concurrent.each([
    ["auth", failure(403, "Forbidden.RAM")],
    ["input", failure(404, "InvalidRegionId.NotFound")],
  ])("%s: not read again", async (errorClass, answer) => {
    const { server, ecs } = await client(answer, listAll);
    expect((await thrown(ecs.observe([instanceId]))).errorClass).toBe(errorClass);
    expect(server.requests).toHaveLength(1);
  });

  it.concurrent("throttled: read again, and not before the server's hint", async () => {
    const { server, ecs } = await client(failure(400, "Throttling.User", {}, { "x-acs-retry-after": "1" }), listAll);
    expect((await ecs.observe([instanceId])).found.size).toBe(1);
    const [first, second] = server.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it.concurrent("throttled: it is known to wait for the call limit, until it is let through", async () => {
    const { server, ecs } = await client(failure(400, "Throttling.User", {}, { "x-acs-retry-after": "1" }), listAll);
    expect(ecs.isHeldBack()).toBe(false);
    const looking = ecs.observe([instanceId]);
    while (!ecs.isHeldBack()) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.requests).toHaveLength(1);
    await looking;
    expect(ecs.isHeldBack()).toBe(false);
  });

  it("disks and snapshots, every page of them", async () => {
    const Disk = Array.from({ length: 100 }, (_, n) => ({
      DiskId: `d-${n}`,
      Type: "data",
      Category: "cloud_essd",
      Size: 40,
    }));
    const last = {
      DiskId: "d-last",
      Type: "system",
      Category: "local_ssd_pro",
      Size: 20,
      DeleteWithInstance: true,
      DeleteAutoSnapshot: true,
    };
    const Snapshot = [
      {
        SnapshotId: "s-1",
        SourceDiskId: "d-last",
        Status: "accomplished",
        SnapshotType: "user",
        CreationTime: "2026-06-01T12:00:01Z",
        Tags: { Tag: [{ Key: "env", Value: "prod" }] },
      },
      {
        SnapshotId: "s-2",
        SourceDiskId: "d-0",
        Status: "progressing",
        Tags: { Tag: [{ TagKey: "env", TagValue: "test" }] },
      },
      { SnapshotId: "s-without-disk", Status: "accomplished" },
    ];
    const { server, ecs } = await client((response, request) => {
      const { Action, PageNumber } = request.params;
      const page =
        Action === "DescribeDisks"
          ? { Disks: { Disk: PageNumber === "1" ? Disk : [last] } }
          : { Snapshots: { Snapshot } };
      json(200, { RequestId: "R", ...page })(response, request);
    });
    const { disks, snapshots } = await ecs.inspect(instanceId);
    expect(disks).toHaveLength(101);
    expect(disks[100]).toEqual({
      diskId: "d-last",
      type: "system",
      category: "local_ssd_pro",
      sizeGiB: 20,
      deleteWithInstance: true,
      deleteAutoSnapshot: true,
    });
    expect(snapshots).toMatchObject([
      { snapshotId: "s-1", diskId: "d-last", status: "accomplished", type: "user", tags: { env: "prod" } },
      { snapshotId: "s-2", diskId: "d-0", status: "progressing", tags: { env: "test" } },
    ]);
    for (const { params } of server.requests) expect(params.InstanceId).toBe(instanceId);
  });

  it("a list of disks or snapshots that is missing is not an empty one", async () => {
    for (const missing of ["DescribeDisks", "DescribeSnapshots"]) {
      const { ecs } = await client((response, request) => {
        const list =
          request.params.Action === "DescribeDisks" ? { Disks: { Disk: [] } } : { Snapshots: { Snapshot: [] } };
        json(200, { RequestId: "R", ...(request.params.Action === missing ? {} : list) })(response, request);
      });
      expect((await thrown(ecs.inspect(instanceId))).errorClass).toBe("unknownOutcome");
    }
  });

  it("a confirmation: there, not there, or an error", async () => {
    expect(await (await client(json(200, { RequestId: "R", InstanceId: instanceId }))).ecs.confirm(instanceId)).toBe(
      "present",
    );
    const gone = await client(failure(404, "InvalidInstanceId.NotFound"));
    expect(await gone.ecs.confirm(instanceId)).toBe("absent");
    expect(gone.server.requests[0]?.params).toMatchObject({
      Action: "DescribeInstanceAttribute",
      InstanceId: instanceId,
    });
    expect((await thrown((await client(failure(403, "Forbidden.RAM"))).ecs.confirm(instanceId))).errorClass).toBe(
      "auth",
    );
  });

  it("InvalidParameter about the instance id says that it is absent, too", async () => {
    const { ecs } = await client(
      failure(400, "InvalidParameter", { Message: "The input parameter InstanceId is invalid." }),
    );
    expect(await ecs.confirm(instanceId)).toBe("absent");
  });

  it("the right to see is proven by DryRun and by nothing else", async () => {
    const may = await client(failure(400, "DryRunOperation"));
    expect(await may.ecs.mayObserve()).toBe(true);
    expect(may.server.requests[0]?.params).toMatchObject({ Action: "DescribeInstances", DryRun: "true" });
    expect(await (await client(failure(403, "Forbidden.RAM"))).ecs.mayObserve()).toBe(false);
    expect(await (await client(json(200, { RequestId: "R", Instances: { Instance: [] } }))).ecs.mayObserve()).toBe(
      false,
    );
  });

  it("the account is asked for once", async () => {
    const { server, ecs } = await client(json(200, { RequestId: "R", AccountId: "1234567890" }));
    expect(await Promise.all([ecs.accountId(), ecs.accountId()])).toEqual(["1234567890", "1234567890"]);
    expect(server.count("GetCallerIdentity")).toBe(1);
    expect(server.requests[0]?.params.Version).toBe("2015-04-01");
  });
});

describe("a clock that is off", () => {
  const ahead = new Date(Date.now() + 3 * 86_400_000).toUTCString();
  const expired = failure(400, "InvalidTimeStamp.Expired", {}, { date: ahead });

  it("is corrected once by the Date header: refused before it ran, so a write, too, goes again", async () => {
    for (const send of [
      (ecs: EcsPort) => ecs.stop(instanceId, { mode: "KeepCharging", force: false, hibernate: false }, holds),
      (ecs: EcsPort) => ecs.confirm(instanceId),
    ]) {
      const { server, ecs } = await client(expired, json(200, { RequestId: "R" }));
      await send(ecs);
      expect(server.requests).toHaveLength(2);
      const stamp = Date.parse(server.requests[1]?.params.Timestamp ?? "");
      expect(Math.abs(stamp - Date.parse(ahead))).toBeLessThan(10_000);
      expect(server.requests[1]?.params.SignatureNonce).not.toBe(server.requests[0]?.params.SignatureNonce);
    }
  });

  it("is an error the second time, with advice", async () => {
    const { server, ecs } = await client(expired);
    const error = await thrown(ecs.start(instanceId, holds));
    expect(server.requests).toHaveLength(2);
    expect(error).toMatchObject({ errorClass: "clock", code: "InvalidTimeStamp.Expired" });
    expect(error.message).toMatch(/clock/);
  });
});

describe("no secret passes", () => {
  const canary = /CANARY/;
  const signed = "http://127.0.0.1/?AccessKeyId=CANARY-ID&SecurityToken=CANARY-TOKEN&Signature=CANARY-SIGNATURE";
  const nested = {
    AccessDeniedDetail: { EncodedDiagnosticMessage: "CANARY-DIAGNOSTIC", AuthPrincipalOwnerId: "CANARY-OWNER" },
  };
  const rows: readonly (readonly [string, Answer])[] = [
    ["a signed URL in the message", failure(400, "InvalidParameter", { Message: `Bad request ${signed}.` })],
    [
      "the string to sign",
      failure(400, "SignatureDoesNotMatch", {
        Message: "server string to sign is:POST&%2F&AccessKeyId%3DCANARY-ID%26SecurityToken%3DCANARY-TOKEN",
      }),
    ],
    [
      "HostId, Recommend and nested fields",
      failure(403, "Forbidden.RAM", { HostId: "CANARY-HOST", Recommend: signed, ...nested }),
    ],
    [
      "the key id in the message",
      failure(404, "InvalidAccessKeyId.NotFound", { Message: "The access key CANARY-ID is not found." }),
    ],
    [
      "the token in the message",
      failure(400, "InvalidSecurityToken.Expired", { Message: "Specified SecurityToken CANARY-TOKEN is expired." }),
    ],
    ["the secret in the message", failure(400, "SomethingElse", { Message: "Key CANARY-SECRET is wrong." })],
    [
      "parameters without a URL in the message",
      failure(400, "SomethingElse", { Message: "AccessKeyId=CANARY-ID&Signature=abc" }),
    ],
    ["HTML that quotes the request", text(502, `<html>${signed}</html>`)],
    ["a reset", reset],
    ["no answer", hang],
    ["half a body", halfABody],
  ];

  it.concurrent.each(rows)("%s", async (_reason, answer) => {
    const { ecs } = await client(answer);
    const error = await thrown(ecs.start(instanceId, holds));
    expect(error.message).not.toMatch(canary);
    expect(error.stack ?? "").not.toMatch(canary);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(canary);
    expect(JSON.stringify(error)).not.toMatch(canary);
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(error))).not.toMatch(canary);
    expect(error.message).not.toMatch(/Signature=/);
  });

  it("nor in what an answer about many says of one of them", async () => {
    const Message = `See ${signed}, the key CANARY-ID with CANARY-SECRET is wrong.`;
    const InstanceResponse = [{ InstanceId: instanceId, Code: "SomethingElse", Message }];
    const { ecs } = await client(json(200, { RequestId: "R", InstanceResponses: { InstanceResponse } }));
    const outcome = (await ecs.startTogether([instanceId]))(instanceId);
    expect(outcome).toMatchObject({ message: expect.stringContaining("the key *** with *** is wrong") as string });
    expect(inspect(outcome, { depth: 20, showHidden: true })).not.toMatch(canary);
  });

  it("an error has no object in it that could hold more than it shows", async () => {
    const { ecs } = await client(failure(403, "Forbidden.RAM"));
    const error = await thrown(ecs.start(instanceId, holds));
    expect(Object.values(error).some((value) => typeof value === "object" && value !== null)).toBe(false);
  });
});
