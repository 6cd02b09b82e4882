import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeWholeFile } from "./write-whole-file.mjs";

/** @typedef {{ version: string } | { why: string }} Answer */

/** @param {string} cache */
const fileIn = (cache) => join(cache, "probes.json");

/** Changes whenever one of the files is replaced. @param {string[]} paths */
function fingerprint(paths) {
  return paths
    .map((path) => {
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    })
    .join("\n");
}

/** @param {string} cache @returns {Record<string, { fingerprint: string, answer: Answer }>} */
function read(cache) {
  try {
    return JSON.parse(readFileSync(fileIn(cache), "utf8"));
  } catch {
    return {};
  }
}

/**
 * What an earlier probe of these very files said.
 * @param {string} cache
 * @param {string[]} paths
 * @returns {Answer | undefined}
 */
export function recall(cache, paths) {
  const entry = read(cache)[paths[0]];
  return entry?.fingerprint === fingerprint(paths) ? entry.answer : undefined;
}

/**
 * @param {string} cache
 * @param {string[]} paths
 * @param {Answer} answer
 */
export function remember(cache, paths, answer) {
  try {
    mkdirSync(dirname(fileIn(cache)), { recursive: true });
    const entries = { ...read(cache), [paths[0]]: { fingerprint: fingerprint(paths), answer } };
    writeWholeFile(fileIn(cache), `${JSON.stringify(entries, undefined, 2)}\n`);
  } catch {
    // It costs another probe the next time, no more.
  }
}
