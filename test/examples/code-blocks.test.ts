import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeBlocks, pages, read, root } from "./read";

/** What stands in the pages is compiled, or read by what reads it for users. */

const run = promisify(execFile);
const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as { load(text: string): unknown };

const blocks = pages().flatMap((page) =>
  codeBlocks(read(page)).map(({ language, text }, index) => ({ page, language, text, name: `${page} #${index + 1}` })),
);
const inLanguage = (...languages: readonly string[]) => blocks.filter(({ language }) => languages.includes(language));

/** What a part of a program takes for granted: the rest of it is shown elsewhere on its page. */
const around = `
import { type Config, type Output } from "@pulumi/pulumi";
import { FleetLifecycle, InstanceLifecycle, LifecycleProvider } from "pulumi-alicloud-lifecycle";
import { defaultCredential, execute, type World } from "pulumi-alicloud-lifecycle/emulator";
import { spawn } from "node:child_process";
declare const alicloud: { ecs: { Instance: new (name: string, args: object, options: object) => { id: Output<string> } } };
declare const config: Config;
declare const cwd: string;
declare const world: World;
export const used = [FleetLifecycle, InstanceLifecycle, LifecycleProvider, defaultCredential, execute, spawn];
export type Used = [typeof alicloud, typeof config, typeof cwd, typeof world];
`;

/** A part may be one property, as it stands among others. */
function asProgram(text: string): string {
  if (/^import /m.test(text)) return text;
  if (/^\w+: \{.*\}\n$/.test(text)) return `${around}export const part = { ${text.trimEnd()} };\n`;
  return `${around}${text}`;
}

describe("TypeScript", () => {
  const folder = mkdtempSync(join(tmpdir(), "lifecycle-blocks-"));
  const programs = inLanguage("ts", "typescript");
  const files = programs.map((_, index) => `program-${index}.ts`);
  let said = "";
  beforeAll(async () => {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    symlinkSync(join(root, "engine"), join(folder, "engine"));
    mkdirSync(join(folder, "pages"));
    for (const [index, { text }] of programs.entries()) {
      writeFileSync(join(folder, "pages", `program-${index}.ts`), asProgram(text));
    }
    writeFileSync(join(folder, "pages", "package.json"), JSON.stringify({ type: "module" }));
    const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2022", types: ["node"] };
    writeFileSync(
      join(folder, "pages", "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, files }),
    );
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    said = await run(process.execPath, [compiler, "-p", "pages"], { cwd: folder }).then(
      () => "",
      (error: unknown) => (error as { stdout: string }).stdout,
    );
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("stands on the pages that tell of programs", () => {
    const shown = new Set(programs.map(({ page }) => page));
    for (const page of ["README.md", "README.zh-CN.md", "docs/fleets.md", "docs/schedules.md", "docs/credentials.md"]) {
      expect(shown).toContain(page);
    }
  });

  it.each(programs.map(({ name }, index) => ({ name, file: files[index] ?? "" })))("$name compiles", ({ file }) => {
    const lines = said.split("\n");
    expect(lines.filter((line) => line.includes(`${file}(`))).toEqual([]);
    // A fault outside of the programs would hide theirs.
    expect(lines.filter((line) => /error TS/.test(line) && !/program-\d+\.ts\(/.test(line))).toEqual([]);
  });
});

describe("shell", () => {
  it.each(inLanguage("sh"))("$name is understood by sh", async ({ text }) => {
    const { stderr } = await run("sh", ["-n", "-c", text]);
    expect(stderr).toBe("");
  });
});

describe("data", () => {
  it.each(inLanguage("yaml"))("$name is YAML, for the engine's reader", ({ text }) => {
    expect(yaml.load(text)).toEqual(expect.anything());
  });

  it.each(inLanguage("json"))("$name is JSON", ({ text }) => {
    const whole = text.startsWith('"') ? `{${text}}` : text;
    expect(JSON.parse(whole)).toEqual(expect.anything());
  });
});

it("no page has a block in a language that nothing here reads", () => {
  const read = ["ts", "typescript", "sh", "yaml", "json", "mermaid"];
  // What is printed by a run: the sessions of docs/cli.md are run by test/cli/docs.test.ts.
  const printed = ["text", "console", "diff", ""];
  expect(blocks.filter(({ language }) => ![...read, ...printed].includes(language)).map(({ name }) => name)).toEqual(
    [],
  );
});
