import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isExecutable } from "./is-executable.mjs";
import { engineVersion } from "./versions.mjs";
import { writeWholeFile } from "./write-whole-file.mjs";

const mark = "whole.json";

/** @param {string} cache */
export function cachedEngineFolder(cache) {
  return join(cache, "versions", engineVersion);
}

/**
 * Says that an engine's folder is whole: the last thing written before it gets its name.
 * @param {string} folder
 * @param {"downloaded" | "built"} how
 */
export function markWhole(folder, how) {
  writeWholeFile(join(folder, mark), `${JSON.stringify({ version: engineVersion, how })}\n`);
}

/**
 * The engine in our cache, if it is there and whole.
 * @param {string} cache
 */
export function cachedEngine(cache) {
  const folder = cachedEngineFolder(cache);
  const bin = join(folder, "bin");
  try {
    const { version, how } = JSON.parse(readFileSync(join(folder, mark), "utf8"));
    const parts = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
    if (version !== engineVersion || !parts.every((part) => isExecutable(join(bin, part)))) return undefined;
    return { source: /** @type {const} */ ("cache"), command: join(bin, "pulumi"), bin, version, how };
  } catch {
    return undefined;
  }
}
