import { describe, expect, test } from "vitest";
import { ask, type Body, emulatorForTest, now, rowsOf } from "./support";

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("the life of an instance", async () => {
    const emulator = await emulatorForTest({
      world: { now, instances: [{ InstanceId: "i-a", InstanceName: "größe & *" }] },
    });
    const call = (action: string, params: Body) => ask(emulator, action, params, { method });
    const status = async () => {
      const { body } = await call("DescribeInstances", { RegionId: "cn-hangzhou", InstanceIds: '["i-a"]' });
      return rowsOf(body).map((row) => [row["Status"], row["StoppedMode"]]);
    };

    expect(await status()).toEqual([["Running", "Not-applicable"]]);
    expect((await call("StopInstance", { InstanceId: "i-a", StoppedMode: "StopCharging" })).code).toBeUndefined();
    expect(await status()).toEqual([["Stopping", "Not-applicable"]]);
    emulator.advance(3000);
    expect(await status()).toEqual([["Stopped", "StopCharging"]]);

    expect((await call("StartInstance", { InstanceId: "i-a" })).code).toBeUndefined();
    expect(await status()).toEqual([["Starting", "Not-applicable"]]);
    emulator.advance(3000);
    expect(await status()).toEqual([["Running", "Not-applicable"]]);

    const time = { InstanceId: "i-a", AutoReleaseTime: "2026-03-01T10:00:59Z" };
    expect((await call("ModifyInstanceAutoReleaseTime", time)).code).toBeUndefined();
    const { body } = await call("DescribeInstances", { RegionId: "cn-hangzhou" });
    expect(rowsOf(body)[0]).toMatchObject({ AutoReleaseTime: "2026-03-01T10:00Z", InstanceName: "größe & *" });

    const attributes = (await call("DescribeInstanceAttribute", { InstanceId: "i-a" })).body;
    expect(attributes).toMatchObject({ InstanceId: "i-a", Status: "Running" });
    expect(attributes).not.toHaveProperty("AutoReleaseTime");
    expect(attributes["CreationTime"]).toMatch(/:\d\dZ$/);

    expect((await call("DeleteInstance", { InstanceId: "i-a" })).code).toBe("IncorrectInstanceStatus");
    expect((await call("DeleteInstance", { InstanceId: "i-a", Force: true })).code).toBeUndefined();
    expect(await status()).toHaveLength(1);
    emulator.advance(1000);
    expect(await status()).toEqual([]);
    expect((await call("DescribeInstanceAttribute", { InstanceId: "i-a" })).code).toBe("InvalidInstanceId.NotFound");
  });

  test("DescribeRegions", async () => {
    const emulator = await emulatorForTest();
    const { body } = await ask(emulator, "DescribeRegions", {}, { method });
    const { Region } = body["Regions"] as { Region: Body[] };
    expect(Region).toContainEqual({
      RegionId: "cn-hangzhou",
      RegionEndpoint: "ecs-cn-hangzhou.aliyuncs.com",
      LocalName: "cn-hangzhou",
      Status: "available",
    });
  });

  test("GetCallerIdentity", async () => {
    const emulator = await emulatorForTest();
    const { body } = await ask(emulator, "GetCallerIdentity", {}, { method, apiVersion: "2015-04-01" });
    expect(body).toMatchObject({
      AccountId: "1000000000000001",
      Arn: "acs:ram::1000000000000001:root",
      PrincipalId: "1000000000000001",
      UserId: "1000000000000001",
      IdentityType: "Account",
    });
  });
});

test("an action belongs to its own version", async () => {
  const emulator = await emulatorForTest();
  expect((await ask(emulator, "GetCallerIdentity")).code).toBe("InvalidAction.NotFound");
});

test.each([
  { reason: "a RAM user", extra: { userName: "ann" }, type: "RAMUser", arn: "acs:ram::2000000000000002:user/ann" },
  {
    reason: "a role",
    extra: { securityToken: "t" },
    type: "AssumedRoleUser",
    arn: "acs:ram::2000000000000002:assumed-role/emulator/session",
  },
])("GetCallerIdentity of $reason", async ({ extra, type, arn }) => {
  const credential = { accessKeyId: "k", accessKeySecret: "s", accountId: "2000000000000002", ...extra };
  const emulator = await emulatorForTest({ world: { now, credentials: [credential] } });
  const { body } = await ask(emulator, "GetCallerIdentity", {}, { apiVersion: "2015-04-01", credential });
  expect(body).toMatchObject({ AccountId: "2000000000000002", IdentityType: type, Arn: arn });
});

test("accounts don't see each other's instances", async () => {
  const credentials = [
    { accessKeyId: "k1", accessKeySecret: "s1", accountId: "1000000000000001" },
    { accessKeyId: "k2", accessKeySecret: "s2", accountId: "2000000000000002" },
  ] as const;
  const emulator = await emulatorForTest({
    world: { now, credentials: [...credentials], instances: [{ InstanceId: "i-a" }] },
  });
  const list = await ask(emulator, "DescribeInstances", { RegionId: "cn-hangzhou" }, { credential: credentials[1] });
  expect(rowsOf(list.body)).toEqual([]);
  const stop = await ask(emulator, "StopInstance", { InstanceId: "i-a" }, { credential: credentials[1] });
  expect(stop.code).toBe("InvalidInstanceId.NotFound");
});

test("what a key is denied is 403 Forbidden.RAM with the detail, after existence was judged", async () => {
  const credential = {
    accessKeyId: "k",
    accessKeySecret: "s",
    userName: "ann",
    deny: ["ecs:DeleteInstance", "ecs:Describe*"],
  };
  const emulator = await emulatorForTest({
    world: { now, credentials: [credential], instances: [{ InstanceId: "i-a" }] },
  });
  const denied = await ask(emulator, "DeleteInstance", { InstanceId: "i-a" }, { credential });
  expect(denied).toMatchObject({
    code: "Forbidden.RAM",
    status: 403,
    body: {
      Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
      AccessDeniedDetail: {
        AuthAction: "ecs:DeleteInstance",
        AuthPrincipalDisplayName: "ann",
        NoPermissionType: "ExplicitDeny",
      },
    },
  });
  expect((await ask(emulator, "DescribeInstances", { RegionId: "cn-hangzhou" }, { credential })).code).toBe(
    "Forbidden.RAM",
  );
  expect((await ask(emulator, "DeleteInstance", { InstanceId: "i-none" }, { credential })).code).toBe(
    "InvalidInstanceId.NotFound",
  );
  expect((await ask(emulator, "StopInstance", { InstanceId: "i-a" }, { credential })).code).toBeUndefined();
});
