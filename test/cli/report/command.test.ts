import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { codeBlocks, read, root } from "../../examples/read";
import { exported, previewed, sampleFleet, secret } from "./written";

const main = join(root, "dist/cli/main.js");

beforeAll(() => {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first.");
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface How {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

function run(file: string, args: readonly string[], { cwd = root, env = {}, input }: How = {}): Promise<Ended> {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (part) => (stdout += String(part)));
  child.stderr.on("data", (part) => (stderr += String(part)));
  // A command that refuses its input may have ended before it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function report(args: readonly string[], how?: How): Promise<Ended> {
  return run(process.execPath, [main, "report", ...args], how);
}

function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "lifecycle-report-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** A command on the PATH that is a script of ours. */
function withCommands(scripts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const bin = join(folder(), "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: `${bin}${delimiter}${process.env.PATH}` };
}

const state = exported(sampleFleet());
const week = ["--from", "2026-11-23", "--now", "2026-11-25T10:30:00+08:00"];

describe("alicloud-lifecycle report", () => {
  it.each([
    {},
    { CI: "true", GITHUB_ACTIONS: "true" },
  ])("writes to standard output without colours where no terminal is: %j", async (env) => {
    const cwd = folder({ "state.json": state });
    const { code, stdout, stderr } = await report(["--state", "state.json", ...week], { cwd, env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Lifecycle report: state\.json$/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("writes several files, each in the format of its name", async () => {
    const cwd = folder({ "state.json": state });
    const names = ["a.html", "b.svg", "c.md", "d.json", "e.txt"];
    const { code, stdout } = await report(
      ["--state", "state.json", ...week, ...names.flatMap((name) => ["--out", name])],
      { cwd },
    );
    expect([code, stdout]).toEqual([0, ""]);
    const begins = names.map((name) => readFileSync(join(cwd, name), "utf8").slice(0, 15));
    expect(begins).toEqual([
      "<!doctype html>",
      '<svg xmlns="htt',
      "## Lifecycle re",
      '{\n  "version": ',
      "Lifecycle repor",
    ]);
  });

  it("reads standard input, and exits with 3 for what --fail-on names", async () => {
    const preview = previewed(
      [{ op: "update", name: "db" }],
      [
        {
          name: "db",
          message: "i-bp1db: running -> released\n  1. DeleteInstance (CAN'T BE UNDONE): declared released",
        },
      ],
    );
    const all = await report(["--preview", "-", "--fail-on", "drift", "--fail-on", "release"], { input: preview });
    expect(all.code).toBe(3);
    expect(all.stderr).toMatch(/^--fail-on: release: db /);
    expect(all.stdout).toContain("DeleteInstance");
    expect((await report(["--preview", "-", "--fail-on", "drift"], { input: preview })).code).toBe(0);
  });

  it("adds up previews, and exits with 3 for more than --at-most allows", async () => {
    const message = "i-bp1db: running -> stopped\n  1. StopInstance (KeepCharging): declared stopped";
    const preview = previewed([{ op: "update", name: "db" }], [{ name: "db", message }]);
    const cwd = folder({ "a.json": preview, "b.json": preview.replaceAll("urn:pulumi:dev::", "urn:pulumi:prod::") });
    const both = ["--preview", "a.json", "b.json", "--at-most", "releases=0"];
    const within = await report([...both, "--at-most", "stops=2"], { cwd });
    expect([within.code, within.stderr]).toEqual([0, ""]);
    expect(within.stdout).toMatch(/^Lifecycle preview: 2 stacks\n/);
    const over = await report([...both, "--at-most", "stops=1"], { cwd });
    expect(over.code).toBe(3);
    expect(over.stderr).toBe("--at-most: 2 stops are planned, and stops may be 1: dev 1, prod 1\n");
  });

  it("has pulumi export the stack, never with secrets in clear", async () => {
    const cwd = folder({ "state.json": exported([{ name: "a", args: { instanceId: secret, state: "running" } }]) });
    const env = withCommands({ pulumi: `printf '%s\\n' "$@" > ${cwd}/arguments; cat ${cwd}/state.json` });
    const { code, stdout } = await report(["--stack", "org/fleet/dev; echo x"], { env, cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("secret");
    expect(stdout).not.toContain("bm90LWEtc2VjcmV0");
    const given = readFileSync(join(cwd, "arguments"), "utf8").trimEnd().split("\n");
    expect(given).toEqual(["stack", "export", "--stack=org/fleet/dev; echo x", "--non-interactive"]);
  });

  it("says that it waits when Pulumi takes long", async () => {
    const cwd = folder({ "state.json": state });
    const env = withCommands({ pulumi: `sleep 2.5; cat ${cwd}/state.json` });
    expect((await report(["--stack", "dev"], { env, cwd })).stderr).toMatch(
      /^… reading the state of stack dev \(\d+ s\)\n$/,
    );
  });

  it("says in one line what Pulumi refused", async () => {
    const env = withCommands({ pulumi: "echo \"error: no stack named 'dev' found\" >&2; echo more >&2; exit 255" });
    const { code, stderr } = await report(["--stack", "dev"], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^alicloud-lifecycle: --stack: .*no stack named 'dev' found; run it by hand to see more\n$/);
  });

  it("says what to install where there is no Pulumi", async () => {
    const { code, stderr } = await report(["--stack", "dev"], { env: { PATH: folder() } });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^alicloud-lifecycle: --stack: no `pulumi` command was found; install it, or use --state FILE\n$/,
    );
  });

  it.each([
    ["nothing to read", [], /pass one of --stack NAME, --state FILE, --preview FILE/],
    ["two inputs", ["--stack", "a", "--state", "b"], /only inputs of one kind.*pass one of/],
    ["standard input twice", ["--state", "-", "-"], /--state: standard input can be read once/],
    ["the same stack twice", ["--state", "state.json", "--state", "state.json"], /both of the stack fleet\/dev/],
    [
      "a limit that is none",
      ["--preview", "a.json", "--at-most", "stops=few"],
      /--at-most.*releases, releaseTimes, stops/,
    ],
    ["a limit for what plans nothing", ["--state", "state.json", "--at-most", "stops=1"], /--at-most: .*--preview/],
    ["no such file", ["--state", "none.json"], /--state: none\.json can't be read \(ENOENT\); check the path/],
    ["broken JSON", ["--state", "broken.json"], /--state: broken\.json is not JSON.*pulumi stack export/],
    ["a state as a preview", ["--preview", "state.json"], /pass it with --state/],
    [
      "a name without a format",
      ["--state", "state.json", "--out", "report"],
      /--out: the format of report is not clear/,
    ],
    [
      "a folder that isn't there",
      ["--state", "state.json", "--out", "none/a.md"],
      /--out: none\/a\.md can't be written \(ENOENT\)/,
    ],
    ["days that are none", ["--state", "state.json", "--days", "32"], /--days.*1 to 31/],
    ["a time that is none", ["--state", "state.json", "--from", "yesterday"], /--from: "yesterday" is no time; write/],
    ["a time without an offset", ["--state", "state.json", "--now", "2026-11-25T10:00"], /--now: .* is no time; write/],
    ["an alarm that isn't known", ["--state", "state.json", "--fail-on", "fire"], /--fail-on.*drift, release/],
    ["a format that isn't known", ["--state", "state.json", "--format", "pdf"], /--format.*terminal, markdown/],
    ["an option that isn't known", ["--state", "state.json", "--stacks", "a"], /unknown option/],
    ["wrong prices", ["--state", "state.json", "--prices", "broken.json"], /--prices: broken\.json is not JSON/],
  ])("refuses %s in one line with 2", async (_, args, wanted) => {
    const cwd = folder({ "state.json": state, "broken.json": "{" });
    const { code, stdout, stderr } = await report(args, { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(wanted);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("(Did you mean")),
    ).toHaveLength(1);
  });

  it("explains itself", async () => {
    const { code, stdout } = await report(["--help"]);
    expect(code).toBe(0);
    const told = [
      "--stack",
      "--state",
      "--preview",
      "--from",
      "--now",
      "--days",
      "--prices",
      "--format",
      "--out",
      "--theme",
      "--fail-on",
      "--at-most",
    ];
    expect(told.filter((option) => !stdout.includes(`  ${option} `))).toEqual([]);
    // The page names each of them too.
    expect(told.filter((option) => !read("docs/report.md").includes(`\`${option}\``))).toEqual([]);
  });
});

describe("docs/report.md", () => {
  const blocks = codeBlocks(read("docs/report.md"));
  const [prices = ""] = blocks.filter(({ language }) => language === "json").map(({ text }) => text);
  const commands = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);

  it("has commands that work", async () => {
    const preview = previewed(sampleFleet().map((one) => ({ op: "same", name: one.name, before: one, after: one })));
    const cwd = folder({ "state.json": read("docs/images/week.json"), "prices.json": prices, "made.json": preview });
    mkdirSync(join(cwd, "previews"));
    writeFileSync(join(cwd, "previews", "shop.json"), preview);
    writeFileSync(join(cwd, "previews", "bank.json"), preview.replaceAll("urn:pulumi:dev::", "urn:pulumi:bank::"));
    const env = {
      ...withCommands({
        npx: `test "$1 $2" = "--no alicloud-lifecycle" || exit 9; shift 2; exec ${process.execPath} ${main} "$@"`,
        pulumi: `case "$1" in
preview) cat ${cwd}/made.json;;
stack) sed "s/urn:pulumi:dev::/urn:pulumi:\${3#--stack=}::/" ${cwd}/state.json;;
*) exit 9;;
esac`,
      }),
      GITHUB_STEP_SUMMARY: join(cwd, "summary.md"),
    };
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const { code, stderr } = await run("sh", ["-e", "-c", command], { cwd, env });
      expect([command, code, stderr]).toEqual([command, 0, ""]);
    }
    expect(readFileSync(join(cwd, "summary.md"), "utf8")).toContain("```mermaid");
    expect(existsSync(join(cwd, "plan.html")) && existsSync(join(cwd, "week.svg"))).toBe(true);
  });

  it("shows a prices file with which the picture's state has money", async () => {
    const cwd = folder({ "prices.json": prices });
    const { code, stdout } = await report(
      ["--state", join(root, "docs/images/week.json"), "--prices", "prices.json", ...week],
      { cwd },
    );
    expect(code).toBe(0);
    // 108 h off at 0.62 - 0.08.
    expect(stdout).toMatch(/58\.32 CNY saved of 104\.16 CNY/);
  });
});

describe("docs/images", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const made = (scripts["docs:pictures"] ?? "").split(" && ").map((command) => command.split(" "));

  it.each([
    "docs/images/week-light.svg",
    "docs/images/week-dark.svg",
  ])("%s is what `npm run docs:pictures` makes", async (picture) => {
    const command = made.find((words) => words.at(-1) === picture);
    expect(command?.slice(0, 2)).toEqual(["node", "dist/cli/main.js"]);
    const cwd = folder();
    const { code } = await run(process.execPath, [...(command ?? []).slice(1, -1), join(cwd, "made.svg")]);
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "made.svg"), "utf8")).toBe(read(picture));
  });
});
