import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { FaultThen } from "../../emulator/index";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Host, type HostError } from "../rig/host";
import { inputs } from "../rig/wire";

/** No part of a key or a signature in anything that is said, thrown or printed, whatever ECS answers. */

const keyId = "canary-id-5b2e9c";
const secret = "canary-secret-d41d8cd98f00b204";
const token = "canary-token-e9800998ecf8427e";

let cloud: Cloud;
let host: Host;
beforeAll(async () => {
  cloud = await Cloud.open([{ InstanceId: "i-key", Status: "Running", AutoReleaseTime: minutesAhead(99) }], {
    credentials: [{ accessKeyId: keyId, accessKeySecret: secret, securityToken: token }],
  });
});
beforeEach(() => {
  cloud.emulator.clearFaults();
});
afterEach(() => host.stop());

const state = {
  ...inputs({ instanceId: "i-key", state: "running", autoReleaseAt: minutesAhead(99) }),
  status: "running",
  schemaVersion: 1,
};

/** Runs each method that calls, and returns all that came out of the host. */
async function everythingSaid(env: NodeJS.ProcessEnv, config = {}): Promise<string> {
  host = await Host.start({ env: { ...cloud.env, ...env }, config });
  const ended = await Promise.allSettled([
    host.read("i-key", state),
    host.create(inputs({ instanceId: "i-key", state: "stopped", timeouts: { stop: "1s" } })),
    host.update("i-key", state, inputs({ instanceId: "i-key", state: "stopped", timeouts: { stop: "1s" } })),
    host.delete("i-key2", { ...state, instanceId: "i-key2" }),
  ]);
  const thrown = ended.map((one) => {
    if (one.status === "fulfilled") return JSON.stringify(one.value ?? "");
    const { message, stack, initFailure } = one.reason as HostError;
    return [message, stack, JSON.stringify(initFailure)].join("\n");
  });
  return [...thrown, ...host.engine.lines.map(({ text }) => text), host.printed()].join("\n");
}

function expectNoKey(texts: string): void {
  for (const canary of [secret, keyId, token, encodeURIComponent(secret), "wrong-canary-77c1"]) {
    expect(texts).not.toContain(canary);
  }
  expect(texts).not.toMatch(/AccessKeyId=|Signature=|SecurityToken=|HMAC-SHA1/);
}

const good = { ALICLOUD_SECURITY_TOKEN: token };

it("SignatureDoesNotMatch, whose message carries the string to sign", async () => {
  const texts = await everythingSaid({ ...good, ALICLOUD_SECRET_KEY: "wrong-canary-77c1" });
  expect(texts).toContain("SignatureDoesNotMatch");
  expect(texts).toContain("check the secret");
  expectNoKey(texts);
});

it("a key that is not known", async () => {
  const texts = await everythingSaid({ ...good, ALICLOUD_ACCESS_KEY: "wrong-canary-77c1" });
  expect(texts).toContain("InvalidAccessKeyId.NotFound");
  expectNoKey(texts);
});

it.each<[string, FaultThen]>([
  ["the connection is reset", { wire: "reset-before" }],
  ["a proxy's page", { wire: "html" }],
  ["half an answer", { wire: "half" }],
  [
    "Forbidden, with a message that quotes the call",
    { code: "Forbidden.RAM", message: `see https://x.test/?AccessKeyId=${keyId}` },
  ],
])("%s", async (_name, then) => {
  cloud.emulator.addFault({ action: "StopInstance", times: "always", then });
  cloud.emulator.addFault({ action: "DescribeInstances", instanceId: "i-key2", times: "always", then });
  expectNoKey(await everythingSaid(good));
});

it("no connection at all", async () => {
  const texts = await everythingSaid({ ...good, ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:1" });
  expect(texts).toContain("127.0.0.1:1");
  expectNoKey(texts);
});

it("keys of the stack's configuration", async () => {
  const texts = await everythingSaid(
    { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "", ALICLOUD_SECURITY_TOKEN: "" },
    { "alicloud:accessKey": keyId, "alicloud:secretKey": "wrong-canary-77c1", "alicloud:securityToken": token },
  );
  expect(texts).toContain("SignatureDoesNotMatch");
  expectNoKey(texts);
});
