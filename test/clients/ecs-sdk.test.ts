import * as Ecs from "@alicloud/ecs20140526";
import { describe, expect, onTestFinished, test } from "vitest";
import { actions, type Emulator, startEmulator } from "../../emulator/index";
import { type Asking, callSts, ecsClient, signatures } from "./ecs-sdk";
import { oidcProviderArn, oidcToken, owner, roleArn, user, world } from "./world";

const regionId = "cn-hangzhou";
const instanceId = "i-running";

interface Given {
  readonly client: Ecs.default;
  readonly emulator: Emulator;
}

interface Case {
  readonly works: (given: Given) => Promise<void>;
  readonly fails: (client: Ecs.default) => Promise<unknown>;
  readonly code: string;
  readonly status: number;
}

const diskOf = async (client: Ecs.default, ofInstance: string): Promise<string> => {
  const { body } = await client.describeDisks(new Ecs.DescribeDisksRequest({ regionId, instanceId: ofInstance }));
  return body?.disks?.disk?.[0]?.diskId ?? "";
};

const rowOf = async (client: Ecs.default, id: string) => {
  const request = new Ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([id]) });
  return (await client.describeInstances(request)).body?.instances?.instance?.[0];
};

const statusOf = async (client: Ecs.default, id = instanceId) => (await rowOf(client, id))?.status;

/** Each call of the emulator: once as it works, once as it is refused. */
const cases: Record<string, Case> = {
  CreateSnapshot: {
    works: async ({ client, emulator }) => {
      const diskId = await diskOf(client, "i-stopped");
      const tag = [new Ecs.CreateSnapshotRequestTag({ key: "env", value: "test" })];
      const request = new Ecs.CreateSnapshotRequest({ diskId, snapshotName: "before", retentionDays: 7, tag });
      const { body } = await client.createSnapshot(request);
      expect(body?.snapshotId).toMatch(/^s-/);
      expect(emulator.ledger({ action: "CreateSnapshot" })[0]?.effect).toBe(
        `${body?.snapshotId}: absent -> progressing`,
      );
    },
    fails: (client) => client.createSnapshot(new Ecs.CreateSnapshotRequest({ diskId: "d-unknown" })),
    code: "InvalidDiskId.NotFound",
    status: 404,
  },
  CreateSnapshotGroup: {
    works: async ({ client }) => {
      const { body } = await client.createSnapshotGroup(new Ecs.CreateSnapshotGroupRequest({ regionId, instanceId }));
      expect(body?.snapshotGroupId).toMatch(/^ssg-/);
    },
    fails: (client) =>
      client.createSnapshotGroup(new Ecs.CreateSnapshotGroupRequest({ regionId, instanceId: "i-unknown" })),
    code: "InvalidInstanceId.NotFound",
    status: 404,
  },
  DeleteInstance: {
    works: async ({ client, emulator }) => {
      await client.deleteInstance(new Ecs.DeleteInstanceRequest({ instanceId, force: true, forceStop: true }));
      emulator.advance(1_000);
      expect(await rowOf(client, instanceId)).toBeUndefined();
    },
    fails: (client) => client.deleteInstance(new Ecs.DeleteInstanceRequest({ instanceId })),
    code: "IncorrectInstanceStatus",
    status: 403,
  },
  DeleteInstances: {
    works: async ({ client, emulator }) => {
      const instanceIds = [instanceId, "i-stopped"];
      const request = new Ecs.DeleteInstancesRequest({ regionId, instanceId: instanceIds, force: true });
      await client.deleteInstances(request);
      emulator.advance(1_000);
      expect(instanceIds.map((id) => emulator.instance(id))).toEqual([undefined, undefined]);
    },
    fails: (client) =>
      client.deleteInstances(
        new Ecs.DeleteInstancesRequest({ regionId, instanceId: ["i-stopped", "i-protected"], force: true }),
      ),
    code: "InvalidOperation.DeletionProtection",
    status: 403,
  },
  DeleteSnapshot: {
    works: async ({ client }) => {
      const diskId = await diskOf(client, "i-stopped");
      const made = await client.createSnapshot(new Ecs.CreateSnapshotRequest({ diskId }));
      const snapshotId = made.body?.snapshotId ?? "";
      await client.deleteSnapshot(new Ecs.DeleteSnapshotRequest({ snapshotId, force: true }));
      const { body } = await client.describeSnapshots(new Ecs.DescribeSnapshotsRequest({ regionId }));
      expect(body?.snapshots?.snapshot).toEqual([]);
    },
    fails: (client) => client.deleteSnapshot(new Ecs.DeleteSnapshotRequest({})),
    code: "MissingSnapshotId",
    status: 400,
  },
  DescribeDisks: {
    works: async ({ client }) => {
      const request = new Ecs.DescribeDisksRequest({ regionId, instanceId, diskType: "system" });
      const { body } = await client.describeDisks(request);
      expect(body?.totalCount).toBe(1);
      expect(body?.disks?.disk?.[0]).toMatchObject({
        instanceId,
        type: "system",
        size: 40,
        deleteWithInstance: true,
        status: "In_use",
      });
      expect(body?.disks?.disk?.[0]?.attachments?.attachment?.[0]?.instanceId).toBe(instanceId);
    },
    fails: (client) => client.describeDisks(new Ecs.DescribeDisksRequest({ regionId, diskType: "tape" })),
    code: "InvalidDiskType.ValueNotSupported",
    status: 400,
  },
  DescribeInstanceAttribute: {
    works: async ({ client }) => {
      const { body } = await client.describeInstanceAttribute(new Ecs.DescribeInstanceAttributeRequest({ instanceId }));
      expect(body).toMatchObject({ instanceId, status: "Running", stoppedMode: "Not-applicable", regionId });
      expect(body?.creationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    },
    fails: (client) =>
      client.describeInstanceAttribute(new Ecs.DescribeInstanceAttributeRequest({ instanceId: "i-unknown" })),
    code: "InvalidInstanceId.NotFound",
    status: 404,
  },
  DescribeInstanceStatus: {
    works: async ({ client }) => {
      const { body } = await client.describeInstanceStatus(
        new Ecs.DescribeInstanceStatusRequest({ regionId, instanceId: [instanceId, "i-stopped", "i-unknown"] }),
      );
      expect(body?.instanceStatuses?.instanceStatus?.map((row) => [row.instanceId, row.status])).toEqual([
        [instanceId, "Running"],
        ["i-stopped", "Stopped"],
      ]);
    },
    fails: (client) => client.describeInstanceStatus(new Ecs.DescribeInstanceStatusRequest({ regionId, pageSize: 51 })),
    code: "InvalidParameter",
    status: 400,
  },
  DescribeInstances: {
    works: async ({ client }) => {
      const request = new Ecs.DescribeInstancesRequest({
        regionId,
        tag: [new Ecs.DescribeInstancesRequestTag({ key: "env", value: "a+b c" })],
        status: "Stopped",
      });
      const { body } = await client.describeInstances(request);
      expect(body).toMatchObject({ totalCount: 1, pageNumber: 1, pageSize: 10, nextToken: "" });
      const [row] = body?.instances?.instance ?? [];
      expect(row).toMatchObject({
        instanceId: "i-protected",
        status: "Stopped",
        stoppedMode: "KeepCharging",
        deletionProtection: true,
        autoReleaseTime: "",
        expiredTime: "2099-12-31T15:59Z",
        cpu: 2,
        memory: 8192,
        spotPriceLimit: 0,
      });
      expect(row?.tags?.tag?.map((tag) => [tag.tagKey, tag.tagValue])).toEqual([["env", "a+b c"]]);
      expect(row?.operationLocks?.lockReason).toEqual([]);
      expect(row?.vpcAttributes?.privateIpAddress?.ipAddress?.[0]).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    },
    fails: (client) => client.describeInstances(new Ecs.DescribeInstancesRequest({ regionId, status: "Gone" })),
    code: "InvalidStatus.NotFound",
    status: 404,
  },
  DescribeRegions: {
    works: async ({ client }) => {
      const { body } = await client.describeRegions(new Ecs.DescribeRegionsRequest({ acceptLanguage: "en-US" }));
      expect(body?.regions?.region?.map((region) => region.regionId)).toContain(regionId);
    },
    fails: (client) => client.describeRegions(new Ecs.DescribeRegionsRequest({ resourceType: "unknown" })),
    code: "InvalidParameter",
    status: 400,
  },
  DescribeSnapshotGroups: {
    works: async ({ client, emulator }) => {
      await client.createSnapshotGroup(new Ecs.CreateSnapshotGroupRequest({ regionId, instanceId, name: "both" }));
      emulator.advance(3_000);
      const request = new Ecs.DescribeSnapshotGroupsRequest({ regionId, instanceId, status: ["accomplished"] });
      const { body } = await client.describeSnapshotGroups(request);
      const [group] = body?.snapshotGroups?.snapshotGroup ?? [];
      expect(group).toMatchObject({ name: "both", status: "accomplished", instanceId });
      expect(group?.snapshots?.snapshot?.map((each) => [each.progress, each.available])).toEqual([["100%", true]]);
    },
    fails: (client) => client.describeSnapshotGroups(new Ecs.DescribeSnapshotGroupsRequest({ regionId: "cn-nowhere" })),
    code: "InvalidRegionId.NotFound",
    status: 404,
  },
  DescribeSnapshots: {
    works: async ({ client, emulator }) => {
      const diskId = await diskOf(client, "i-stopped");
      await client.createSnapshot(new Ecs.CreateSnapshotRequest({ diskId, retentionDays: 7 }));
      emulator.advance(3_000);
      const { body } = await client.describeSnapshots(new Ecs.DescribeSnapshotsRequest({ regionId, diskId }));
      expect(body?.snapshots?.snapshot).toHaveLength(1);
      expect(body?.snapshots?.snapshot?.[0]).toMatchObject({
        status: "accomplished",
        progress: "100%",
        sourceDiskId: diskId,
        sourceDiskSize: "40",
        retentionDays: 7,
      });
    },
    fails: (client) => client.describeSnapshots(new Ecs.DescribeSnapshotsRequest({ regionId, snapshotIds: "no list" })),
    code: "InvalidSnapshotIds.Malformed",
    status: 403,
  },
  DescribeZones: {
    works: async ({ client }) => {
      const { body } = await client.describeZones(new Ecs.DescribeZonesRequest({ regionId }));
      expect(body?.zones?.zone?.map((zone) => zone.zoneId)).toEqual(["cn-hangzhou-h", "cn-hangzhou-i"]);
    },
    fails: (client) => client.describeZones(new Ecs.DescribeZonesRequest({ regionId: "cn-nowhere" })),
    code: "InvalidRegionId.NotFound",
    status: 404,
  },
  ListTagResources: {
    works: async ({ client }) => {
      const request = new Ecs.ListTagResourcesRequest({
        regionId,
        resourceType: "instance",
        tag: [new Ecs.ListTagResourcesRequestTag({ key: "env" })],
      });
      const { body } = await client.listTagResources(request);
      expect(body?.tagResources?.tagResource?.map((row) => [row.resourceId, row.tagKey, row.tagValue])).toEqual([
        ["i-protected", "env", "a+b c"],
      ]);
    },
    fails: (client) => client.listTagResources(new Ecs.ListTagResourcesRequest({ regionId, resourceType: "instance" })),
    code: "MissingParameter.ResourceIds",
    status: 404,
  },
  ModifyDiskAttribute: {
    works: async ({ client, emulator }) => {
      const diskId = await diskOf(client, instanceId);
      const request = new Ecs.ModifyDiskAttributeRequest({ diskIds: [diskId], deleteAutoSnapshot: false });
      await client.modifyDiskAttribute(request);
      expect(emulator.ledger({ action: "ModifyDiskAttribute" })[0]?.effect).toBe(
        `${diskId}: DeleteAutoSnapshot -> false`,
      );
    },
    fails: async (client) => {
      const diskId = await diskOf(client, instanceId);
      await client.modifyDiskAttribute(new Ecs.ModifyDiskAttributeRequest({ diskId }));
    },
    code: "NoAttributeToModify",
    status: 400,
  },
  ModifyInstanceAttribute: {
    works: async ({ client }) => {
      const description = "said: by * (a) client & 'é' ~+%";
      const request = { instanceId, instanceName: "another", description, deletionProtection: true };
      await client.modifyInstanceAttribute(new Ecs.ModifyInstanceAttributeRequest(request));
      expect(await rowOf(client, instanceId)).toMatchObject(request);
    },
    fails: (client) =>
      client.modifyInstanceAttribute(
        new Ecs.ModifyInstanceAttributeRequest({ instanceId: "i-spot", deletionProtection: true }),
      ),
    code: "InvalidChargeType.ValueNotSupported",
    status: 403,
  },
  ModifyInstanceAutoReleaseTime: {
    works: async ({ client, emulator }) => {
      const minute = new Date(emulator.world.now() + 7_200_000).toISOString().slice(0, 16);
      const setTo = (autoReleaseTime?: string) =>
        client.modifyInstanceAutoReleaseTime(
          new Ecs.ModifyInstanceAutoReleaseTimeRequest({ instanceId, regionId, autoReleaseTime }),
        );
      await setTo(`${minute}:59Z`);
      expect((await rowOf(client, instanceId))?.autoReleaseTime).toBe(`${minute}Z`);
      await setTo();
      expect((await rowOf(client, instanceId))?.autoReleaseTime).toBe("");
    },
    fails: (client) =>
      client.modifyInstanceAutoReleaseTime(
        new Ecs.ModifyInstanceAutoReleaseTimeRequest({ instanceId, autoReleaseTime: "2020-01-01T00:00:00Z" }),
      ),
    code: "InvalidAutoReleaseTime.Malformed",
    status: 400,
  },
  ModifyInstanceChargeType: {
    // The emulator changes no charge types, and says so: there is no success to have.
    works: async ({ client, emulator }) => {
      const request = { regionId, instanceIds: JSON.stringify([instanceId]), instanceChargeType: "PrePaid" };
      await expect(
        client.modifyInstanceChargeType(new Ecs.ModifyInstanceChargeTypeRequest(request)),
      ).rejects.toMatchObject({ code: "OperationDenied" });
      expect(emulator.instance(instanceId)?.InstanceChargeType).toBe("PostPaid");
    },
    fails: (client) =>
      client.modifyInstanceChargeType(
        new Ecs.ModifyInstanceChargeTypeRequest({ regionId, instanceIds: JSON.stringify(["i-prepaid"]) }),
      ),
    code: "OperationDenied",
    status: 403,
  },
  RebootInstance: {
    works: async ({ client, emulator }) => {
      await client.rebootInstance(new Ecs.RebootInstanceRequest({ instanceId, forceStop: true }));
      expect(await statusOf(client)).toBe("Starting");
      emulator.advance(3_000);
      expect(await statusOf(client)).toBe("Running");
    },
    fails: (client) => client.rebootInstance(new Ecs.RebootInstanceRequest({ instanceId: "i-stopped" })),
    code: "IncorrectInstanceStatus",
    status: 403,
  },
  RunInstances: {
    works: async ({ client }) => {
      const request = new Ecs.RunInstancesRequest({
        regionId,
        imageId: "aliyun_3_x64",
        instanceType: "ecs.g7.large",
        instanceName: "made",
        amount: 2,
        uniqueSuffix: true,
        securityGroupIds: ["sg-a", "sg-b"],
        systemDisk: new Ecs.RunInstancesRequestSystemDisk({ category: "cloud_essd", size: "60" }),
        dataDisk: [new Ecs.RunInstancesRequestDataDisk({ size: 100, deleteWithInstance: false })],
        tag: [new Ecs.RunInstancesRequestTag({ key: "env", value: "test" })],
        clientToken: "once",
      });
      const ids = (await client.runInstances(request)).body?.instanceIdSets?.instanceIdSet ?? [];
      expect(ids).toHaveLength(2);
      expect((await client.runInstances(request)).body?.instanceIdSets?.instanceIdSet).toEqual(ids);
      const row = await rowOf(client, ids[1] ?? "");
      expect(row).toMatchObject({ instanceName: "made002", status: "Pending" });
      expect(row?.securityGroupIds?.securityGroupId).toEqual(["sg-a", "sg-b"]);
      const { body } = await client.describeDisks(new Ecs.DescribeDisksRequest({ regionId, instanceId: ids[0] ?? "" }));
      const disks = body?.disks?.disk?.map((disk) => `${disk.type} ${disk.size} ${disk.deleteWithInstance}`);
      expect(disks?.sort()).toEqual(["data 100 false", "system 60 true"]);
    },
    fails: (client) =>
      client.runInstances(new Ecs.RunInstancesRequest({ regionId, imageId: "aliyun_3_x64", instanceType: "big" })),
    code: "InvalidInstanceType.ValueNotSupported",
    status: 400,
  },
  StartInstance: {
    works: async ({ client, emulator }) => {
      await client.startInstance(new Ecs.StartInstanceRequest({ instanceId: "i-stopped" }));
      expect(await statusOf(client, "i-stopped")).toBe("Starting");
      emulator.advance(3_000);
      expect(await statusOf(client, "i-stopped")).toBe("Running");
    },
    fails: (client) => client.startInstance(new Ecs.StartInstanceRequest({ instanceId, dryRun: true })),
    code: "IncorrectInstanceStatus",
    status: 403,
  },
  StartInstances: {
    works: async ({ client }) => {
      const request = new Ecs.StartInstancesRequest({
        regionId,
        instanceId: ["i-stopped", instanceId],
        batchOptimization: "SuccessFirst",
      });
      const rows = (await client.startInstances(request)).body?.instanceResponses?.instanceResponse;
      expect(rows?.[0]).toMatchObject({ code: "200", previousStatus: "Stopped", currentStatus: "Starting" });
      expect(rows?.[1]).toMatchObject({ code: "IncorrectInstanceStatus", currentStatus: "" });
    },
    fails: (client) =>
      client.startInstances(
        new Ecs.StartInstancesRequest({ regionId, instanceId: ["i-stopped", "i-protected"], dryRun: true }),
      ),
    code: "DRYRUN.SUCCESS",
    status: 400,
  },
  StopInstance: {
    works: async ({ client, emulator }) => {
      const request = { instanceId, forceStop: true, stoppedMode: "StopCharging" };
      await client.stopInstance(new Ecs.StopInstanceRequest(request));
      expect(await statusOf(client)).toBe("Stopping");
      emulator.advance(3_000);
      expect(await rowOf(client, instanceId)).toMatchObject({ status: "Stopped", stoppedMode: "StopCharging" });
    },
    fails: (client) => client.stopInstance(new Ecs.StopInstanceRequest({ instanceId, dryRun: true })),
    code: "DryRunOperation",
    status: 400,
  },
  StopInstances: {
    works: async ({ client }) => {
      const request = new Ecs.StopInstancesRequest({ regionId, instanceId: [instanceId, "i-spot"], forceStop: true });
      const rows = (await client.stopInstances(request)).body?.instanceResponses?.instanceResponse;
      expect(rows?.map((row) => [row.instanceId, row.code, row.currentStatus])).toEqual([
        [instanceId, "200", "Stopping"],
        ["i-spot", "200", "Stopping"],
      ]);
    },
    fails: (client) => client.stopInstances(new Ecs.StopInstancesRequest({ regionId, instanceId: ["i-unknown"] })),
    code: "InvalidInstanceIds.NotFound",
    status: 404,
  },
  TagResources: {
    works: async ({ client }) => {
      const tag = [new Ecs.TagResourcesRequestTag({ key: "made by", value: "a & b" })];
      const request = { regionId, resourceType: "instance", resourceId: [instanceId, "i-spot"], tag };
      await client.tagResources(new Ecs.TagResourcesRequest(request));
      const tags = (await rowOf(client, "i-spot"))?.tags?.tag;
      expect(tags?.map((each) => [each.tagKey, each.tagValue])).toEqual([["made by", "a & b"]]);
    },
    fails: (client) =>
      client.tagResources(
        new Ecs.TagResourcesRequest({
          regionId,
          resourceType: "instance",
          resourceId: ["i-unknown"],
          tag: [new Ecs.TagResourcesRequestTag({ key: "a", value: "b" })],
        }),
      ),
    code: "InvalidResourceId.NotFound",
    status: 404,
  },
  UntagResources: {
    works: async ({ client }) => {
      const request = { regionId, resourceType: "instance", resourceId: ["i-protected"], tagKey: ["env"] };
      await client.untagResources(new Ecs.UntagResourcesRequest(request));
      // The key is missing where there are no tags.
      expect((await rowOf(client, "i-protected"))?.tags).toBeUndefined();
    },
    fails: (client) =>
      client.untagResources(
        new Ecs.UntagResourcesRequest({ regionId, resourceType: "car", resourceId: [instanceId], all: true }),
      ),
    code: "InvalidResourceType.NotFound",
    status: 404,
  },
};

test("every call of the emulator has its case", () => {
  expect(Object.keys(cases).sort()).toEqual([...(actions.get("2014-05-26")?.keys() ?? [])].sort());
});

async function given(asking: Asking): Promise<Given> {
  const emulator = await startEmulator({ clock: "virtual", world });
  onTestFinished(() => emulator.stop());
  return { emulator, client: ecsClient(emulator, asking) };
}

/** The error as the SDK presents it. */
async function rejected(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => expect.unreachable("it was not refused"),
    (error: unknown) => error,
  );
}

describe.each(signatures)("@alicloud/ecs20140526 with $signature", ({ signatureAlgorithm }) => {
  describe.each(Object.entries(cases))("%s", (action, { works, fails, code, status }) => {
    test("works", async () => {
      const { client, emulator } = await given({ signatureAlgorithm });
      await works({ client, emulator });
      // It was this call that was made, not another that happens to answer the same.
      expect(emulator.ledger({ action })).not.toEqual([]);
    });

    test(`fails: ${code}`, async () => {
      const { client, emulator } = await given({ signatureAlgorithm });
      const before = JSON.stringify(emulator.world.toFile());
      const error = await rejected(fails(client));
      const row = emulator.ledger({ action }).at(-1);
      const message = (error as { data: { Message: string } }).data.Message;
      expect(error).toMatchObject({
        name: "ClientError",
        code,
        statusCode: status,
        message: `${code}: code: ${status}, ${message} request id: ${row?.requestId}`,
        requestId: row?.requestId,
        data: {
          Code: code,
          HostId: new URL(emulator.endpoint).host,
          RequestId: row?.requestId,
          Recommend: expect.stringContaining("https://") as unknown,
        },
      });
      expect(row).toMatchObject({ code, status, effect: "none" });
      expect(JSON.stringify(emulator.world.toFile())).toBe(before);
    });
  });

  test("pages by number", async () => {
    const { client } = await given({ signatureAlgorithm });
    const page = async (pageNumber: number) => {
      const request = new Ecs.DescribeInstancesRequest({ regionId: "cn-beijing", pageNumber, pageSize: 5 });
      const { body } = await client.describeInstances(request);
      expect(body).toMatchObject({ totalCount: 12, pageNumber, pageSize: 5 });
      return body?.instances?.instance?.map((row) => row.instanceId) ?? [];
    };
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.map((ids) => ids.length)).toEqual([5, 5, 2, 0]);
    expect(new Set(pages.flat()).size).toBe(12);
  });

  test("pages by token", async () => {
    const { client } = await given({ signatureAlgorithm });
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const request = { regionId: "cn-beijing", maxResults: 10, ...(nextToken === undefined ? {} : { nextToken }) };
      const { body } = await client.describeInstances(new Ecs.DescribeInstancesRequest(request));
      found.push(...(body?.instances?.instance?.map((row) => row.instanceId) ?? []));
      nextToken = body?.nextToken;
      pages += 1;
    } while (nextToken !== "" && pages < 10);
    expect(pages).toBe(2);
    expect(new Set(found).size).toBe(12);
    expect(found).toHaveLength(12);
  });

  test.each([
    {
      reason: "a wrong secret",
      credential: { ...owner, accessKeySecret: "wrong" },
      code: "SignatureDoesNotMatch",
      statusCode: 400,
    },
    {
      reason: "an unknown key",
      credential: { ...owner, accessKeyId: "nobody" },
      code: "InvalidAccessKeyId.NotFound",
      statusCode: 404,
    },
    {
      reason: "a token that isn't the key's",
      credential: { ...owner, securityToken: "token" },
      code: "InvalidSecurityToken.MismatchWithAccessKey",
      statusCode: 400,
    },
  ])("is refused $reason", async ({ credential, code, statusCode }) => {
    const { client } = await given({ signatureAlgorithm, credential });
    await expect(client.describeRegions(new Ecs.DescribeRegionsRequest())).rejects.toMatchObject({ code, statusCode });
  });

  test("is told what a RAM user may not", async () => {
    const { client } = await given({ signatureAlgorithm, credential: user });
    const request = new Ecs.DeleteInstanceRequest({ instanceId: "i-stopped" });
    await expect(client.deleteInstance(request)).rejects.toMatchObject({
      code: "Forbidden.RAM",
      statusCode: 403,
      accessDeniedDetail: { AuthAction: "ecs:DeleteInstance", AuthPrincipalType: "SubUser" },
    });
  });

  test("is told of a call that is not there, and of one that only another API has", async () => {
    const { client, emulator } = await given({ signatureAlgorithm });
    await expect(client.describeImages(new Ecs.DescribeImagesRequest({ regionId }))).rejects.toMatchObject({
      code: "InvalidAction.NotFound",
      statusCode: 404,
    });
    await expect(callSts(emulator, { signatureAlgorithm }, "DescribeInstances", {})).rejects.toMatchObject({
      code: "InvalidAction.NotFound",
      statusCode: 404,
    });
  });

  test("tells throttling and servers' errors apart", async () => {
    const { client, emulator } = await given({ signatureAlgorithm });
    const list = () => client.describeInstances(new Ecs.DescribeInstancesRequest({ regionId }));
    emulator.addFault({ then: { code: "Throttling.User", retryAfter: "7" } });
    await expect(list()).rejects.toMatchObject({
      name: "ThrottlingError",
      code: "Throttling.User",
      statusCode: 400,
      retryAfter: 7,
    });
    emulator.addFault({ then: { code: "ServiceUnavailable" } });
    await expect(list()).rejects.toMatchObject({ name: "ServerError", code: "ServiceUnavailable", statusCode: 503 });
    await expect(list()).resolves.toMatchObject({ statusCode: 200, body: { totalCount: 5 } });
  });

  test("asks STS who it is, and takes over a role by key and by token", async () => {
    const { emulator } = await given({ signatureAlgorithm });
    const sts = (action: string, query: Record<string, string>, credential = user, authType?: "Anonymous") =>
      callSts(emulator, { signatureAlgorithm, credential }, action, query, authType);
    expect(await sts("GetCallerIdentity", {}, owner)).toMatchObject({ IdentityType: "Account" });
    const role = { RoleArn: roleArn, RoleSessionName: "typed" };
    const byKey = await sts("AssumeRole", { ...role, DurationSeconds: "900" });
    const unsigned = { ...role, OIDCProviderArn: oidcProviderArn, OIDCToken: oidcToken };
    const byToken = await sts("AssumeRoleWithOIDC", unsigned, owner, "Anonymous");
    for (const { Credentials } of [byKey, byToken] as { Credentials: Record<string, string> }[]) {
      const { AccessKeyId = "", AccessKeySecret = "", SecurityToken = "" } = Credentials;
      const issued = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
      expect(await sts("GetCallerIdentity", {}, issued)).toMatchObject({
        IdentityType: "AssumedRoleUser",
        Arn: "acs:ram::1000000000000001:assumed-role/ops/typed",
      });
      expect(await statusOf(ecsClient(emulator, { signatureAlgorithm, credential: issued }))).toBe("Running");
    }
    await expect(sts("AssumeRole", role, owner)).rejects.toMatchObject({ code: "NoPermission", statusCode: 403 });
    await expect(
      sts("AssumeRoleWithOIDC", { ...unsigned, OIDCToken: "another" }, owner, "Anonymous"),
    ).rejects.toMatchObject({ code: "AuthenticationFail.OIDCToken.Invalid", statusCode: 401 });
    expect([...(actions.get("2015-04-01")?.keys() ?? [])].sort()).toEqual(
      [...new Set(emulator.ledger().map((row) => row.action))].filter((action) => !action.startsWith("Desc")).sort(),
    );
  });
});
