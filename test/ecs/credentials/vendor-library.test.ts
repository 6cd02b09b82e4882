import http from "node:http";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { type Answer, closeServers, type EcsServer, ecsServer, hang, json, text } from "../../support/ecs-server";
import { cli, idOf, refusal, removeHomes, source, type Texts, uriServer } from "./support";

afterEach(() => {
  vi.restoreAllMocks();
  removeHomes();
});
afterAll(closeServers);

describe("credentials URI", () => {
  it.each<readonly [string, Texts, Texts]>([
    ["alicloud:credentialsUri", { "alicloud:credentialsUri": "?" }, { ALICLOUD_CREDENTIALS_URI: "http://127.0.0.1:1" }],
    [
      "ALICLOUD_CREDENTIALS_URI",
      {},
      { ALICLOUD_CREDENTIALS_URI: "?", ALIBABA_CLOUD_CREDENTIALS_URI: "http://127.0.0.1:1" },
    ],
    ["ALIBABA_CLOUD_CREDENTIALS_URI", {}, { ALIBABA_CLOUD_CREDENTIALS_URI: "?" }],
  ])("%s", async (_name, config, env) => {
    const endsAtMs = Date.parse("2030-01-01T00:00:00.000Z");
    const server = await uriServer("from-uri", () => endsAtMs);
    const at = (texts: Texts) =>
      Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value === "?" ? server.endpoint : value]));
    const uri = source({ config: at(config), env: at(env) });
    expect(await uri()).toEqual({
      accessKeyId: "from-uri",
      accessKeySecret: "from-uri-secret",
      securityToken: "from-uri-token",
    });
    expect(await uri.expiresAtMs()).toBe(endsAtMs);
    expect(server.requests).toHaveLength(1);
  });

  it.each<readonly [string, Answer, string]>([
    ["an error that quotes", json(500, { AccessKeySecret: "CANARY" }), "it answered with HTTP 500"],
    ["what is no JSON", text(200, "<CANARY>"), "the answer is not JSON"],
    [
      "half a set of keys",
      json(200, { AccessKeyId: "CANARY", AccessKeySecret: "CANARY" }),
      "the answer holds no credentials",
    ],
    [
      "no Expiration",
      json(200, { AccessKeyId: "CANARY", AccessKeySecret: "CANARY", SecurityToken: "CANARY" }),
      "with an Expiration",
    ],
    ["a reset", (response) => response.destroy(), "ECONNRESET"],
  ])("%s is refused, and not quoted", async (_reason, answer, want) => {
    const server = await ecsServer(answer);
    const message = await refusal({ env: { ALICLOUD_CREDENTIALS_URI: `${server.endpoint}/CANARY?CANARY` } });
    expect(message).toContain("credentials URI of ALICLOUD_CREDENTIALS_URI (failed:");
    expect(message).toContain(want);
  });

  it("no answer is one, too", async () => {
    const server = await ecsServer(hang);
    const config = { "alicloud:clientReadTimeout": "150" };
    expect(await refusal({ config, env: { ALICLOUD_CREDENTIALS_URI: server.endpoint } })).toContain(
      "no answer in time",
    );
  });

  it.each([
    ["http://keys.example.com/CANARY", "plain http is for loopback only"],
    ["file:///CANARY", "it has to be https"],
    ["CANARY", "it is no URL"],
  ])("%s is not asked", async (uri, want) => {
    expect(await refusal({ env: { ALICLOUD_CREDENTIALS_URI: uri } })).toContain(want);
  });
});

/** The library's address of the metadata service is fixed, so what goes there is led to a stand-in. */
function leadMetadataTo(server: EcsServer): void {
  const request = http.request.bind(http);
  vi.spyOn(http, "request").mockImplementation(((options: http.RequestOptions, ...rest: []) =>
    request(
      options.host === "100.100.100.200"
        ? { ...options, host: "127.0.0.1", port: new URL(server.endpoint).port }
        : options,
      ...rest,
    )) as typeof http.request);
}

function metadata({ isTokenOff = false }: { readonly isTokenOff?: boolean } = {}): Answer {
  return (response, request) => {
    const path = "/latest/meta-data/ram/security-credentials/";
    if (request.method === "PUT") text(isTokenOff ? 404 : 200, "METADATA-TOKEN")(response, request);
    else if (request.path === path) text(200, "only-role")(response, request);
    else if (request.path.startsWith(path)) {
      json(200, {
        Code: "Success",
        AccessKeyId: `id of ${request.path.slice(path.length)}`,
        AccessKeySecret: "s",
        SecurityToken: "t",
        Expiration: "2030-01-01T00:00:00Z",
      })(response, request);
    } else text(404, "")(response, request);
  };
}

describe("instance role", () => {
  it.each<readonly [string, Texts, Texts]>([
    ["alicloud:ecsRoleName", { "alicloud:ecsRoleName": "one" }, { ALICLOUD_ECS_ROLE_NAME: "two" }],
    ["ALICLOUD_ECS_ROLE_NAME", {}, { ALICLOUD_ECS_ROLE_NAME: "one", ALIBABA_CLOUD_ECS_METADATA: "two" }],
    ["ALIBABA_CLOUD_ECS_METADATA", {}, { ALIBABA_CLOUD_ECS_METADATA: "one" }],
  ])("%s", async (_name, config, env) => {
    const server = await ecsServer(metadata());
    leadMetadataTo(server);
    const role = source({ config, env });
    expect(await role()).toEqual({ accessKeyId: "id of one", accessKeySecret: "s", securityToken: "t" });
    expect(await role.expiresAtMs()).toBe(Date.parse("2030-01-01T00:00:00Z"));
    expect(server.requests.map(({ method }) => method)).toEqual(["PUT", "GET"]);
  });

  it("of a profile, whose role may have to be asked for", async () => {
    leadMetadataTo(await ecsServer(metadata()));
    expect(await idOf({ files: cli("e", { name: "e", mode: "EcsRamRole" }) })).toBe("id of only-role");
    expect(await idOf({ files: cli("e", { name: "e", mode: "EcsRamRole", ram_role_name: "mine" }) })).toBe(
      "id of mine",
    );
  });

  it("the old version, unless it is off", async () => {
    leadMetadataTo(await ecsServer(metadata({ isTokenOff: true })));
    const env = { ALICLOUD_ECS_ROLE_NAME: "one" };
    expect(await idOf({ env })).toBe("id of one");
    expect(await refusal({ env: { ...env, ALIBABA_CLOUD_IMDSV1_DISABLED: "true" } })).toContain(
      "the metadata service of ECS: it answered with HTTP 404",
    );
  });

  it("off", async () => {
    const server = await ecsServer(metadata());
    leadMetadataTo(server);
    const off = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" };
    expect(await refusal({ env: { ALICLOUD_ECS_ROLE_NAME: "one", ...off } })).toContain(
      "off by ALIBABA_CLOUD_ECS_METADATA_DISABLED",
    );
    expect(await refusal({ env: off, files: cli("e", { name: "e", mode: "EcsRamRole" }) })).toContain("is off by");
    expect(server.requests).toHaveLength(0);
  });

  it("nobody there: said within seconds", async () => {
    leadMetadataTo(await ecsServer(hang));
    const startedMs = Date.now();
    expect(await refusal({ env: { ALICLOUD_ECS_ROLE_NAME: "one" } })).toContain(
      "the metadata service of ECS: no answer in time",
    );
    expect(Date.now() - startedMs).toBeLessThan(4_000);
  });
});
