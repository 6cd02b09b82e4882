import { renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes a file so that no reader ever sees half of it.
 * @param {string} path
 * @param {string} text
 * @param {number} mode
 */
export function writeWholeFile(path, text, mode = 0o644) {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, text, { mode });
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}
