import { describe, expect, test } from "vitest";
import { type Credential, defaultCredential, execute, type World, type WorldFile } from "../../emulator/index";
import { ask, type Body, emulatorForTest, now, outcome, rowsOf, worldOf } from "./support";

const arn = "acs:ram::1000000000000001:role/ops";
const sts = "2015-04-01";
const ann: Credential = { accessKeyId: "ann", accessKeySecret: "a", userName: "ann" };

function credentialOf(body: Body): Credential & { expiration: string } {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = body["Credentials"] as Record<string, string>;
  return {
    accessKeyId: AccessKeyId ?? "",
    accessKeySecret: AccessKeySecret ?? "",
    securityToken: SecurityToken ?? "",
    expiration: Expiration ?? "",
  };
}

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  const world: WorldFile = {
    now,
    instances: [{ InstanceId: "i-a" }],
    credentials: [ann],
    roles: [{ arn, externalId: "ours", deny: ["ecs:DeleteInstance"] }],
    oidcTokens: ["header.payload.signature", { token: "a.b.c", expiresAt: "2026-03-01T08:00:00Z" }],
    strictTime: true,
  };

  test("an assumed role works until it expires, and may what the role may", async () => {
    const emulator = await emulatorForTest({ world });
    const stamp = (ms: number) => `${new Date(Date.parse(now) + ms).toISOString().slice(0, 19)}Z`;
    const call = (action: string, params: Body, credential: Credential, apiVersion = "2014-05-26", ms = 0) =>
      ask(emulator, action, { Timestamp: stamp(ms), ...params }, { method, credential, apiVersion });
    const params = { RoleArn: arn, RoleSessionName: "deploy@ci", DurationSeconds: 900, ExternalId: "ours" };
    const { body, code } = await call("AssumeRole", params, ann, sts);
    expect(code).toBeUndefined();
    expect(body).toMatchObject({ AssumedRoleUser: { Arn: `${arn}/deploy@ci` } });
    const { expiration, ...issued } = credentialOf(body);
    expect(expiration).toBe("2026-03-01T08:15:20Z");
    expect(issued.accessKeyId).toMatch(/^STS\.Emulator/);

    const list = await call("DescribeInstances", { RegionId: "cn-hangzhou" }, issued);
    expect(rowsOf(list.body)).toHaveLength(1);
    const denied = await call("DeleteInstance", { InstanceId: "i-a", Force: true }, issued);
    expect(denied).toMatchObject({
      code: "Forbidden.RAM",
      body: { AccessDeniedDetail: { AuthPrincipalType: "AssumedRoleUser", AuthPrincipalDisplayName: "ops:deploy@ci" } },
    });
    expect((await call("GetCallerIdentity", {}, issued, sts)).body).toMatchObject({
      IdentityType: "AssumedRoleUser",
      AccountId: "1000000000000001",
      Arn: "acs:ram::1000000000000001:assumed-role/ops/deploy@ci",
    });
    const { accessKeyId, accessKeySecret } = issued;
    const withoutToken = { accessKeyId, accessKeySecret };
    expect((await call("DescribeRegions", {}, withoutToken)).code).toBe("MissingSecurityToken");

    emulator.advance(900_000);
    expect((await call("DescribeRegions", {}, issued, undefined, 900_000)).code).toBe("InvalidSecurityToken.Expired");
    // The secret of the new key is nowhere in the record.
    expect(JSON.stringify(emulator.ledger())).not.toContain(issued.accessKeySecret);
  });

  test("a token of an identity provider is proof enough", async () => {
    const emulator = await emulatorForTest({ world });
    const nobody = { accessKeyId: "unknown", accessKeySecret: "unknown" };
    const OIDCProviderArn = "acs:ram::1000000000000001:oidc-provider/ci";
    const assume = (OIDCToken: string) =>
      ask(
        emulator,
        "AssumeRoleWithOIDC",
        { RoleArn: arn, RoleSessionName: "ci", OIDCProviderArn, OIDCToken },
        { method, credential: nobody, apiVersion: sts },
      );
    const credential = credentialOf((await assume("header.payload.signature")).body);
    expect(credential.expiration).toBe("2026-03-01T09:00:20Z");
    const params = { RegionId: "cn-hangzhou", Timestamp: now };
    expect(rowsOf((await ask(emulator, "DescribeInstances", params, { method, credential })).body)).toHaveLength(1);
    expect(await assume("a.b.d")).toMatchObject({ code: "AuthenticationFail.OIDCToken.Invalid", status: 401 });
    expect(await assume("a.b.c")).toMatchObject({ code: "AuthenticationFail.OIDCToken.Expired", status: 401 });
    expect(JSON.stringify(emulator.ledger())).not.toContain("header.payload");
  });
});

test("an unsigned request of curl's", async () => {
  const emulator = await emulatorForTest({ world: { now, roles: [{ arn }], oidcTokens: ["a.b.c"] } });
  const body = new URLSearchParams({
    Action: "AssumeRoleWithOIDC",
    Version: sts,
    Format: "JSON",
    RoleArn: arn,
    RoleSessionName: "ci",
    OIDCProviderArn: "acs:ram::1000000000000001:oidc-provider/ci",
    OIDCToken: "a.b.c",
  });
  const response = await fetch(emulator.endpoint, { method: "POST", body });
  expect(response.status).toBe(200);
  body.set("Action", "GetCallerIdentity");
  expect((await fetch(emulator.endpoint, { method: "POST", body })).status).toBe(400);
});

function assume(world: World, params: Record<string, string>, credential = ann, action = "AssumeRole") {
  const sent = { RoleArn: arn, RoleSessionName: "me", ...params };
  return execute(world, { action, version: sts, params: sent, credential });
}

test.each<{ reason: string; params?: Record<string, string>; credential?: Credential; code: string; status: number }>([
  { reason: "no role named", params: { RoleArn: "" }, code: "MissingRoleArn", status: 400 },
  { reason: "no session named", params: { RoleSessionName: "" }, code: "MissingRoleSessionName", status: 400 },
  { reason: "a user", params: { RoleArn: "acs:ram::1:user/x" }, code: "InvalidParameter.RoleArn", status: 400 },
  {
    reason: "a short name",
    params: { RoleSessionName: "a" },
    code: "InvalidParameter.RoleSessionName",
    status: 400,
  },
  {
    reason: "a name with a blank",
    params: { RoleSessionName: "a b" },
    code: "InvalidParameter.RoleSessionName",
    status: 400,
  },
  { reason: "899 seconds", params: { DurationSeconds: "899" }, code: "InvalidParameter.DurationSeconds", status: 400 },
  {
    reason: "more than the role has",
    params: { DurationSeconds: "3601" },
    code: "InvalidParameter.DurationSeconds",
    status: 400,
  },
  { reason: "a policy that isn't JSON", params: { Policy: "{" }, code: "InvalidParameter.PolicyGrammar", status: 400 },
  { reason: "an unknown role", params: { RoleArn: `${arn}2` }, code: "EntityNotExist.Role", status: 404 },
  { reason: "another id", params: { ExternalId: "theirs" }, code: "NoPermission", status: 403 },
  { reason: "no id", params: { ExternalId: "" }, code: "NoPermission", status: 403 },
  { reason: "the account itself", credential: defaultCredential, code: "NoPermission", status: 403 },
  {
    reason: "a user who may not",
    credential: { ...ann, deny: ["sts:AssumeRole"] },
    code: "NoPermission",
    status: 403,
  },
])("AssumeRole refuses $reason: $code", ({ params, credential, code, status }) => {
  const world = worldOf([], { roles: [{ arn, externalId: "ours" }] });
  const before = JSON.stringify(world.toFile());
  expect(assume(world, { ExternalId: "ours", ...params }, credential)).toMatchObject({ code, status });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("a role may allow longer sessions, and a role assumes a role", () => {
  const world = worldOf([], { roles: [{ arn, maxSessionSeconds: 43_200 }] });
  const first = assume(world, { DurationSeconds: "43200", Policy: '{"Version":"1","Statement":[]}' });
  const credential = credentialOf(first.body);
  expect(credential.expiration).toBe("2026-03-01T20:00:20Z");
  expect(outcome(assume(world, {}, credential))).toBe("ok");
});

test.each<{ reason: string; params: Record<string, string>; code: string }>([
  { reason: "no token", params: { OIDCToken: "" }, code: "AuthenticationFail.OIDCToken.Invalid" },
  { reason: "no provider", params: { OIDCProviderArn: "" }, code: "MissingOIDCProviderArn" },
  { reason: "no such form of a provider", params: { OIDCProviderArn: "x" }, code: "AuthenticationFail.NoPermission" },
  {
    reason: "another provider",
    params: { OIDCProviderArn: "acs:ram::1:oidc-provider/other" },
    code: "AuthenticationFail.NoPermission",
  },
  { reason: "an unknown role", params: { RoleArn: `${arn}2` }, code: "EntityNotExist.Role" },
])("AssumeRoleWithOIDC refuses $reason: $code", ({ params, code }) => {
  const providerArn = "acs:ram::1:oidc-provider/ci";
  const world = worldOf([], { roles: [{ arn }], oidcTokens: [{ token: "a.b.c", providerArn }] });
  const sent = { OIDCToken: "a.b.c", OIDCProviderArn: providerArn, ...params };
  expect(outcome(assume(world, sent, ann, "AssumeRoleWithOIDC"))).toBe(code);
});

test("issued keys are read and put back with the world", () => {
  const world = worldOf([], { credentials: [ann], roles: [{ arn }], oidcTokens: ["a.b.c"] });
  assume(world, {});
  const file = world.toFile();
  expect(file.credentials).toHaveLength(2);
  world.replaceWith(file);
  expect(world.toFile()).toEqual(file);
});
