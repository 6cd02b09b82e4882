import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "./is-alive.mjs";
import { whenInterrupted } from "./when-interrupted.mjs";

const prefix = "making-";
const dayMs = 86_400_000;

/**
 * Makes a folder under another name and renames it when it is whole.
 * @param {string} cache where the other name is
 * @param {string} folder the final name; what stands there is replaced
 * @param {(aside: string) => Promise<string>} fill returns the folder, inside `aside`, that is to be moved
 */
export async function makeAside(cache, folder, fill) {
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, `${prefix}${hostname()}-${process.pid}-`));
  const remove = () => rmSync(aside, { recursive: true, force: true, maxRetries: 3 });
  const forget = whenInterrupted(remove);
  try {
    const made = await fill(aside);
    mkdirSync(dirname(folder), { recursive: true });
    if (existsSync(folder)) renameSync(folder, join(aside, "replaced"));
    renameSync(made, folder);
  } finally {
    forget();
    remove();
  }
}

/**
 * Removes what an interrupted process has left behind.
 * @param {string} cache
 */
export function removeLeftovers(cache) {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    if (!name.startsWith(prefix)) continue;
    const path = join(cache, name);
    const ours = name.startsWith(`${prefix}${hostname()}-`);
    const pid = Number(name.split("-").at(-2));
    if ((ours && !isAlive(pid)) || Date.now() - statSync(path).mtimeMs > dayMs) {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
