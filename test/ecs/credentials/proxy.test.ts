import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { proxyAgent } from "../../../provider/ecs/credentials/proxy-agent";
import { EcsError } from "../../../provider/ecs/errors";
import { PopDoor } from "../../../provider/ecs/pop-door";
import { closeServers, ecsServer, json } from "../../support/ecs-server";

// The vendor of the agent reads process.env itself, so these are set there and put back.
const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
let before: readonly (readonly [string, string | undefined])[] = [];

function setVariables(values: Readonly<Record<string, string | undefined>>): void {
  for (const name of names) {
    const value = values[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

beforeEach(() => {
  before = names.map((name) => [name, process.env[name]]);
  setVariables({});
});
afterEach(() => {
  setVariables(Object.fromEntries(before));
});

const open: Server[] = [];
const sockets: Socket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of open) server.close();
  await closeServers();
});

interface Proxy {
  readonly url: string;
  /** What was asked: the whole URL of a forwarded request, `CONNECT host:port` of a tunnel. */
  readonly asked: string[];
  readonly tunnels: IncomingMessage[];
}

/** Answers forwarded requests itself, as if ECS had; refuses every tunnel. */
async function proxyServer(): Promise<Proxy> {
  const asked: string[] = [];
  const tunnels: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming.url ?? "");
    incoming.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"RequestId":"THROUGH-PROXY"}');
    });
  });
  server.on("connect", (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    tunnels.push(incoming);
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, tunnels };
}

const credentials = { accessKeyId: "CANARY-ID", accessKeySecret: "CANARY-SECRET", securityToken: "CANARY-TOKEN" };

async function call(endpoint: string, timeoutMs = 2_000): Promise<string> {
  const agent = () => proxyAgent(endpoint, process.env);
  const door = new PopDoor(endpoint, "2014-05-26", () => Promise.resolve(credentials), timeoutMs, Date.now, agent);
  return (await door.call("DescribeRegions", {})).requestId;
}

async function refusal(endpoint: string, timeoutMs?: number): Promise<string> {
  const error: unknown = await call(endpoint, timeoutMs).then(
    (id) => new Error(`no error but ${id}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EcsError)) throw error;
  expect(inspect(error, { depth: 9 }) + error.stack).not.toContain("CANARY");
  expect(error.errorClass).toBe("unknownOutcome");
  return error.message;
}

describe("a proxy", () => {
  it.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("of %s is gone through", async (name) => {
    const proxy = await proxyServer();
    setVariables({ [name]: proxy.url });
    expect(await call("http://ecs.example.test")).toBe("THROUGH-PROXY");
    expect(proxy.asked).toEqual(["http://ecs.example.test/"]);
  });

  it.each([
    "HTTPS_PROXY",
    "https_proxy",
  ])("of %s is asked for a tunnel, and learns nothing but the host", async (name) => {
    const proxy = await proxyServer();
    setVariables({ [name]: proxy.url.replace("//", "//user:CANARY-PASSWORD@") });
    expect(await refusal("https://ecs.cn-hangzhou.aliyuncs.com")).toContain("ecs.cn-hangzhou.aliyuncs.com");
    expect(proxy.asked).toEqual(["CONNECT ecs.cn-hangzhou.aliyuncs.com:443"]);
    const headers = JSON.stringify(proxy.tunnels[0]?.headers);
    for (const secret of [credentials.accessKeyId, credentials.accessKeySecret, credentials.securityToken])
      expect(headers).not.toContain(secret);
  });

  it.each(["ecs.example.test", ".example.test", "*"])("is gone around for NO_PROXY=%s", async (noProxy) => {
    const proxy = await proxyServer();
    setVariables({ HTTP_PROXY: proxy.url, NO_PROXY: noProxy });
    // There is no such host, so going straight there fails.
    expect(await refusal("http://ecs.example.test")).toMatch(
      /NoAnswer: (ENOTFOUND|EAI_AGAIN) from ecs\.example\.test; check regionId, the network, and the endpoint .*ALIBABA_CLOUD_ENDPOINT_ECS/,
    );
    expect(proxy.asked).toEqual([]);
  });

  it("another host in NO_PROXY is no matter", async () => {
    const proxy = await proxyServer();
    setVariables({ HTTP_PROXY: proxy.url, NO_PROXY: "other.example.test" });
    expect(await call("http://ecs.example.test")).toBe("THROUGH-PROXY");
  });

  it("is never between us and this machine", async () => {
    const proxy = await proxyServer();
    setVariables({ HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url });
    const ecs = await ecsServer(json(200, { RequestId: "STRAIGHT" }));
    expect(await call(ecs.endpoint)).toBe("STRAIGHT");
    expect(proxy.asked).toEqual([]);
  });

  it("that takes the connection and says nothing doesn't hold the run", async () => {
    const silent = createTcpServer((socket) => sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    setVariables({ HTTPS_PROXY: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    expect(await refusal("https://ecs.example.test", 100)).toContain("no answer within 100 ms");
    silent.close();
  });

  it("without a variable there is no agent, nor is anything loaded for one", async () => {
    expect(await proxyAgent("https://ecs.example.test", {})).toBeUndefined();
    expect(await proxyAgent("https://ecs.example.test", { HTTPS_PROXY: "" })).toBeUndefined();
    expect(await proxyAgent("http://127.0.0.1:4510", { HTTP_PROXY: "http://proxy.example.test" })).toBeUndefined();
  });
});
