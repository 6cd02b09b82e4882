import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import { connector } from "../../../provider/ecs/connect";
import { home, removeHomes, type Texts } from "./support";

// STS as the emulator's author read it, and not as the stand-in of the other tests does.
const user = { accessKeyId: "emulator-user", accessKeySecret: "emulator-secret", userName: "ci" };
const role = "acs:ram::1000000000000001:role/ops";
const provider = "acs:ram::1000000000000001:oidc-provider/github";
const instanceId = "i-bp1emulatorrunning01";

let emulator: Emulator;
beforeAll(async () => {
  const world = {
    instances: [{ InstanceId: instanceId, Status: "Running" as const }],
    credentials: [user],
    roles: [{ arn: role, externalId: "x" }, { arn: `${role}-pod` }],
    oidcTokens: ["emulator-jwt"],
  };
  emulator = await startEmulator({ world });
});
afterEach(removeHomes);
afterAll(() => emulator.stop());

function ecs(env: Texts, config: Texts = {}) {
  const all = { HOME: home(), ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint, ...env };
  return connector((key) => config[key], all, Date.now)("cn-hangzhou");
}

const pair = { ALICLOUD_ACCESS_KEY: user.accessKeyId, ALICLOUD_SECRET_KEY: user.accessKeySecret };
const assumeRole = (fields: object) => ({ "alicloud:assumeRole": JSON.stringify({ roleArn: role, ...fields }) });
const seen = async (port: ReturnType<typeof ecs>) => [...(await port.observe([instanceId])).found.keys()];

it("AssumeRole, and another one when its token has ended", async () => {
  const port = ecs(pair, assumeRole({ externalId: "x", sessionExpiration: 900 }));
  expect(await seen(port)).toEqual([instanceId]);
  const asked = () => emulator.ledger({ action: "AssumeRole" }).length;
  expect(asked()).toBe(1);
  expect(await seen(port)).toEqual([instanceId]);
  expect(asked()).toBe(1);
  // Our clock doesn't move, so only the refusal tells.
  emulator.advance(901_000);
  expect(await seen(port)).toEqual([instanceId]);
  expect(asked()).toBe(2);
});

it("AssumeRole without the id that the role wants", async () => {
  await expect(seen(ecs(pair, assumeRole({ externalId: "wrong" })))).rejects.toThrow(/then role .*NoPermission/);
});

it("AssumeRoleWithOIDC", async () => {
  const port = ecs({
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: provider,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: `${home({ jwt: "emulator-jwt\n" })}/jwt`,
    ALIBABA_CLOUD_ROLE_ARN: `${role}-pod`,
  });
  expect(await seen(port)).toEqual([instanceId]);
  expect(await port.accountId()).toBe("1000000000000001");
});

it("AssumeRoleWithOIDC with a token that nobody knows", async () => {
  const port = ecs({
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: provider,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: `${home({ jwt: "CANARY" })}/jwt`,
    ALIBABA_CLOUD_ROLE_ARN: `${role}-pod`,
  });
  await expect(seen(port)).rejects.toThrow(/OIDC for role .*AssumeRoleWithOIDC: /);
});
