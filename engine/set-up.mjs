import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./build-package.mjs";
import { installDependencies } from "./install-dependencies.mjs";
import { makeEngine } from "./make-engine.mjs";
import { SetupError } from "./setup-error.mjs";
import { endCleanlyOnSignals } from "./when-interrupted.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = {
  dependencies: () => installDependencies(root),
  build: () => buildPackage(root),
  engine: async () => {
    const { version, source, command } = await makeEngine();
    process.stderr.write(`set-up: Pulumi engine ${version} (${source === "PATH" ? command : "from our cache"})\n`);
  },
};

/**
 * Does the steps that are named, or all; each looks first whether there is anything to do.
 * @param {string[]} names
 */
export async function setUp(names) {
  endCleanlyOnSignals();
  const unknown = names.find((name) => !(name in steps));
  try {
    if (unknown) throw new SetupError(`No such step: ${unknown}. Steps: ${Object.keys(steps).join(", ")}.`);
    for (const [name, step] of Object.entries(steps)) {
      if (names.length === 0 || names.includes(name)) await step();
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
