import { batched } from "./batched";
import type { Environment, Settings } from "./config";
import { callTimeoutMs, resolveCredentials, resolveEndpoints } from "./config";
import { PopClient } from "./pop-client";
import { PopDoor } from "./pop-door";
import type { EcsPort } from "./port";

/** Opens ECS in a region. Credentials are resolved here, when first needed, and again at each call; they are kept nowhere. */
export type Connect = (regionId: string) => EcsPort;

/** One port per region, shared by all that ask, so that their looks are batched together. Throws ConfigError when a region is first asked for. */
export function connector(settings: Settings, env: Environment, nowMs: () => number): Connect {
  const ports = new Map<string, EcsPort>();
  return (regionId) => {
    const known = ports.get(regionId);
    if (known !== undefined) return known;
    const endpoints = resolveEndpoints(regionId, settings, env);
    const credentials = () => resolveCredentials(settings, env);
    credentials();
    const timeoutMs = callTimeoutMs(settings, env);
    const door = (endpoint: string, version: string) => new PopDoor(endpoint, version, credentials, timeoutMs, nowMs);
    const port = batched(
      new PopClient(regionId, door(endpoints.ecs, "2014-05-26"), door(endpoints.sts, "2015-04-01"), nowMs),
    );
    ports.set(regionId, port);
    return port;
  };
}
