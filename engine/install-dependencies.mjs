import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beginning } from "./beginning.mjs";
import { cloneLock } from "./clone-lock.mjs";
import { runNpm } from "./run-npm.mjs";
import { SetupError } from "./setup-error.mjs";
import { withLock } from "./with-lock.mjs";
import { withProgress } from "./with-progress.mjs";

/** @param {string} path @returns {Record<string, { version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }>} */
function packagesIn(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/**
 * Does node_modules hold what package-lock.json asks for? By content: a checkout changes times, and an interrupted install
 * leaves no list of its own.
 * @param {string} root
 */
export function dependenciesAreInstalled(root) {
  try {
    const wanted = packagesIn(join(root, "package-lock.json"));
    const installed = packagesIn(join(root, "node_modules", ".package-lock.json"));
    return Object.entries(wanted).every(([folder, entry]) => {
      if (!folder.includes("node_modules/") || entry.optional || entry.devOptional) return true;
      const have = installed[folder];
      if (!have) return entry.peer === true;
      const isSame = have.version === entry.version && have.integrity === entry.integrity && have.link === entry.link;
      return isSame && existsSync(join(root, folder));
    });
  } catch {
    return false;
  }
}

/**
 * `npm ci`, where needed. No package's install script is relied on.
 * @param {string} root a folder with a package-lock.json
 * @param {{ what?: string, flags?: readonly string[] }} [options] `what` the progress says is installed; `flags` go to npm
 */
export async function installDependencies(root, { what = "dependencies", flags = [] } = {}) {
  if (dependenciesAreInstalled(root)) return;
  await withLock(cloneLock(root), async () => {
    if (dependenciesAreInstalled(root)) return;
    await withProgress(`installing ${what} (npm ci)`, async () => {
      const { ok, output } = await runNpm(["ci", "--no-audit", "--no-fund", ...flags], { cwd: root });
      if (ok) return;
      throw new SetupError(`${beginning(output)}\n\`npm ci\` failed: see above, then run \`npm run setup\` again.`);
    });
  });
}
