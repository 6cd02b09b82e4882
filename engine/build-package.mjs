import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beginning } from "./beginning.mjs";
import { cloneLock } from "./clone-lock.mjs";
import { runNpm } from "./run-npm.mjs";
import { SetupError } from "./setup-error.mjs";
import { withLock } from "./with-lock.mjs";
import { withProgress } from "./with-progress.mjs";
import { writeWholeFile } from "./write-whole-file.mjs";

const sources = ["tsconfig.json", "package.json", "package-lock.json", "provider", "emulator", "cli", "story", "lab"];

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesIn(join(root, source)))) {
    hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** @param {string} mark @param {string} expected */
function isBuilt(mark, expected) {
  return existsSync(mark) && readFileSync(mark, "utf8") === expected;
}

/**
 * `npm run build`, where the sources are not those that were built.
 * @param {string} root
 */
export async function buildPackage(root) {
  // A build empties dist first, so a half-made one has no mark.
  const mark = join(root, "dist", ".built-from");
  if (isBuilt(mark, fingerprint(root))) return;
  await withLock(cloneLock(root), async () => {
    const expected = fingerprint(root);
    if (isBuilt(mark, expected)) return;
    await withProgress("building (npm run build)", async () => {
      const { ok, output } = await runNpm(["run", "build"], { cwd: root });
      if (!ok) throw new SetupError(`${beginning(output)}\n\`npm run build\` failed: see above.`);
    });
    writeWholeFile(mark, expected);
  });
}
