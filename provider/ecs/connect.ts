import type { Environment, Settings } from "./config";
import { callTimeoutMs, resolveEndpoints, resolveStsEndpoint } from "./config";
import type { CredentialSource } from "./credentials/credential-source";
import { credentialSource } from "./credentials/credential-source";
import { proxyAgent } from "./credentials/proxy-agent";
import { withoutKeyPairs } from "./credentials/look-for-keys";
import { popSts } from "./credentials/sts";
import type { Door } from "./door";
import { PopClient } from "./pop-client";
import { PopDoor } from "./pop-door";
import type { EcsPort } from "./port";
import { batchingClient } from "./batching/batching-client";

/** Opens ECS in a region. */
export type Connect = (regionId: string) => EcsPort;

const stsVersion = "2015-04-01";

/** The credentials of this configuration, the same for all regions. Nothing is looked at before they are first asked for. */
export function credentialsOf(settings: Settings, env: Environment, nowMs: () => number): CredentialSource {
  const timeoutMs = () => callTimeoutMs(settings, env);
  const seen = namesItsSource(settings) ? withoutKeyPairs(env) : env;
  const sts = popSts((credentials) => {
    const endpoint = resolveStsEndpoint(settings, env);
    const signed = () => Promise.resolve(credentials);
    return new PopDoor(endpoint, stsVersion, signed, timeoutMs(), nowMs, () => proxyAgent(endpoint, env));
  });
  return credentialSource(settings, seen, { sts, timeoutMs, nowMs });
}

/**
 * An explicit provider that names a profile, a URI or a role means that one; in the stack's configuration the environment's
 * pair comes before them, as it does for the alicloud provider.
 */
function namesItsSource(settings: Settings): boolean {
  const sources = ["profile", "credentialsUri", "assumeRoleWithOidc", "ecsRoleName"];
  return (
    settings("lifecycle:explicit") !== undefined && sources.some((name) => settings(`alicloud:${name}`) !== undefined)
  );
}

/**
 * One port per region, shared by all that ask, so that their looks and writes are batched together. Throws ConfigError when a region
 * is first asked for and the endpoint is wrong; missing credentials are told by the first call.
 */
export function connector(
  settings: Settings,
  env: Environment,
  nowMs: () => number,
  credentials: CredentialSource = credentialsOf(settings, env, nowMs),
): Connect {
  const ports = new Map<string, EcsPort>();
  return (regionId) => {
    const known = ports.get(regionId);
    if (known !== undefined) return known;
    const { ecs, sts } = doorsOf(regionId, settings, env, nowMs, credentials);
    const port = batchingClient(new PopClient(regionId, ecs, sts, nowMs));
    ports.set(regionId, port);
    return port;
  };
}

/** The way out to each service of a region: one call in, one answer out, nothing retried. Throws ConfigError when the endpoint is wrong. */
export function doorsOf(
  regionId: string,
  settings: Settings,
  env: Environment,
  nowMs: () => number,
  credentials: CredentialSource,
): { readonly ecs: Door; readonly sts: Door } {
  const endpoints = resolveEndpoints(regionId, settings, env);
  const timeoutMs = callTimeoutMs(settings, env);
  const door = (endpoint: string, version: string) =>
    new PopDoor(endpoint, version, credentials, timeoutMs, nowMs, () => proxyAgent(endpoint, env));
  return { ecs: door(endpoints.ecs, "2014-05-26"), sts: door(endpoints.sts, stsVersion) };
}
