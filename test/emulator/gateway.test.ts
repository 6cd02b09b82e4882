import { describe, expect, test } from "vitest";
import type { Credential, Emulator } from "../../emulator/index";
import { acs3Signature, acs3StringToSign, rpcSignature, rpcStringToSign, sha256 } from "../../emulator/signature";
import { ask, type Body, emulatorForTest, now } from "./support";

/** A request built by hand, signed over whatever it ends up with. */
function signedParams(changes: Record<string, string | undefined> = {}, method = "GET"): URLSearchParams {
  const params: Record<string, string> = {};
  const all = {
    Action: "DescribeRegions",
    Version: "2014-05-26",
    Format: "JSON",
    AccessKeyId: "emulator-key",
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: "nonce-1",
    Timestamp: now,
    ...changes,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) params[name] = value;
  params["Signature"] ??= rpcSignature(rpcStringToSign(method, params), "emulator-secret");
  return new URLSearchParams(params);
}

async function get(
  emulator: Emulator,
  params: URLSearchParams,
): Promise<{ status: number; body: Body; response: Response }> {
  const response = await fetch(`${emulator.endpoint}/?${params.toString()}`);
  return { status: response.status, body: (await response.json()) as Body, response };
}

describe("what the gateway turns away", () => {
  test.each<{
    reason: string;
    changes: Record<string, string | undefined>;
    status: number;
    code: string;
    message: string;
  }>([
    {
      reason: "a missing timestamp is named",
      changes: { Timestamp: undefined },
      status: 400,
      code: "MissingTimestamp",
      message: "Timestamp is mandatory for this action.",
    },
    {
      reason: "no action, no call",
      changes: { Action: undefined },
      status: 400,
      code: "MissingAction",
      message: "Action is mandatory for this action.",
    },
    {
      reason: "a timestamp needs seconds",
      changes: { Timestamp: "2026-03-01T08:00Z" },
      status: 400,
      code: "InvalidTimeStamp.Format",
      message: "Specified time stamp or date value is not well formatted.",
    },
    {
      reason: "the day must exist",
      changes: { Timestamp: "2026-02-30T08:00:00Z" },
      status: 400,
      code: "InvalidTimeStamp.Format",
      message: "Specified time stamp or date value is not well formatted.",
    },
    {
      reason: "sixteen minutes early is outside the window",
      changes: { Timestamp: "2026-03-01T07:44:20Z" },
      status: 400,
      code: "InvalidTimeStamp.Expired",
      message: "Specified time stamp or date value is expired.",
    },
    {
      reason: "sixteen minutes late is outside the window",
      changes: { Timestamp: "2026-03-01T08:16:20Z" },
      status: 400,
      code: "InvalidTimeStamp.Expired",
      message: "Specified time stamp or date value is expired.",
    },
    {
      reason: "a key nobody knows",
      changes: { AccessKeyId: "somebody" },
      status: 404,
      code: "InvalidAccessKeyId.NotFound",
      message: "Specified access key is not found.",
    },
    {
      reason: "an API that doesn't exist is told after the signature",
      changes: { Action: "RunEverything" },
      status: 404,
      code: "InvalidAction.NotFound",
      message: "Specified api is not found, please check your url and method.",
    },
    {
      reason: "another version of the API",
      changes: { Version: "2013-01-10" },
      status: 400,
      code: "InvalidVersion",
      message: "Specified parameter Version is not valid.",
    },
  ])("$reason", async ({ changes, status, code, message }) => {
    const emulator = await emulatorForTest();
    const answer = await get(emulator, signedParams(changes));
    expect({ status: answer.status, Code: answer.body["Code"], Message: answer.body["Message"] }).toEqual({
      status,
      Code: code,
      Message: message,
    });
    expect(emulator.ledger()).toMatchObject([{ effect: "none", status, code }]);
  });

  test("a wrong signature is answered with the string that was signed here", async () => {
    const emulator = await emulatorForTest();
    const params = signedParams({ Signature: "AAAA" });
    const { status, body } = await get(emulator, params);
    expect(status).toBe(400);
    expect(body["Code"]).toBe("SignatureDoesNotMatch");
    const signedHere = rpcStringToSign("GET", Object.fromEntries(params));
    expect(body["Message"]).toBe(
      `Specified signature is not matched with our calculation. server string to sign is:${signedHere}`,
    );
  });

  test("the method is part of the signature", async () => {
    const emulator = await emulatorForTest();
    const { body } = await get(emulator, signedParams({}, "POST"));
    expect(body["Code"]).toBe("SignatureDoesNotMatch");
  });

  test("a nonce serves once", async () => {
    const emulator = await emulatorForTest();
    expect((await get(emulator, signedParams())).status).toBe(200);
    const again = await get(emulator, signedParams());
    expect(again).toMatchObject({ status: 400, body: { Code: "SignatureNonceUsed" } });
  });

  test("a refused request doesn't use up its nonce", async () => {
    const emulator = await emulatorForTest();
    await get(emulator, signedParams({ Signature: "AAAA" }));
    expect((await get(emulator, signedParams())).status).toBe(200);
  });
});

test("POST with everything in the query is taken", async () => {
  const emulator = await emulatorForTest();
  const response = await fetch(`${emulator.endpoint}/?${signedParams({}, "POST").toString()}`, { method: "POST" });
  expect(response.status).toBe(200);
});

test("the envelope of an error, and the headers", async () => {
  const emulator = await emulatorForTest();
  const { body, response } = await get(emulator, signedParams({ Action: "Nothing" }));
  expect(Object.keys(body)).toEqual(["RequestId", "HostId", "Code", "Message", "Recommend"]);
  expect(body["RequestId"]).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect(body["HostId"]).toBe(emulator.endpoint.replace("http://", ""));
  expect(body["Recommend"]).toContain(`q=InvalidAction.NotFound&product=Ecs&requestId=${String(body["RequestId"])}`);
  expect(response.headers.get("date")).toBe("Sun, 01 Mar 2026 08:00:20 GMT");
  expect(response.headers.get("x-acs-request-id")).toBe(body["RequestId"]);
});

describe("format", () => {
  test("XML when none is asked for", async () => {
    const emulator = await emulatorForTest();
    const response = await fetch(`${emulator.endpoint}/?${signedParams({ Format: undefined }).toString()}`);
    expect(response.headers.get("content-type")).toBe("text/xml;charset=utf-8");
    const text = await response.text();
    expect(text).toMatch(
      /^<\?xml .*\?><DescribeRegionsResponse><RequestId>[^<]+<\/RequestId><Regions><Region><RegionId>/,
    );
  });

  test("errors in XML have the root Error", async () => {
    const emulator = await emulatorForTest();
    const response = await fetch(`${emulator.endpoint}/?${signedParams({ Format: "xml", Action: "A<b" }).toString()}`);
    expect(await response.text()).toMatch(/<Error><RequestId>.*<Code>InvalidAction.NotFound<\/Code>.*<\/Error>$/);
  });

  test("the case of Format doesn't matter", async () => {
    const emulator = await emulatorForTest();
    expect((await get(emulator, signedParams({ Format: "json" }))).status).toBe(200);
  });
});

describe("time", () => {
  test("a stamp near the machine's time is accepted although the world is elsewhere", async () => {
    const emulator = await emulatorForTest();
    // The vendor's client stamps with the machine's clock.
    expect((await ask(emulator, "DescribeRegions")).code).toBeUndefined();
  });

  test("strictTime takes only the world's", async () => {
    const emulator = await emulatorForTest({ world: { now, strictTime: true } });
    expect((await ask(emulator, "DescribeRegions")).code).toBe("InvalidTimeStamp.Expired");
    expect((await get(emulator, signedParams())).status).toBe(200);
  });
});

describe("security tokens", () => {
  const credential: Credential = {
    accessKeyId: "sts-key",
    accessKeySecret: "sts-secret",
    securityToken: "token-1",
    securityTokenExpiresAt: "2026-03-01T09:00:00Z",
  };

  test.each([
    { reason: "the right one", sent: "token-1", code: undefined },
    { reason: "a wrong one", sent: "token-2", code: "InvalidSecurityToken.MismatchWithAccessKey" },
    { reason: "none", sent: undefined, code: "MissingSecurityToken" },
  ])("$reason", async ({ sent, code }) => {
    const emulator = await emulatorForTest({ world: { now, credentials: [credential] } });
    const pair = { accessKeyId: credential.accessKeyId, accessKeySecret: credential.accessKeySecret };
    const used = sent === undefined ? pair : { ...pair, securityToken: sent };
    expect((await ask(emulator, "DescribeRegions", {}, { credential: used })).code).toBe(code);
  });

  test("expire on the world's clock", async () => {
    const emulator = await emulatorForTest({ world: { now, credentials: [credential] } });
    emulator.advance(3_600_000);
    expect((await ask(emulator, "DescribeRegions", {}, { credential })).code).toBe("InvalidSecurityToken.Expired");
  });
});

test("a disabled key", async () => {
  const inactive: Credential = { accessKeyId: "old", accessKeySecret: "old", status: "Inactive" };
  const emulator = await emulatorForTest({ world: { now, credentials: [inactive] } });
  expect((await ask(emulator, "DescribeRegions")).code).toBe("InvalidAccessKeyId.Inactive");
});

describe("ACS3-HMAC-SHA256", () => {
  function acs3(emulator: Emulator, changes: Record<string, string> = {}, body = ""): Promise<Response> {
    const query: Record<string, string> = { RegionId: "cn-hangzhou", InstanceIds: '["i-a"]' };
    const headers: Record<string, string> = {
      host: emulator.endpoint.replace("http://", ""),
      "x-acs-action": "DescribeInstances",
      "x-acs-version": "2014-05-26",
      "x-acs-date": now,
      "x-acs-signature-nonce": "nonce-1",
      "x-acs-content-sha256": sha256(body),
    };
    const signedHeaders = Object.keys(headers).sort();
    const bodySha256 = sha256(body);
    const toSign = acs3StringToSign({ method: "POST", path: "/", query, headers, signedHeaders, bodySha256 });
    const signature = acs3Signature(toSign, "emulator-secret");
    const authorization = `ACS3-HMAC-SHA256 Credential=emulator-key,SignedHeaders=${signedHeaders.join(";")},Signature=${signature}`;
    return fetch(`${emulator.endpoint}/?${new URLSearchParams(query).toString()}`, {
      method: "POST",
      headers: { ...headers, authorization, ...changes },
    });
  }

  test("is accepted, and answers JSON by itself", async () => {
    const emulator = await emulatorForTest();
    const response = await acs3(emulator);
    expect(await response.json()).toMatchObject({ Instances: { Instance: [{ InstanceId: "i-a" }] } });
  });

  test.each([
    { reason: "an altered action", changes: { "x-acs-action": "DeleteInstance" }, code: "SignatureDoesNotMatch" },
    { reason: "another body", changes: { "x-acs-content-sha256": "00" }, code: "IncompleteSignature" },
    { reason: "a header that says nothing", changes: { authorization: "Bearer x" }, code: "IncompleteSignature" },
  ])("$reason is refused", async ({ changes, code }) => {
    const emulator = await emulatorForTest();
    const response = await acs3(emulator, changes);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ Code: code });
  });
});
