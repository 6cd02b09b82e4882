import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { named, partOf, suites, testFiles } from "../suites.mjs";
import { repository } from "./layouts";

/** `npm test` and what it leaves: no test is in none of them, and none is in both. */

/** As this test finds them itself. */
const onDisk = readdirSync(join(repository, "test"), { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\.test\.[cm]?tsx?$/.test(file))
  .sort();

interface Listed {
  readonly files: readonly string[];
  readonly commands: readonly string[];
}

/** What the runner itself would run. */
function listed(...args: readonly string[]): Listed {
  const output = execFileSync(process.execPath, [join(repository, "test", "run.mjs"), "--list", ...args]);
  return JSON.parse(output.toString()) as Listed;
}

const parts = { test: listed(), rest: listed("--part", "rest"), all: listed("--part", "all") };

describe("npm test and npm run test:all", () => {
  it("have each test file between them once, those on the disk and no others", () => {
    expect([...parts.test.files, ...parts.rest.files].sort()).toEqual(onDisk);
    expect([...parts.all.files].sort()).toEqual(onDisk);
    expect(testFiles).toEqual(onDisk);
    for (const part of ["test", "rest"] as const) {
      expect(parts[part].files.filter((file) => partOf(file) !== part)).toEqual([]);
    }
  });

  it("have each command between them once, the whole laboratory among those that can wait", () => {
    const commands = suites.flatMap(({ name, command }) => (command === undefined ? [] : [name]));
    expect([...parts.test.commands, ...parts.rest.commands].sort()).toEqual([...commands].sort());
    expect([...parts.all.commands].sort()).toEqual([...commands].sort());
    expect(parts.rest.commands).toEqual(["npm run lab"]);
    const lab = suites.find(({ name }) => name === "npm run lab");
    expect(lab?.command?.[1]).toEqual(["dist/lab/main.js"]);
  });

  it("know a suite for each test file, and one only", () => {
    const owners = (file: string) => suites.filter(({ tests }) => tests?.some((folder) => file.startsWith(folder)));
    expect(onDisk.filter((file) => owners(file).length !== 1)).toEqual([]);
  });

  it("name no file that isn't there", () => {
    expect(named.filter((file) => !onDisk.includes(file))).toEqual([]);
  });

  it("run all of a suite when it is asked for by a word", () => {
    const { files, commands } = listed("real engine");
    expect(files).toEqual(onDisk.filter((file) => file.startsWith("test/engine/")));
    expect(commands).toEqual([]);
  });

  it("are both run by .ci/run, which ends with one count of all", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts).toMatchObject({
      test: "node engine/setup.mjs && node test/run.mjs",
      "test:rest": "node engine/setup.mjs && node test/run.mjs --part rest",
      "test:all": "node engine/setup.mjs && node test/run.mjs --part all",
    });
    const script = readFileSync(join(repository, ".ci", "run"), "utf8");
    expect(script).toMatch(
      /^npm test -- --counts "\$counts" \|\| status=1\nnpm run -s test:rest -- --counts "\$counts" \|\| status=1$/m,
    );
    expect(script).toMatch(/exit "\$status"\n$/);
  });
});
