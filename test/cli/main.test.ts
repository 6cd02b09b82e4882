import { expect, test } from "vitest";
import { read } from "../examples/read";
import { command } from "./command";

test.each([
  { args: ["docter"], says: "unknown command 'docter' (Did you mean doctor?); see `alicloud-lifecycle --help`" },
  {
    args: ["doctor", "--instanc", "i-a"],
    says: "unknown option '--instanc' (Did you mean --instance?); see `alicloud-lifecycle --help`",
  },
  { args: ["--jsn"], says: "unknown option '--jsn'; see `alicloud-lifecycle --help`" },
  {
    args: ["doctor", "extra"],
    says: "too many arguments for 'doctor'. Expected 0 arguments but got 1; see `alicloud-lifecycle --help`",
  },
  {
    args: ["doctor", "--instance"],
    says: "option '--instance <id>' argument missing; see `alicloud-lifecycle --help`",
  },
  {
    args: ["doctor", "--instance", "web"],
    says: '--instance: "web" is not an instance id; write "i-" followed by lower-case letters and digits',
  },
])("$args: one line with what to do, exit 2", async ({ args, says }) => {
  const { code, stdout, stderr } = await command(args);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `alicloud-lifecycle: ${says}\n` });
});

test("no subcommand: the help, exit 2", async () => {
  const { code, stderr } = await command([]);
  expect(code).toBe(2);
  expect(stderr).toContain("Usage: alicloud-lifecycle [options] [command]");
});

test.each([
  [["--help"], ["doctor", "cancel-release", "emulator"]],
  [
    ["doctor", "--help"],
    ["--instance", "--region", "--profile", "--stack", "--json", "Exit code:"],
  ],
  [
    ["cancel-release", "--help"],
    ["<id>", "--region", "--yes", "Exit code:"],
  ],
] as const)("%s says what there is", async (args, words) => {
  const { code, stdout } = await command(args);
  expect(code).toBe(0);
  expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
});

test("--version is the package's", async () => {
  const { version } = JSON.parse(read("package.json")) as { readonly version: string };
  const { code, stdout } = await command(["--version"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
});

test("the package brings the command and what it loads", () => {
  const { bin, files } = JSON.parse(read("package.json")) as {
    readonly bin: Readonly<Record<string, string>>;
    readonly files: readonly string[];
  };
  expect(bin["alicloud-lifecycle"]).toBe("dist/cli/main.js");
  expect(files).toEqual(expect.arrayContaining(["dist/cli", "dist/provider", "dist/emulator"]));
  expect(read("cli/main.ts").startsWith("#!/usr/bin/env node\n")).toBe(true);
});
