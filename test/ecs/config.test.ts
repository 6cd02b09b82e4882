import { describe, expect, it } from "vitest";
import {
  callTimeoutMs,
  ConfigError,
  defaultRegionId,
  resolveEndpoints,
  resolveStsEndpoint,
} from "../../provider/ecs/config";

type Texts = Readonly<Record<string, string>>;
const settings = (values: Texts) => (key: string) => values[key];

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

  it.each([
    ["STS's own variable", { ALIBABA_CLOUD_ENDPOINT_STS: "sts.example.com" }, "https://sts.example.com"],
    ["a region", { ALIBABA_CLOUD_STS_REGION: "cn-hongkong" }, "https://sts.cn-hongkong.aliyuncs.com"],
    [
      "a private network",
      { ALIBABA_CLOUD_STS_REGION: "cn-beijing", ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "True" },
      "https://sts-vpc.cn-beijing.aliyuncs.com",
    ],
    [
      "a stand-in before a region",
      { ALIBABA_CLOUD_STS_REGION: "cn-beijing", ECS_ENDPOINT: "http://localhost:1" },
      "http://localhost:1",
    ],
    ["another ECS is no stand-in for STS", { ECS_ENDPOINT: "https://ecs.example.com" }, "https://sts.aliyuncs.com"],
  ])("STS: %s", (_reason, env: Texts, want) => {
    expect(resolveStsEndpoint(settings({}), env)).toBe(want);
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
