import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { rpcSignature, rpcStringToSign } from "../../emulator/signature";
import { ann, crowdedFile } from "../emulator/crowded-world";
import { now } from "../emulator/support";
import { lookAt } from "./changes";
import { seed } from "./seed";
import { hostile } from "./values";

// HTTP that no client of the vendor's would send: each is turned away with an answer, nothing changes, and the next
// request is served as if nothing had been.

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "virtual", world: crowdedFile });
});
afterAll(() => emulator.stop());

interface Answer {
  status: number;
  headers: string;
  body: string;
}

/** Sends these bytes and reads until the server closes or the answer is whole. */
async function send(bytes: string | Buffer): Promise<Answer> {
  const socket = connect(Number(new URL(emulator.endpoint).port), "127.0.0.1");
  try {
    socket.setTimeout(5000, () => socket.destroy(new Error("No answer within five seconds.")));
    await once(socket, "connect");
    socket.write(bytes);
    let text = "";
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString("latin1");
      if (isWhole(text)) break;
    }
    const [head = "", body = ""] = split(text);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
    if (status === undefined) throw new Error(`No answer: ${JSON.stringify(text.slice(0, 200))}`);
    return { status: Number(status), headers: head, body };
  } finally {
    socket.destroy();
  }
}

function split(text: string): [string, string] {
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 4)];
}

function isWhole(text: string): boolean {
  const [head, body] = split(text);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && body.length >= Number(length);
}

interface Raw {
  method?: string;
  target?: string;
  headers?: Record<string, string>;
  body?: string;
}

function request({ method = "GET", target = "/", headers = {}, body = "" }: Raw): Buffer {
  const lines = Object.entries({ host: "127.0.0.1", "content-length": String(Buffer.byteLength(body)), ...headers });
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

let lastNonce = 0;

/** A call that would succeed, signed over what is in it. */
function signed(method: string, changes: Record<string, string> = {}): string {
  lastNonce += 1;
  const params: Record<string, string> = {
    Action: "StopInstance",
    InstanceId: "i-run",
    Version: "2014-05-26",
    Format: "JSON",
    AccessKeyId: ann.accessKeyId,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: `nonce-${lastNonce}`,
    Timestamp: now,
    ...changes,
  };
  return new URLSearchParams({
    ...params,
    Signature: rpcSignature(rpcStringToSign(method, params), ann.accessKeySecret),
  }).toString();
}

const form = { "content-type": "application/x-www-form-urlencoded" };

/** The code of an answer in either form. */
function codeOf({ body }: Answer): string {
  if (body.startsWith("{")) return String((JSON.parse(body) as { Code: unknown }).Code);
  return /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? "";
}

async function stillServes(): Promise<void> {
  const { status, body } = await send(request({ target: `/?${signed("GET", { Action: "DescribeRegions" })}` }));
  expect({ status, regions: body.includes('"RegionId":"cn-hangzhou"') }).toEqual({ status: 200, regions: true });
}

test.each<{ reason: string; raw: Raw; status: number; code: string }>([
  { reason: "nothing at all", raw: {}, status: 400, code: "MissingAction" },
  { reason: "an empty form", raw: { method: "POST", headers: form }, status: 400, code: "MissingAction" },
  {
    reason: "percent signs with nothing behind them",
    raw: { target: "/?Action=%zz&%=%&%E4%B8=1&=" },
    status: 400,
    code: "MissingVersion",
  },
  { reason: "an unknown path", raw: { target: `/v1/?${signed("GET")}` }, status: 404, code: "InvalidAction.NotFound" },
  { reason: "no path", raw: { target: "*" }, status: 404, code: "InvalidAction.NotFound" },
  {
    reason: "a form that says it is something else",
    raw: { method: "POST", headers: { "content-type": "text/plain" }, body: signed("POST") },
    status: 400,
    code: "MissingAction",
  },
  {
    reason: "JSON",
    raw: { method: "POST", headers: { "content-type": "application/json" }, body: '{"Action":"StopInstance"}' },
    status: 400,
    code: "MissingAction",
  },
  ...["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"].map((method) => ({
    reason: method,
    raw: { method, target: `/?${signed(method)}` },
    status: 404,
    code: "InvalidAction.NotFound",
  })),
  {
    reason: "signed as GET, sent as POST",
    raw: { method: "POST", target: `/?${signed("GET")}` },
    status: 400,
    code: "SignatureDoesNotMatch",
  },
  {
    reason: "a parameter twice, the second unsigned",
    raw: { target: `/?InstanceId=i-safe&${signed("GET")}` },
    status: 400,
    code: "SignatureDoesNotMatch",
  },
  {
    reason: "more in the form than was signed",
    raw: { method: "POST", target: `/?${signed("POST")}`, headers: form, body: "ForceStop=true" },
    status: 400,
    code: "SignatureDoesNotMatch",
  },
  {
    reason: "a scheme that nobody knows",
    raw: { headers: { authorization: "Bearer x", "x-acs-action": "StopInstance", "x-acs-version": "2014-05-26" } },
    status: 400,
    code: "IncompleteSignature",
  },
  {
    reason: "the newer scheme with nothing in it",
    raw: {
      headers: {
        authorization: "ACS3-HMAC-SHA256 Credential=ann,SignedHeaders=;;;,Signature=00",
        "x-acs-action": "StopInstance",
        "x-acs-version": "2014-05-26",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
    },
    status: 400,
    code: "IncompleteSignature",
  },
])("$reason: $code", async ({ raw, status, code }) => {
  const before = lookAt(emulator.world).text;
  const answer = await send(request(raw));
  expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  expect(emulator.ledger().at(-1)).toMatchObject({ code, status, effect: "none" });
  expect(lookAt(emulator.world).text).toBe(before);
  await stillServes();
});

test.each<{ reason: string; bytes: string | Buffer; status: number }>([
  { reason: "a query of a megabyte", bytes: request({ target: `/?Action=${"x".repeat(1_000_000)}` }), status: 431 },
  {
    reason: "a body of more than a megabyte",
    bytes: request({ method: "POST", headers: form, body: "x".repeat(1_100_000) }),
    status: 413,
  },
  { reason: "no HTTP", bytes: "hello\r\n\r\n", status: 400 },
  { reason: "a header without a name", bytes: "GET / HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n", status: 400 },
  {
    reason: "two lengths",
    bytes: "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    status: 400,
  },
  {
    reason: "chunks of no length",
    bytes: "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    status: 400,
  },
])("$reason: $status", async ({ bytes, status }) => {
  const before = lookAt(emulator.world).text;
  expect((await send(bytes)).status).toBe(status);
  expect(lookAt(emulator.world).text).toBe(before);
  await stillServes();
});

test("a client that goes away in the middle of its body leaves nothing behind", async () => {
  const rows = emulator.ledger().length;
  const socket = connect(Number(new URL(emulator.endpoint).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(`POST /?${signed("POST")} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nForce`);
  socket.destroy();
  await once(socket, "close");
  await stillServes();
  // The one row is of the request that came after.
  expect(emulator.ledger().slice(rows)).toMatchObject([{ action: "DescribeRegions" }]);
});

test("whatever is in the request line, the headers and the body, the answer is an error of the vendor's", async () => {
  // Only what can stand in a header at all: the rest never reaches the emulator.
  const inHeader = hostile.map((text) => text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "").slice(0, 2000));
  const inTarget = fc
    .tuple(fc.constantFrom("/", "/?", "/%", "/..;/", "//", "/?Action=StopInstance&"), hostile, fc.boolean())
    .map(([path, text, encode]) => path + (encode ? encodeURIComponent(text) : text.replace(/[^!-~]/g, "%")));
  const headers = fc.dictionary(
    fc.constantFrom("authorization", "x-acs-action", "x-acs-version", "x-acs-date", "content-type", "x-forwarded-for"),
    fc.oneof(
      inHeader,
      fc.constantFrom(form["content-type"], "StopInstance", "2014-05-26", now),
      fc.constant("ACS3-HMAC-SHA256 Credential=ann,SignedHeaders=host,Signature=00"),
    ),
    { noNullPrototype: true },
  );
  const raws = fc.record({
    method: fc.constantFrom("GET", "POST", "POST", "PUT", "PROPFIND"),
    target: inTarget,
    headers,
    body: hostile,
  });
  await fc.assert(
    fc.asyncProperty(raws, async (raw) => {
      const before = lookAt(emulator.world).text;
      const answer = await send(request(raw));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(codeOf(answer)).toMatch(/^[A-Z][\w.-]+$/);
      expect(lookAt(emulator.world).text).toBe(before);
    }),
    { numRuns: 200, seed },
  );
  await stillServes();
});
