import { ConfigError } from "./credentials/config-error";
import { isLoopback } from "./credentials/loopback";
import type { Environment, Found, Settings } from "./credentials/lookup";
import { Lookup } from "./credentials/lookup";
import { regionOfProfile } from "./credentials/named-profile";

export { ConfigError };
export { settingText } from "./credentials/lookup";
export type { Environment, Found, Settings };
export type { Credentials } from "./credentials/session";

export interface Endpoints {
  readonly ecs: string;
  readonly sts: string;
}

/** The region of the configuration, in the order of the alicloud provider, but without its silent cn-beijing. */
export function defaultRegionId(settings: Settings, env: Environment): string | undefined {
  return defaultRegion(settings, env)?.text;
}

/** The same, with the setting that it stands in. */
export function defaultRegion(settings: Settings, env: Environment): Found | undefined {
  const lookup = new Lookup(settings, env);
  const found = lookup.first("alicloud:region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION");
  if (found !== undefined) return found;
  const text = regionOfProfile(lookup);
  return text === undefined ? undefined : { text, name: "region_id of the named profile" };
}

/** Where to call. Plain HTTP is let through to loopback only. Throws ConfigError. */
export function resolveEndpoints(regionId: string, settings: Settings, env: Environment): Endpoints {
  const ecs = configuredEcs(settings, env) ?? publicEndpoint(regionId);
  return { ecs: checkedEndpoint(ecs, protocolOf(settings)), sts: resolveStsEndpoint(settings, env) };
}

/** Where roles are taken over and accounts told, whatever the region. Throws ConfigError. */
export function resolveStsEndpoint(settings: Settings, env: Environment): string {
  const protocol = protocolOf(settings);
  const configured =
    configuredEndpoint("sts", settings) ?? fromEnvironment(env, ["ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"]);
  if (configured !== undefined) return checkedEndpoint(configured, protocol);
  // A stand-in on this machine answers for both services, or a test would ask the real STS.
  const ecs = configuredEcs(settings, env);
  const standIn = ecs === undefined ? undefined : checkedEndpoint(ecs, protocol);
  if (standIn !== undefined && isLoopback(new URL(standIn).hostname)) return standIn;
  return checkedEndpoint(publicSts(env), protocol);
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

/** By the variables of the vendor's SDKs, in whose private networks the public name can't be reached. */
function publicSts(env: Environment): string {
  const region = fromEnvironment(env, ["ALIBABA_CLOUD_STS_REGION"]);
  if (region === undefined) return "sts.aliyuncs.com";
  const isPrivate = env.ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED?.toLowerCase() === "true";
  return `sts${isPrivate ? "-vpc" : ""}.${region}.aliyuncs.com`;
}

function protocolOf(settings: Settings): string {
  return (settings("alicloud:protocol") ?? "https").toLowerCase();
}

function configuredEcs(settings: Settings, env: Environment): string | undefined {
  return configuredEndpoint("ecs", settings) ?? fromEnvironment(env, ["ALIBABA_CLOUD_ENDPOINT_ECS", "ECS_ENDPOINT"]);
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

function fromEnvironment(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}
