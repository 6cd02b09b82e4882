import { afterAll, afterEach, describe, expect, it } from "vitest";
import { closeServers, type EcsServer, ecsServer, failure, json } from "../../support/ecs-server";
import { home, idOf, refusal, removeHomes, source, stsServer, type Texts } from "./support";

afterEach(removeHomes);
afterAll(closeServers);

const pair = { ALICLOUD_ACCESS_KEY: "CANARY-id", ALICLOUD_SECRET_KEY: "CANARY-secret" };
const at = (server: EcsServer) => ({ ALIBABA_CLOUD_ENDPOINT_STS: server.endpoint });
const block = (fields: object) => ({ "alicloud:assumeRole": JSON.stringify(fields) });

describe("a role on top", () => {
  it("of the configuration, with all that it says", async () => {
    const sts = await stsServer();
    const config = block({ roleArn: "r", sessionName: "me", policy: "{}", sessionExpiration: 900, externalId: "x" });
    const role = source({ config, env: { ...pair, ...at(sts), ALICLOUD_SECURITY_TOKEN: "base-token" } });
    expect(await role()).toEqual({
      accessKeyId: "sts-1",
      accessKeySecret: "sts-1-secret",
      securityToken: "sts-1-token",
    });
    expect(sts.requests[0]?.method).toBe("POST");
    expect(sts.requests[0]?.path).toBe("/");
    expect(sts.requests[0]?.params).toMatchObject({
      Action: "AssumeRole",
      AccessKeyId: "CANARY-id",
      SecurityToken: "base-token",
      RoleArn: "r",
      RoleSessionName: "me",
      Policy: "{}",
      DurationSeconds: "900",
      ExternalId: "x",
    });
    expect(sts.requests[0]?.params.Signature).toMatch(/=$/);
  });

  it.each<readonly [string, Texts, Texts, Texts]>([
    ["a list of one", { "alicloud:assumeRole": '[{"roleArn":"r"}]' }, {}, { RoleArn: "r", DurationSeconds: "3600" }],
    ["numbers as text", block({ roleArn: "r", sessionExpiration: "1000" }), {}, { DurationSeconds: "1000" }],
    [
      "the environment",
      {},
      {
        ALICLOUD_ASSUME_ROLE_ARN: "a",
        ALIBABA_CLOUD_ROLE_ARN: "b",
        ALICLOUD_ASSUME_ROLE_SESSION_NAME: "n",
        ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "901",
      },
      { RoleArn: "a", RoleSessionName: "n", DurationSeconds: "901" },
    ],
    [
      "the environment's other name",
      {},
      { ALIBABA_CLOUD_ROLE_ARN: "b", ALIBABA_CLOUD_ROLE_SESSION_NAME: "m" },
      { RoleArn: "b", RoleSessionName: "m" },
    ],
    [
      "a block without ARN has the environment's",
      block({ sessionName: "s" }),
      { ALICLOUD_ASSUME_ROLE_ARN: "a" },
      { RoleArn: "a", RoleSessionName: "s" },
    ],
  ])("of %s", async (_reason, config, env, want) => {
    const sts = await stsServer();
    expect(await idOf({ config, env: { ...pair, ...at(sts), ...env } })).toBe("sts-1");
    expect(sts.requests[0]?.params).toMatchObject(want);
  });

  it("a stand-in for ECS on this machine stands in for STS", async () => {
    const sts = await stsServer();
    const env = { ...pair, ALIBABA_CLOUD_ENDPOINT_ECS: sts.endpoint, ALICLOUD_ASSUME_ROLE_ARN: "r" };
    expect(await idOf({ env })).toBe("sts-1");
  });

  it.each<readonly [string, Texts, string]>([
    ["what is no JSON", { "alicloud:assumeRole": "CANARY" }, "alicloud:assumeRole (failed: not readable"],
    ["no role", block({ externalId: "CANARY" }), "alicloud:assumeRole (incomplete: roleArn is missing)"],
    [
      "a session that is too long",
      block({ roleArn: "r", sessionExpiration: 50_000 }),
      "sessionExpiration has to be 900 to 43200",
    ],
  ])("%s is refused", async (_reason, config, want) => {
    expect(await refusal({ config, env: pair })).toContain(want);
  });

  it("STS refuses: its code and what to do, and none of the keys", async () => {
    const sts = await ecsServer(
      failure(403, "NoPermission", { Message: "CANARY-id with CANARY-x may not, CANARY-secret." }),
    );
    const config = block({ roleArn: "r", externalId: "CANARY-x" });
    const message = await refusal({ config, env: { ...pair, ...at(sts) } });
    expect(message).toContain("environment ALICLOUD_ACCESS_KEY, then role r (failed: AssumeRole: NoPermission:");
    expect(message).toContain("RequestId REQUEST-F");
    expect(sts.requests).toHaveLength(1);
  });

  it("STS is busy: asked again, not for ever", async () => {
    const busy = failure(503, "ServiceUnavailable");
    const sts = await ecsServer(busy);
    expect(await refusal({ config: block({ roleArn: "r" }), env: { ...pair, ...at(sts) } })).toContain(
      "ServiceUnavailable",
    );
    expect(sts.requests).toHaveLength(3);
  });

  it("an endpoint that may not be asked is named", async () => {
    const env = { ...pair, ALIBABA_CLOUD_ENDPOINT_STS: "http://sts.example.com" };
    expect(await refusal({ config: block({ roleArn: "r" }), env })).toContain(
      "sts.example.com has to be called with https",
    );
  });

  it("an answer without keys is none", async () => {
    const sts = await ecsServer(json(200, { RequestId: "R", Credentials: { AccessKeyId: "CANARY" } }));
    expect(await refusal({ config: block({ roleArn: "r" }), env: { ...pair, ...at(sts) } })).toContain(
      "the answer holds no credentials",
    );
  });
});

describe("OIDC", () => {
  const provider = { ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "p" };
  const role = { ALIBABA_CLOUD_ROLE_ARN: "r" };
  const file = () => ({ ALIBABA_CLOUD_OIDC_TOKEN_FILE: `${home({ token: "CANARY-TOKEN\n" })}/token` });
  const withOidc = (fields: object) => ({ "alicloud:assumeRoleWithOidc": JSON.stringify(fields) });

  it("all of the environment: unsigned, once, and no second role on top", async () => {
    const sts = await stsServer();
    const env = { ...provider, ...role, ...file(), ...at(sts), ALIBABA_CLOUD_ROLE_SESSION_NAME: "pod" };
    expect(await idOf({ env })).toBe("sts-1");
    expect(sts.requests).toHaveLength(1);
    expect(sts.requests[0]?.params).toMatchObject({
      Action: "AssumeRoleWithOIDC",
      OIDCProviderArn: "p",
      OIDCToken: "CANARY-TOKEN",
      RoleArn: "r",
      RoleSessionName: "pod",
    });
    for (const name of ["AccessKeyId", "Signature", "SecurityToken"])
      expect(sts.requests[0]?.params).not.toHaveProperty(name);
  });

  it("beside a key pair its role is not put on top of the pair", async () => {
    const env = { ...provider, ...role, ...file(), ...pair };
    expect(await idOf({ env })).toBe("CANARY-id");
  });

  it("a role of its own name goes on top of it", async () => {
    const sts = await stsServer();
    expect(await idOf({ env: { ...provider, ...role, ...file(), ...at(sts), ALICLOUD_ASSUME_ROLE_ARN: "top" } })).toBe(
      "sts-2",
    );
    expect(sts.requests[1]?.params).toMatchObject({ Action: "AssumeRole", RoleArn: "top", AccessKeyId: "sts-1" });
  });

  it("the block, with the environment for what it leaves out", async () => {
    const sts = await stsServer();
    const config = withOidc({
      oidcToken: "T",
      roleArn: "block-role",
      roleSessionName: "n",
      sessionExpiration: 950,
      policy: "{}",
    });
    expect(await idOf({ config, env: { ...provider, ...file(), ...role, ...at(sts) } })).toBe("sts-1");
    expect(sts.requests[0]?.params).toMatchObject({
      OIDCProviderArn: "p",
      OIDCToken: "T",
      RoleArn: "block-role",
      RoleSessionName: "n",
      DurationSeconds: "950",
      Policy: "{}",
    });
  });

  it.each<readonly [string, () => Texts, string]>([
    ["no role", () => ({ ...provider, ...file() }), "incomplete: ALIBABA_CLOUD_ROLE_ARN missing"],
    ["no token", () => ({ ...provider, ...role }), "incomplete: ALIBABA_CLOUD_OIDC_TOKEN_FILE missing"],
    ["a token alone", file, "incomplete: ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_ROLE_ARN missing"],
    [
      "no such file",
      () => ({ ...provider, ...role, ALIBABA_CLOUD_OIDC_TOKEN_FILE: "/nowhere/token" }),
      "failed: the OIDC token file /nowhere/token can't be read (ENOENT)",
    ],
    [
      "an empty file",
      () => ({ ...provider, ...role, ALIBABA_CLOUD_OIDC_TOKEN_FILE: `${home({ token: "\n" })}/token` }),
      "is empty",
    ],
  ])("%s", async (_reason, env, want) => {
    expect(await refusal({ env: env() })).toContain(want);
  });

  it("STS refuses: the token is not repeated", async () => {
    const sts = await ecsServer(
      failure(400, "AuthenticationFail.OIDCToken.Invalid", { Message: "This token: CANARY-TOKEN" }),
    );
    const message = await refusal({ env: { ...provider, ...role, ...file(), ...at(sts) } });
    expect(message).toContain(
      "OIDC for role r (failed: AssumeRoleWithOIDC: AuthenticationFail.OIDCToken.Invalid: This token: ***",
    );
  });
});
