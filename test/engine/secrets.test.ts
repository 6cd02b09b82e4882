import { beforeAll, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { destroy, Project, refresh, up } from "../rig/project";

/** Keys from the environment stand nowhere: not in the state, not in what is printed, not in the engine's own log. */

const keyId = "canaryid5b2e9cd41d8c";
const secret = "canarysecretd98f00b204e9800998ecf8427e";
const token = "canarytokena87ff679a2f3e71d9181a67b7542122c";

const declared = {
  one: { instanceId: "i-one", state: "stopped" },
  two: { instanceId: "i-two", autoReleaseAt: minutesAhead(120) },
};

let cloud: Cloud;
let project: Project;
let printed = "";
beforeAll(async () => {
  cloud = await Cloud.open(
    [
      { InstanceId: "i-one", Status: "Running", InstanceName: "batch" },
      { InstanceId: "i-two", Status: "Running" },
    ],
    { credentials: [{ accessKeyId: keyId, accessKeySecret: secret, securityToken: token }] },
  );
  project = await Project.open({ ...cloud.env, ALICLOUD_SECURITY_TOKEN: token });
  project.declare(declared);
});

function expectNoKey(
  where: string,
  text: string,
  canaries: Readonly<Record<string, string>> = { keyId, secret, token },
) {
  for (const [name, canary] of Object.entries(canaries)) {
    expect(text.includes(canary), `${name} in ${where}`).toBe(false);
    expect(text.includes(Buffer.from(canary).toString("base64")), `${name} in ${where}, as base64`).toBe(false);
  }
}

it("in what is printed, by each command and by one that fails", async () => {
  for (const command of [["preview"], up, refresh]) printed += (await project.must(command)).output;
  cloud.put({ InstanceId: "i-one", Status: "Running" });
  const wrong = { ALICLOUD_SECRET_KEY: `${secret}wrong` };
  for (const command of [["preview"], refresh]) printed += (await project.run([...command], wrong)).output;
  project.declare({ ...declared, one: { ...declared.one, onDelete: "stop" } });
  const failed = await project.mustFail(up, wrong);
  project.declare(declared);
  expect(failed).toContain("SignatureDoesNotMatch");
  expectNoKey("output", printed + failed);
  expect(failed).not.toMatch(/AccessKeyId=|Signature=/);
});

it("in the engine's log at its most talkative", async () => {
  const { output } = await project.must([...up, "-v=9", "--logtostderr"]);
  expect(output).toContain("StopInstance");
  expect(output.length).toBeGreaterThan(10_000);
  expectNoKey("log", output);
});

it("in the exported state, its backups and its history", async () => {
  const { stdout } = await project.must(["stack", "export", "--show-secrets"]);
  expect(stdout).toContain("i-one");
  expectNoKey("export", stdout);
  expectNoKey("backend", project.stored());
  expect(project.stored()).toContain("i-one");
});

it("keys set as secrets of the stack: ciphertext only", async () => {
  const env = { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "", ALICLOUD_SECURITY_TOKEN: "" };
  await project.must(["config", "set", "--secret", "alicloud:accessKey", keyId]);
  await project.must(["config", "set", "--secret", "alicloud:secretKey", secret]);
  await project.must(["config", "set", "--secret", "alicloud:securityToken", token]);
  const outputs = [await project.must(up, env), await project.must(refresh, env)].map(({ output }) => output);
  expectNoKey("output", outputs.join("\n"));
  expectNoKey("backend", project.stored());
  expect(cloud.writes()).toContain("StopInstance i-one");
  expectNoKey("output of destroy", (await project.must(destroy, env)).output);
});

it("a role that is assumed: neither the user's key nor the token that is given out stands anywhere", async () => {
  const user = {
    accessKeyId: "canaryuser0cc175b9c0f1",
    accessKeySecret: "canaryusersecret92eb5ffee6ae2fec3ad71c777531578f",
  };
  const role = "acs:ram::1000000000000001:role/ops";
  const own = await Cloud.open([{ InstanceId: "i-role" }], {
    credentials: [{ ...user, userName: "ci" }],
    roles: [{ arn: role, externalId: "canaryexternal4a8a08f09d37b737" }],
  });
  const byRole = await Project.open(own.env);
  byRole.config({
    "alicloud:assumeRole": JSON.stringify({ roleArn: role, externalId: "canaryexternal4a8a08f09d37b737" }),
  });
  byRole.declare({ one: { instanceId: "i-role", state: "stopped" } });
  const outputs = [
    await byRole.must(["preview"]),
    await byRole.must([...up, "-v=9", "--logtostderr"]),
    await byRole.must(refresh),
  ].map(({ output }) => output);
  own.put({ InstanceId: "i-role", Status: "Running" });
  own.emulator.addFault({ action: "StopInstance", then: { code: "Forbidden.RAM", status: 403 } });
  outputs.push(await byRole.mustFail(up));
  const { stdout } = await byRole.must(["stack", "export", "--show-secrets"]);
  const issued = own.emulator.world.toFile().credentials.filter(({ accessKeyId }) => accessKeyId.startsWith("STS."));
  expect(issued.length).toBeGreaterThan(0);
  for (const { accessKeyId, accessKeySecret, securityToken = "" } of [user, ...issued] as (typeof issued)[number][]) {
    const canaries = { accessKeyId, accessKeySecret, ...(securityToken === "" ? {} : { securityToken }) };
    expectNoKey("output and log", outputs.join("\n"), canaries);
    expectNoKey("export", stdout, canaries);
    expectNoKey("backend", byRole.stored(), canaries);
  }
});

it("keys of a LifecycleProvider: ciphertext only, and its token of an identity provider too", async () => {
  const key = { accessKey: "canaryprovidere1671797c52e", secretKey: "canaryprovidersecret8fa14cdd754f91cc" };
  const oidc = "canaryoidc.c9f0f895fb98ab91.59f51fd6937412b7e56ded1ea2470c25";
  const role = "acs:ram::1000000000000001:role/cluster";
  const own = await Cloud.open([{ InstanceId: "i-keyed" }, { InstanceId: "i-oidc" }], {
    credentials: [{ accessKeyId: key.accessKey, accessKeySecret: key.secretKey }],
    roles: [{ arn: role }],
    oidcTokens: [oidc],
  });
  const explicit = await Project.open({ ALIBABA_CLOUD_ENDPOINT_ECS: own.emulator.endpoint });
  explicit.program(`
const { LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const region = "cn-hangzhou";
const keyed = new LifecycleProvider("keyed", { region, ...${JSON.stringify(key)} });
const assumeRoleWithOidc = {
  oidcProviderArn: "acs:ram::1000000000000001:oidc-provider/cluster",
  oidcToken: ${JSON.stringify(oidc)},
  roleArn: ${JSON.stringify(role)},
};
const oidc = new LifecycleProvider("oidc", { region, assumeRoleWithOidc });
new InstanceLifecycle("keyed", { instanceId: "i-keyed", state: "stopped" }, { provider: keyed });
new InstanceLifecycle("oidc", { instanceId: "i-oidc", state: "stopped" }, { provider: oidc });`);
  const outputs = [await explicit.must(["preview", "--diff"]), await explicit.must(up), await explicit.must(refresh)];
  expect(own.writes()).toEqual(["StopInstance i-keyed", "StopInstance i-oidc"]);
  const { stdout } = await explicit.must(["stack", "export"]);
  expectNoKey("output", outputs.map(({ output }) => output).join("\n"), { ...key, oidc });
  expectNoKey("export", stdout, { ...key, oidc });
  expectNoKey("backend", explicit.stored(), { ...key, oidc });
  expect(explicit.stored()).toContain("i-keyed");
});
