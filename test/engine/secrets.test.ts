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

function expectNoKey(where: string, text: string): void {
  for (const [name, canary] of Object.entries({ keyId, secret, token })) {
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
