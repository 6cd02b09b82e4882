import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeAside } from "./make-aside.mjs";
import { runNpm } from "./run-npm.mjs";
import { writeWholeFile } from "./write-whole-file.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "language-host");
const launchers = join(here, "launchers");
const npmTimeoutMs = 300_000;
const prefix = "language-host-";
const weekMs = 7 * 86_400_000;

const isSource = (/** @type {string} */ name) => name.endsWith(".cjs") || name.endsWith(".json");

/** The host's folder is named after its content: an engine that is running keeps the one it has. */
function folderName() {
  const hash = createHash("sha256");
  for (const name of readdirSync(source).filter(isSource).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(source, name)));
  }
  return `${prefix}${hash.digest("hex").slice(0, 12)}`;
}

/** @param {string} launcher */
function launcherText(launcher) {
  return readFileSync(join(launchers, launcher), "utf8").replace("LANGUAGE-HOST", folderName());
}

/**
 * Does a CLI that was built have the language host and the launchers of this very version of ours?
 * @param {string} engine the folder with `bin`
 */
export function hasLanguageHost(engine) {
  const isCurrent = (/** @type {string} */ launcher) => {
    const path = join(engine, "bin", launcher);
    return existsSync(path) && readFileSync(path, "utf8") === launcherText(launcher);
  };
  return existsSync(join(engine, folderName())) && readdirSync(launchers).every(isCurrent);
}

/**
 * Puts our Node language host and the launcher of the dynamic provider beside a CLI that was built.
 * @param {string} cache
 * @param {string} engine the folder with `bin`
 * @param {{ env: NodeJS.ProcessEnv, log: string }} context
 */
export async function addLanguageHost(cache, engine, { env, log }) {
  if (!existsSync(join(engine, folderName()))) {
    await makeAside(cache, join(engine, folderName()), async (aside) => {
      const made = join(aside, "host");
      cpSync(source, made, { recursive: true, filter: (path) => path === source || isSource(path) });
      const npm = await runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: made,
        env,
        log,
        timeoutMs: npmTimeoutMs,
      });
      if (!npm.ok) throw new Error(`the protos for the Node language host cannot be installed (${npm.why})`);
      return made;
    });
  }
  // Another clone may still use the one before; nobody needs that of last week.
  for (const name of readdirSync(engine).filter((name) => name.startsWith(prefix) && name !== folderName())) {
    const ageMs = Date.now() - statSync(join(engine, name)).mtimeMs;
    if (ageMs > weekMs) rmSync(join(engine, name), { recursive: true, force: true });
  }
  for (const launcher of readdirSync(launchers)) {
    writeWholeFile(join(engine, "bin", launcher), launcherText(launcher), 0o755);
  }
}
