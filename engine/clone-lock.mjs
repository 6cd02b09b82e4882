import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.mjs";

/**
 * The lock for what is made inside a clone. It lies elsewhere: `npm ci` empties node_modules, and nothing else there is ours.
 * @param {string} root
 */
export function cloneLock(root) {
  const name = `clone-${createHash("sha256").update(root).digest("hex").slice(0, 12)}.lock`;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    return join(cacheFolder(), name);
  } catch {
    return join(tmpdir(), name);
  }
}
