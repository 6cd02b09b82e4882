import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Emulator } from "../../emulator/index";
import { codeBlocks, pages, read } from "../examples/read";
import { minutesAhead } from "../rig/cloud";
import { bareEnvironment, run, until } from "../rig/process";
import { cloud, command, starting } from "./command";

/** The blocks of docs/cli.md are what the command prints today, but for what differs from run to run. */

const batch = "i-bp1batch0000000001";
const shown = { accessKeyId: "emulator-key", accessKeySecret: "emulator-secret" };
const env = { ALICLOUD_ACCESS_KEY: shown.accessKeyId, ALICLOUD_SECRET_KEY: shown.accessKeySecret };

const sessions = codeBlocks(read("docs/cli.md"))
  .filter(({ language }) => language === "console")
  .map(({ text }) => {
    const [first = "", ...printed] = text.split("\n");
    const args = first.replace(/^\$ npx --no (-- )?alicloud-lifecycle /, "").split(" ");
    return { first, args, printed: printed.join("\n") };
  });

function session(subcommand: string) {
  const found = sessions.find(({ args: [first] }) => first === subcommand);
  if (found === undefined) throw new Error(`docs/cli.md shows no ${subcommand}`);
  return found;
}

function masked(text: string): string {
  return (
    text
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
      .replaceAll(/RequestId [0-9A-F-]{36}/g, "RequestId ID")
      .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, "TIME")
      // The release time is a whole minute, so how far ahead it is depends on the second.
      .replaceAll(/in \d+ h \d+ min/g, "in A WHILE")
      .replace(/(node +)\d+\.\d+\.\d+/, "$1VERSION")
  );
}

async function world(): Promise<Emulator> {
  const emulator = await cloud(
    {},
    {
      world: {
        instances: [{ InstanceId: batch, InstanceName: "batch", Status: "Running" }],
        credentials: [{ ...shown, userName: "ops", deny: ["ecs:DescribeSnapshots"] }],
      },
    },
  );
  emulator.patchInstance({ InstanceId: batch, AutoReleaseTime: minutesAhead(120) });
  return emulator;
}

test("docs/cli.md shows each subcommand, as it is called", () => {
  expect(sessions.map(({ args: [first] }) => first)).toEqual(["--version", "doctor", "cancel-release", "emulator"]);
  for (const { first } of sessions) expect(first).toMatch(/^\$ npx --no (-- )?alicloud-lifecycle /);
});

test.each([
  ["--version", 0],
  ["doctor", 1],
  ["cancel-release", 0],
] as const)("docs/cli.md: %s prints what stands there", async (subcommand, exitCode) => {
  const { args, printed } = session(subcommand);
  const { code, stdout } = await command(args, { emulator: await world(), env });
  expect(masked(stdout)).toBe(masked(printed));
  expect(code).toBe(exitCode);
});

test("docs/cli.md: the emulator's first line is the one that stands there", async () => {
  const { args, printed } = session("emulator");
  // A port of the system's: the one of the page may be in use.
  const running = starting(args.map((arg) => (/^\d+$/.test(arg) ? "0" : arg)));
  await until("the first line", () => /"endpoint".*\n/.test(running.output()));
  running.signal("SIGTERM");
  const { stdout } = await running.ended;
  expect(masked(stdout)).toBe(masked(printed));
});

test("docs/safety.md: the line for a hurry cancels", async () => {
  const line = /^npx --no alicloud-lifecycle (.+)$/m.exec(read("docs/safety.md"))?.[1] ?? "";
  const [subcommand, id = ""] = line.split(" ");
  expect(subcommand).toBe("cancel-release");
  const emulator = await cloud({}, { world: { instances: [{ InstanceId: id }] } });
  emulator.patchInstance({ InstanceId: id, AutoReleaseTime: minutesAhead(60) });
  expect((await command(line.split(" "), { emulator })).code).toBe(0);
  expect(emulator.instance(id)?.AutoReleaseTime).toBe("");
});

test("every option of the command stands in docs/cli.md", async () => {
  const page = read("docs/cli.md");
  for (const subcommand of ["doctor", "cancel-release"]) {
    const { stdout } = await command([subcommand, "--help"]);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = ""]) => option);
    expect(options.length).toBeGreaterThan(3);
    expect(options.filter((option) => option !== "--help" && !page.includes(`\`${option}`))).toEqual([]);
  }
});

/** Each call of one of our commands by `npx`, in pages and in the command's own help: what `npx` is given and what stands behind. */
const calls = [...pages(), "emulator/README.md", "cli/report/report-command.ts"].flatMap((page) =>
  [...read(page).matchAll(/\bnpx (.*?)\b(alicloud-lifecycle|ecs-emulator)\b(?!`)([^|>&\n]*)/g)].map(
    ([, options = "", bin = "", args = ""]) => ({ page, options: options.trim(), bin, args: args.trim() }),
  ),
);

test("no page has a command fetched that isn't installed: whoever takes its name could be run", () => {
  expect(calls.length).toBeGreaterThan(12);
  expect(calls.filter(({ options }) => !/^--no( |$)/.test(options))).toEqual([]);
});

test("npx hands each command of a page what stands behind its name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cli-npx-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const bins = join(folder, "node_modules", ".bin");
  mkdirSync(bins, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  for (const bin of ["alicloud-lifecycle", "ecs-emulator"]) {
    writeFileSync(join(bins, bin), '#!/bin/sh\necho "$0 $@"\n');
    chmodSync(join(bins, bin), 0o755);
  }
  // Those with -p ask for the package by its name.
  const lines = [
    ...new Set(
      calls.filter(({ options }) => !/-p/.test(options)).map(({ options, bin, args }) => `${options} ${bin} ${args}`),
    ),
  ];
  for (const line of lines) {
    const { stdout } = await run("npx", line.split(" "), { cwd: folder, env: bareEnvironment(), timeoutMs: 20_000 });
    expect(stdout.trim().replace(/^\S*\//, "")).toBe(line.replace(/^--no (-- )?/, ""));
  }
});
