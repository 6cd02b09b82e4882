import { dirname } from "node:path";
import { atLeast } from "./at-least.mjs";
import { cacheFolder } from "./cache-folder.mjs";
import { cachedEngine } from "./cached-engine.mjs";
import { pathCandidates } from "./path-candidates.mjs";
import { probe } from "./probe.mjs";
import { recall, remember } from "./remembered-probes.mjs";
import { lowestEngineVersion } from "./versions.mjs";

/**
 * @typedef {object} Engine
 * @property {"PATH" | "cache"} source
 * @property {string} command
 * @property {string} bin the folder with the language host
 * @property {string} version
 */

/**
 * Looks for an engine that works: on PATH, then in our cache. Makes nothing.
 * @param {{ env?: NodeJS.ProcessEnv, probeFailedAgain?: boolean, probeTimeoutMs?: number }} [options]
 *   `probeFailedAgain`: don't believe an earlier failure
 * @returns {Promise<{ engine?: Engine, tried: string[] }>} `tried`: one line for each that can't be used
 */
export async function findEngine({ env = process.env, probeFailedAgain = false, probeTimeoutMs } = {}) {
  const cache = cacheFolder(env);
  const tried = [];
  for (const { found, command, languageHost, why } of pathCandidates(env)) {
    if (!command || !languageHost) {
      tried.push(`${found}: ${why}`);
      continue;
    }
    const files = [command, languageHost];
    let answer = recall(cache, files);
    if (!answer || ("why" in answer && probeFailedAgain)) {
      // PULUMI_HOME: even `pulumi version` may write there, and ~/.pulumi is the user's.
      const probeEnv = { ...env, PULUMI_HOME: cache, PULUMI_SKIP_UPDATE_CHECK: "1" };
      answer = await probe(command, languageHost, probeEnv, probeTimeoutMs);
      remember(cache, files, answer);
    }
    if ("why" in answer) tried.push(`${found}: ${answer.why}`);
    else if (!atLeast(answer.version, lowestEngineVersion)) {
      tried.push(`${found}: version ${answer.version}, at least ${lowestEngineVersion} is needed`);
    } else {
      return { engine: { source: "PATH", command, bin: dirname(languageHost), version: answer.version }, tried };
    }
  }
  if (tried.length === 0) tried.push("no `pulumi` on PATH");
  const engine = cachedEngine(cache);
  return engine ? { engine, tried } : { tried };
}
