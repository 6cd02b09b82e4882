import { isIP } from "node:net";

/** Reads one setting by its full key, for example `alicloud:region`. */
export type Settings = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | undefined;
}

export interface Endpoints {
  readonly ecs: string;
  readonly sts: string;
}

/** A setting that is missing or wrong; the message says which and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(message: string) {
    super(message);
    this.stack = `ConfigError: ${message}`;
  }
}

/** The region of the configuration, in the order of the alicloud provider, but without its silent cn-beijing. */
export function defaultRegionId(settings: Settings, env: Environment): string | undefined {
  return settings("alicloud:region") ?? fromEnvironment(env, ["ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"]);
}

const families = [
  { id: "ALICLOUD_ACCESS_KEY", secret: "ALICLOUD_SECRET_KEY", token: "ALICLOUD_SECURITY_TOKEN" },
  {
    id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token: "ALIBABA_CLOUD_SECURITY_TOKEN",
  },
  { id: "ALIBABACLOUD_ACCESS_KEY_ID", secret: "ALIBABACLOUD_ACCESS_KEY_SECRET", token: "ALIBABACLOUD_SECURITY_TOKEN" },
] as const;

/** The first complete pair of key and secret; one source's key is never paired with another's secret. Throws ConfigError. */
export function resolveCredentials(settings: Settings, env: Environment): Credentials {
  const accessKeyId = settings("alicloud:accessKey");
  const accessKeySecret = settings("alicloud:secretKey");
  if (accessKeyId !== undefined && accessKeySecret !== undefined) {
    return { accessKeyId, accessKeySecret, securityToken: settings("alicloud:securityToken") };
  }
  const halves: string[] = [];
  if (accessKeyId !== undefined || accessKeySecret !== undefined) {
    halves.push(
      `alicloud:${accessKeyId === undefined ? "secretKey without alicloud:accessKey" : "accessKey without alicloud:secretKey"}`,
    );
  }
  for (const family of families) {
    const id = fromEnvironment(env, [family.id]);
    const secret = fromEnvironment(env, [family.secret]);
    if (id !== undefined && secret !== undefined && halves.length === 0) {
      return { accessKeyId: id, accessKeySecret: secret, securityToken: fromEnvironment(env, [family.token]) };
    }
    if ((id === undefined) !== (secret === undefined)) {
      halves.push(id === undefined ? `${family.secret} without ${family.id}` : `${family.id} without ${family.secret}`);
    }
  }
  if (halves.length > 0) {
    throw new ConfigError(`credentials are incomplete: ${halves.join(", ")}; set both halves of one pair`);
  }
  const looked = [
    "alicloud:accessKey + alicloud:secretKey",
    ...families.map((family) => `${family.id} + ${family.secret}`),
  ];
  throw new ConfigError(`no credentials: looked at ${looked.join(", ")}; set one of these pairs`);
}

/** Where to call. Plain HTTP is let through to loopback only. Throws ConfigError. */
export function resolveEndpoints(regionId: string, settings: Settings, env: Environment): Endpoints {
  const protocol = (settings("alicloud:protocol") ?? "https").toLowerCase();
  const configured =
    configuredEndpoint("ecs", settings) ?? fromEnvironment(env, ["ALIBABA_CLOUD_ENDPOINT_ECS", "ECS_ENDPOINT"]);
  const ecs = checkedEndpoint(configured ?? publicEndpoint(regionId), protocol);
  const configuredSts =
    configuredEndpoint("sts", settings) ?? fromEnvironment(env, ["ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"]);
  // A stand-in on this machine answers for both services, or a test would ask the real STS.
  const sts = configuredSts ?? (isLoopback(new URL(ecs).hostname) ? ecs : "sts.aliyuncs.com");
  return { ecs, sts: checkedEndpoint(sts, protocol) };
}

/** One call's time-out: the larger of the alicloud provider's two, since the client below knows only one. Default 10 s. */
export function callTimeoutMs(settings: Settings, env: Environment): number {
  const values = [
    settings("alicloud:clientReadTimeout"),
    settings("alicloud:clientConnectTimeout"),
    env.CLIENT_READ_TIMEOUT,
    env.CLIENT_CONNECT_TIMEOUT,
  ]
    .map(Number)
    .filter((value) => Number.isFinite(value) && value > 0);
  return values.length === 0 ? 10_000 : Math.max(...values);
}

function publicEndpoint(regionId: string): string {
  if (regionId === "cn-hangzhou") return "ecs-cn-hangzhou.aliyuncs.com";
  return `ecs.${regionId}.aliyuncs.com`;
}

function configuredEndpoint(service: "ecs" | "sts", settings: Settings): string | undefined {
  const text = settings("alicloud:endpoints");
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(
      'alicloud:endpoints is not readable; set it with `pulumi config set --path "alicloud:endpoints[0].ecs" HOST`',
    );
  }
  const entries: unknown[] = Array.isArray(value) ? value : [value];
  for (const entry of entries) {
    const endpoint: unknown =
      typeof entry === "object" && entry !== null
        ? Object.entries(entry).find(([name]) => name === service)?.[1]
        : undefined;
    if (typeof endpoint === "string" && endpoint !== "") return endpoint;
  }
  return undefined;
}

function checkedEndpoint(endpoint: string, protocol: string): string {
  let url: URL;
  try {
    url = new URL(/^https?:\/\//i.test(endpoint) ? endpoint : `${protocol}://${endpoint}`);
  } catch {
    throw new ConfigError(
      "the ECS endpoint is not a host name or URL; set alicloud:endpoints or ALIBABA_CLOUD_ENDPOINT_ECS to one",
    );
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new ConfigError(`the endpoint ${url.host} has to be called with https; plain http is for loopback only`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.pathname !== "/") {
    throw new ConfigError("the ECS endpoint has to be a host, with a port if need be, and nothing else");
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function fromEnvironment(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}
