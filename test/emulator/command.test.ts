import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ask, type Body, rowsOf } from "./support";

const main = join(__dirname, "../../dist/emulator/main.js");

beforeAll(() => {
  if (!existsSync(main)) throw new Error("dist/emulator/main.js is missing: run `npm run build` first.");
});

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function command(...args: string[]): { child: Child; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr });
    });
  });
  return { child, ended };
}

async function firstLine(child: Child): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("It ended without a line.");
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "emulator-command-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

test.each([
  "SIGTERM",
  "SIGINT",
] as const)("the first line says where and with which key; %s ends it with 0", async (signal) => {
  const { child, ended } = command();
  const line = await firstLine(child);
  const said = JSON.parse(line) as Record<"endpoint" | "control" | "accessKeyId" | "accessKeySecret", string>;
  expect(Object.keys(said)).toEqual(["endpoint", "control", "accessKeyId", "accessKeySecret"]);
  expect(said).toMatchObject({ accessKeyId: "emulator-key", accessKeySecret: "emulator-secret" });
  expect(said.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${said.control}/clock`);
  expect(await response.json()).toMatchObject({ kind: "real" });
  child.kill(signal);
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(0);
  expect(stderr).toContain("not Alibaba Cloud");
});

test("world, ledger, clock and seed", async () => {
  const path = folder();
  const world = join(path, "world.json");
  const ledger = join(path, "ledger.jsonl");
  writeFileSync(
    world,
    JSON.stringify({
      now: "2030-01-01T00:00:00Z",
      instances: [{ InstanceId: "i-mine", RegionId: "cn-beijing" }],
      credentials: [{ accessKeyId: "mine", accessKeySecret: "mine-too" }],
    }),
  );
  const { child, ended } = command("--world", world, "--ledger", ledger, "--clock", "virtual", "--seed", "9");
  const said = JSON.parse(await firstLine(child)) as {
    endpoint: string;
    control: string;
    accessKeyId: string;
    accessKeySecret: string;
  };
  expect(said.accessKeyId).toBe("mine");
  const { body } = await ask(said, "DescribeInstances", { RegionId: "cn-beijing" });
  expect(rowsOf(body)).toMatchObject([{ InstanceId: "i-mine" }]);
  expect(await (await fetch(`${said.control}/clock`)).json()).toEqual({
    kind: "virtual",
    now: "2030-01-01T00:00:00.000Z",
  });
  const rows = readFileSync(ledger, "utf8").trimEnd().split("\n");
  expect(rows.map((row) => (JSON.parse(row) as Body)["action"])).toEqual(["DescribeInstances"]);
  child.kill("SIGTERM");
  expect((await ended).exitCode).toBe(0);
});

test("a taken port", async () => {
  const first = command();
  const { endpoint } = JSON.parse(await firstLine(first.child)) as { endpoint: string };
  const port = new URL(endpoint).port;
  const { exitCode, stdout, stderr } = await command("--port", port).ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toBe(`ecs-emulator: --port: ${port} is in use; choose another, or leave --port out for a free one.\n`);
});

test.each([
  {
    reason: "no such file",
    content: undefined,
    says: /--world: can't read .*world\.json \(ENOENT\); name a readable JSON file/,
  },
  {
    reason: "no JSON",
    content: "{",
    says: /--world: .*world\.json is not JSON \(.*\); correct it or leave --world out/,
  },
  {
    reason: "an unknown field",
    content: '{"instances":[{"InstanceId":"i-a","Statuss":"Running"}]}',
    says: /world\.json: instances\[0\]\.Statuss: there is no such field; did you mean Status\?/,
  },
  {
    reason: "a real-looking key",
    content: '{"credentials":[{"accessKeyId":"LTAIx","accessKeySecret":"y"}]}',
    says: /credentials\[0\]\.accessKeyId: looks like a real key/,
  },
  {
    reason: "a start time with the real clock",
    content: '{"now":"2030-01-01T00:00:00Z"}',
    says: /now: only a virtual clock/,
  },
])("a world file with $reason: one line, exit 2", async ({ content, says }) => {
  const file = join(folder(), "world.json");
  if (content !== undefined) writeFileSync(file, content);
  const { exitCode, stdout, stderr } = await command("--world", file).ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(says);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test.each([
  { args: ["--port", "70000"], says: "whole number from 0 to 65535" },
  { args: ["--clock", "atomic"], says: "real, virtual" },
  { args: ["--wrold", "x"], says: "unknown option '--wrold'" },
  { args: ["extra"], says: "too many arguments" },
])("$args: told, exit 2", async ({ args, says }) => {
  const { exitCode, stderr } = await command(...args).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toContain(says);
});

test("a ledger that can't be written", async () => {
  const { exitCode, stderr } = await command("--ledger", join(folder(), "no", "ledger.jsonl")).ended;
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/--ledger: can't write .*ledger\.jsonl \(ENOENT\); name a writable file/);
});

test("--help says what it is", async () => {
  const { exitCode, stdout } = await command("--help").ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain("not Alibaba Cloud");
});
