import { join } from "node:path";
import { installDependencies } from "../engine/install-dependencies.mjs";

/**
 * Installs a tool that only one long run needs, where it is not there yet. A peer such as Vitest is the repository's own.
 * @param {string} name of a folder beside this file
 * @returns {Promise<string>} its node_modules
 */
export async function installTool(name) {
  const folder = join(import.meta.dirname, name);
  await installDependencies(folder, { what: name, flags: ["--legacy-peer-deps"] });
  return join(folder, "node_modules");
}
