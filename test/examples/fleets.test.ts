import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { codeBlocks, read, root } from "./read";

const folder = mkdtempSync(join(tmpdir(), "lifecycle-fleets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("docs/fleets.md", () => {
  it("shows programs that compile", { timeout: 60_000 }, async () => {
    const programs = codeBlocks(read("docs/fleets.md")).filter(({ language }) => language === "ts");
    expect(programs.length).toBeGreaterThan(2);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const files = programs.map(({ text }, index) => {
      writeFileSync(join(folder, `program-${index}.ts`), text);
      return `program-${index}.ts`;
    });
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { strict: true, noEmit: true, module: "nodenext", target: "es2022", types: ["node"] },
        files,
      }),
    );
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const said = await promisify(execFile)(process.execPath, [compiler, "-p", folder], { cwd: folder }).then(
      () => "",
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(said).toBe("");
  });
});
