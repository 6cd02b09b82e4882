import { describe, expect, it } from "vitest";
import {
  callTimeoutMs,
  ConfigError,
  defaultRegionId,
  resolveCredentials,
  resolveEndpoints,
} from "../../provider/ecs/config";

type Texts = Readonly<Record<string, string>>;
const settings = (values: Texts) => (key: string) => values[key];

const configured = { "alicloud:accessKey": "config-id", "alicloud:secretKey": "config-secret" };
const alicloud = { ALICLOUD_ACCESS_KEY: "alicloud-id", ALICLOUD_SECRET_KEY: "alicloud-secret" };
const alibaba = { ALIBABA_CLOUD_ACCESS_KEY_ID: "alibaba-id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "alibaba-secret" };

describe("credentials", () => {
  const token = { ALICLOUD_SECURITY_TOKEN: "alicloud-token", ALIBABA_CLOUD_SECURITY_TOKEN: "alibaba-token" };
  it.each([
    {
      reason: "configuration first",
      config: configured,
      env: { ...alicloud, ...alibaba },
      id: "config-id",
      secret: "config-secret",
      securityToken: undefined,
    },
    {
      reason: "its own token",
      config: { ...configured, "alicloud:securityToken": "config-token" },
      env: {},
      id: "config-id",
      secret: "config-secret",
      securityToken: "config-token",
    },
    {
      reason: "never the token of another source",
      config: configured,
      env: { ...alicloud, ...token },
      id: "config-id",
      secret: "config-secret",
      securityToken: undefined,
    },
    {
      reason: "the environment's first pair",
      config: {},
      env: { ...alicloud, ...alibaba, ...token },
      id: "alicloud-id",
      secret: "alicloud-secret",
      securityToken: "alicloud-token",
    },
    {
      reason: "the environment's second pair",
      config: {},
      env: { ...alibaba, ...token },
      id: "alibaba-id",
      secret: "alibaba-secret",
      securityToken: "alibaba-token",
    },
    {
      reason: "an empty variable is none",
      config: {},
      env: { ...alibaba, ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "" },
      id: "alibaba-id",
      secret: "alibaba-secret",
      securityToken: undefined,
    },
    {
      reason: "halves after a complete configuration are no matter",
      config: configured,
      env: { ALICLOUD_ACCESS_KEY: "x" },
      id: "config-id",
      secret: "config-secret",
      securityToken: undefined,
    },
  ])("$reason", ({ config, env, id, secret, securityToken }) => {
    expect(resolveCredentials(settings(config), env)).toEqual({
      accessKeyId: id,
      accessKeySecret: secret,
      securityToken,
    });
  });

  it.each([
    {
      reason: "key here, secret there",
      config: { "alicloud:accessKey": "CANARY" },
      env: { ALICLOUD_SECRET_KEY: "CANARY" },
      names: ["alicloud:secretKey", "ALICLOUD_ACCESS_KEY"],
    },
    {
      reason: "secret here, key there",
      config: { "alicloud:secretKey": "CANARY" },
      env: { ALICLOUD_ACCESS_KEY: "CANARY" },
      names: ["alicloud:accessKey", "ALICLOUD_SECRET_KEY"],
    },
    {
      reason: "a half in the configuration, a pair in the environment",
      config: { "alicloud:accessKey": "CANARY" },
      env: alicloud,
      names: ["alicloud:secretKey"],
    },
    {
      reason: "two halves of two families",
      config: {},
      env: { ALICLOUD_ACCESS_KEY: "CANARY", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "CANARY" },
      names: ["ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID"],
    },
    {
      reason: "a lonely secret",
      config: {},
      env: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: "CANARY" },
      names: ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    },
  ])("halves are refused: $reason", ({ config, env, names }) => {
    let message = "";
    try {
      resolveCredentials(settings(config), env);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as Error).message;
    }
    for (const name of names) expect(message).toContain(name);
    expect(message).not.toContain("CANARY");
  });

  it("nothing anywhere: says where it looked", () => {
    let message = "";
    try {
      resolveCredentials(settings({}), {});
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of ["alicloud:accessKey", "alicloud:secretKey", ...Object.keys(alicloud), ...Object.keys(alibaba)])
      expect(message).toContain(name);
  });
});

describe("region", () => {
  it.each([
    {
      reason: "configuration first",
      config: { "alicloud:region": "cn-a" },
      env: { ALICLOUD_REGION: "cn-b" },
      region: "cn-a",
    },
    {
      reason: "then ALICLOUD_REGION",
      config: {},
      env: { ALICLOUD_REGION: "cn-b", ALIBABA_CLOUD_REGION: "cn-c" },
      region: "cn-b",
    },
    {
      reason: "then ALIBABA_CLOUD_REGION",
      config: {},
      env: { ALICLOUD_REGION: "", ALIBABA_CLOUD_REGION: "cn-c" },
      region: "cn-c",
    },
    { reason: "no silent fallback", config: {}, env: {}, region: undefined },
  ])("$reason", ({ config, env, region }) => {
    expect(defaultRegionId(settings(config as Texts), env)).toBe(region);
  });
});

describe("endpoint", () => {
  const ecs = (config: Texts, env: Texts = {}, region = "cn-beijing") =>
    resolveEndpoints(region, settings(config), env).ecs;

  it("is the vendor's for the region, over https", () => {
    expect(ecs({})).toBe("https://ecs.cn-beijing.aliyuncs.com");
    expect(ecs({}, {}, "cn-hangzhou")).toBe("https://ecs-cn-hangzhou.aliyuncs.com");
  });

  it.each([
    {
      reason: "alicloud:endpoints, a list",
      config: { "alicloud:endpoints": '[{"ecs":"ecs.example.com"}]' },
      env: {},
      want: "https://ecs.example.com",
    },
    {
      reason: "alicloud:endpoints, one object",
      config: { "alicloud:endpoints": '{"ecs":"ecs.example.com"}' },
      env: {},
      want: "https://ecs.example.com",
    },
    {
      reason: "a list about another service",
      config: { "alicloud:endpoints": '[{"vpc":"vpc.example.com"}]' },
      env: {},
      want: "https://ecs.cn-beijing.aliyuncs.com",
    },
    {
      reason: "the environment",
      config: {},
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "ecs.example.org" },
      want: "https://ecs.example.org",
    },
    {
      reason: "configuration before environment",
      config: { "alicloud:endpoints": '[{"ecs":"ecs.example.com"}]' },
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "ecs.example.org" },
      want: "https://ecs.example.com",
    },
    {
      reason: "a port",
      config: {},
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "https://ecs.example.org:8443/" },
      want: "https://ecs.example.org:8443",
    },
    {
      reason: "http to 127.0.0.1",
      config: {},
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:4510" },
      want: "http://127.0.0.1:4510",
    },
    {
      reason: "http to localhost",
      config: {},
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "http://localhost:4510" },
      want: "http://localhost:4510",
    },
    {
      reason: "http to ::1",
      config: {},
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "http://[::1]:4510" },
      want: "http://[::1]:4510",
    },
    {
      reason: "alicloud:protocol to loopback",
      config: { "alicloud:protocol": "HTTP" },
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "127.0.0.1:4510" },
      want: "http://127.0.0.1:4510",
    },
  ])("$reason", ({ config, env, want }) => {
    expect(ecs(config as Texts, env as Texts)).toBe(want);
  });

  it.each([
    ["plain http", "http://ecs.example.com", {}],
    ["plain http to the vendor", "http://ecs.cn-beijing.aliyuncs.com", {}],
    ["plain http by protocol", "ecs.example.com", { "alicloud:protocol": "HTTP" }],
    ["a name that begins like loopback", "http://127.0.0.1.evil.example", {}],
    ["a name that contains localhost", "http://localhost.evil.example", {}],
    ["loopback as a user", "http://127.0.0.1@evil.example", {}],
    ["a private address", "http://10.0.0.1:80", {}],
    ["every address", "http://0.0.0.0:80", {}],
    ["another protocol", "ftp://ecs.example.com", {}],
    ["a path", "https://ecs.example.com/api", {}],
    ["a query", "https://ecs.example.com/?x=1", {}],
    ["a user", "https://user:CANARY@ecs.example.com", {}],
    ["no host at all", "https://", {}],
  ])("%s is refused", (_reason, endpoint, config) => {
    let error: unknown;
    try {
      ecs(config, { ALIBABA_CLOUD_ENDPOINT_ECS: endpoint });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).not.toContain("CANARY");
  });

  it("alicloud:endpoints that can't be read is refused by name", () => {
    expect(() => ecs({ "alicloud:endpoints": "ecs.example.com" })).toThrow(/alicloud:endpoints/);
  });

  it("a stand-in on this machine is asked for the account, too", () => {
    const env = { ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:4510" };
    expect(resolveEndpoints("cn-hangzhou", settings({}), env).sts).toBe("http://127.0.0.1:4510");
    expect(resolveEndpoints("cn-hangzhou", settings({}), {}).sts).toBe("https://sts.aliyuncs.com");
  });
});

describe("time-out of a call", () => {
  it.each([
    [{}, {}, 10_000],
    [{ "alicloud:clientReadTimeout": "2000", "alicloud:clientConnectTimeout": "5000" }, {}, 5_000],
    [{ "alicloud:clientReadTimeout": "nonsense" }, {}, 10_000],
    [{ "alicloud:clientReadTimeout": "-1" }, {}, 10_000],
  ] as const)("%j %j: %d ms", (config, env, ms) => {
    expect(callTimeoutMs(settings(config as Texts), env)).toBe(ms);
  });
});
