import { delimiter } from "node:path";
import { cacheFolder } from "./cache-folder.mjs";
import { findEngine } from "./find-engine.mjs";

/**
 * The engine and the environment to run it in: `spawn(command, args, { env })`.
 * Its home is our cache unless PULUMI_HOME is set; its own folder comes first on PATH, so that it finds its language host.
 * @param {NodeJS.ProcessEnv} env
 */
export async function engineCommand(env = process.env) {
  const { engine } = await findEngine({ env });
  if (!engine) throw new Error("There is no Pulumi engine yet: run `npm run setup`.");
  const { command, bin, version, source } = engine;
  return {
    command,
    env: {
      ...env,
      PATH: [bin, env.PATH].filter(Boolean).join(delimiter),
      PULUMI_HOME: env.PULUMI_HOME || cacheFolder(env),
      PULUMI_SKIP_UPDATE_CHECK: env.PULUMI_SKIP_UPDATE_CHECK ?? "1",
    },
    version,
    source,
  };
}
