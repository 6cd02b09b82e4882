import { accessSync, appendFileSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addLanguageHost, hasLanguageHost } from "./add-language-host.mjs";
import { buildEngine } from "./build-engine.mjs";
import { cacheFolder } from "./cache-folder.mjs";
import { cachedEngine, cachedEngineFolder } from "./cached-engine.mjs";
import { downloadEngine } from "./download-engine.mjs";
import { findEngine } from "./find-engine.mjs";
import { removeLeftovers } from "./make-aside.mjs";
import { SetupError } from "./setup-error.mjs";
import { engineVersion, lowestEngineVersion, lowestGoVersion } from "./versions.mjs";
import { withLock } from "./with-lock.mjs";
import { withProgress } from "./with-progress.mjs";

/** @param {string} cache */
function logFolder(cache) {
  const folder = join(cache, "setup-logs");
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch (error) {
    const why = /** @type {Error} */ (error).message;
    throw new SetupError(
      `The cache folder ${cache} cannot be written (${why}). Set PULUMI_ALICLOUD_LIFECYCLE_CACHE to one that can.`,
    );
  }
  return folder;
}

const ways = [
  { title: `downloading the Pulumi engine ${engineVersion}`, name: "download", make: downloadEngine },
  {
    title: `building the Pulumi engine ${engineVersion} with Go`,
    name: "build",
    make: buildEngine,
  },
];

/**
 * Makes the engine in our cache, one way or the other.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} tried
 */
async function makeCachedEngine(cache, env, tried) {
  if (process.platform === "win32") {
    throw new SetupError(
      `No Pulumi engine was found (${tried.join("; ")}). Install the Pulumi CLI, version ${lowestEngineVersion} or newer, then run \`npm run setup\`.`,
    );
  }
  const logs = logFolder(cache);
  for (const { title, name, make } of ways) {
    const log = join(logs, `${name}.log`);
    writeFileSync(log, "");
    try {
      await withProgress(title, (detail) => make(cache, { env, log, detail }));
      return;
    } catch (error) {
      const why = /** @type {Error} */ (error).message;
      appendFileSync(log, `\n${/** @type {Error} */ (error).stack}\n`);
      tried.push(`${title}: ${why}; log: ${log}`);
    }
  }
  throw new SetupError(
    [
      "There is no Pulumi engine, and none could be made. Tried:",
      ...tried.map((line) => `  - ${line}`),
      `Install the Pulumi CLI, version ${lowestEngineVersion} or newer, or Go, version ${lowestGoVersion} or newer; then run \`npm run setup\`.`,
    ].join("\n"),
  );
}

/**
 * Finds the engine, or makes it.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./find-engine.mjs").Engine>}
 */
export async function makeEngine(env = process.env) {
  const cache = cacheFolder(env);
  const { engine, tried } = await findEngine({ env, probeFailedAgain: true });
  const isComplete = () => cachedEngine(cache)?.how === "downloaded" || hasLanguageHost(cachedEngineFolder(cache));
  if (engine && (engine.source === "PATH" || isComplete())) return engine;

  const logs = logFolder(cache);
  return withLock(join(cache, "setup.lock"), async () => {
    removeLeftovers(cache);
    if (!cachedEngine(cache)) await makeCachedEngine(cache, env, tried);
    else if (!isComplete()) {
      await withProgress("renewing the Node language host", async () => {
        const log = join(logs, "language-host.log");
        await addLanguageHost(cache, cachedEngineFolder(cache), { env, log }).catch((error) => {
          throw new SetupError(`In the cache, ${error.message}; log: ${log}. Run \`npm run setup\` again.`);
        });
      });
    }
    const made = cachedEngine(cache);
    if (!made) throw new SetupError(`The engine in ${cache} has just vanished. Run \`npm run setup\` again.`);
    return made;
  });
}
