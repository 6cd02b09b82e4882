import { chooseSource } from "./choose-source";
import { Lookup } from "./lookup";
import type { Environment, Settings } from "./lookup";

/**
 * Which source would be used, for people, such as `environment ALICLOUD_ACCESS_KEY` or
 * `profile ci of ~/.aliyun/config.json, then role acs:ram::123:role/ops`. Asks nobody over the network.
 *
 * @throws ConfigError when there is none.
 */
export function describeSource(settings: Settings, env: Environment): string {
  const notNow = () => Promise.reject(new Error("a description opens nothing"));
  return chooseSource({
    lookup: new Lookup(settings, env),
    sts: { assumeRole: notNow, assumeRoleWithOidc: notNow },
    timeoutMs: 0,
    nowMs: () => 0,
  }).text;
}
