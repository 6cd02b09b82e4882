import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Bug } from "./bug";

/** The folder of the compiled program that this file belongs to. */
const compiled = join(__dirname, "../..");

/** A copy of the compiled program with a bug in it. */
export interface Planted {
  readonly root: string;
  readonly remove: () => void;
}

/** Throws where a text to be replaced does not stand exactly once: such a bug proves nothing. */
export function plant(bug: Bug | undefined): Planted {
  const root = mkdtempSync(join(tmpdir(), "lifecycle-planted-"));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    for (const folder of ["provider", "emulator", "lab"]) {
      cpSync(join(compiled, folder), join(root, folder), {
        recursive: true,
        filter: (file) => !file.endsWith(".d.ts"),
      });
    }
    symlinkSync(nodeModules(compiled), join(root, "node_modules"), "dir");
    for (const { file, find, replace } of bug?.edits ?? []) {
      const path = join(root, file);
      const text = readFileSync(path, "utf8");
      const times = text.split(find).length - 1;
      if (times !== 1) {
        throw new Error(`${bug?.name}: the text to be replaced stands ${times} times in ${file}: ${find}`);
      }
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    return { root, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function nodeModules(from: string): string {
  const here = join(from, "node_modules");
  if (existsSync(here)) return here;
  if (dirname(from) === from) throw new Error("there is no node_modules beside the compiled program or above it");
  return nodeModules(dirname(from));
}
