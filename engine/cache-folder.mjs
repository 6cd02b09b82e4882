import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/**
 * The folder that holds the engine and serves it as PULUMI_HOME, so that nobody's ~/.pulumi is touched.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env = process.env) {
  if (env.PULUMI_ALICLOUD_LIFECYCLE_CACHE) return resolve(env.PULUMI_ALICLOUD_LIFECYCLE_CACHE);
  const home = env.HOME || homedir();
  // The XDG specification has relative paths ignored.
  const caches = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(home, ".cache");
  return join(caches, "pulumi-alicloud-lifecycle");
}
