import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnvironment } from "../rig/process";
import { pythonEnvironment } from "./python-environment.mjs";

let root: string;
let cache: string;
let bin: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "python-environment-"));
  cache = join(root, "cache");
  bin = join(root, "bin");
  mkdirSync(bin);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A machine with no Python but this. */
function fakePython(answer: object): NodeJS.ProcessEnv {
  const path = join(bin, "python3");
  writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  chmodSync(path, 0o755);
  return { PATH: bin, PULUMI_ALICLOUD_LIFECYCLE_CACHE: cache };
}

const python = { version: [3, 12, 1], platform: "linux-x86_64", base: "/usr", missing: [] as string[] };
const install = "Install it (Debian and Ubuntu: `apt-get install python3 python3-venv`), then run the tests again.";

describe("a machine on which the Python SDKs can't run is told what to install", () => {
  test("no Python", async () => {
    const env = { PATH: bin, PULUMI_ALICLOUD_LIFECYCLE_CACHE: cache };
    await expect(pythonEnvironment(env)).rejects.toThrow(`There is no python3 on PATH. ${install}`);
  });

  test("one that is too old", async () => {
    const env = fakePython({ ...python, version: [3, 8, 10] });
    await expect(pythonEnvironment(env)).rejects.toThrow(`The python3 on PATH is 3.8.10. ${install}`);
  });

  test("one without venv", async () => {
    const env = fakePython({ ...python, missing: ["ensurepip"] });
    await expect(pythonEnvironment(env)).rejects.toThrow(`The python3 on PATH has no ensurepip. ${install}`);
  });
});

test("an install that failed leaves nothing that could be taken for a good one, and says how to go on", async () => {
  const env = { ...bareEnvironment(), HOME: root, PULUMI_ALICLOUD_LIFECYCLE_CACHE: cache, PIP_NO_INDEX: "1" };
  await expect(pythonEnvironment(env)).rejects.toThrow(/could not be installed .*run the tests again; once installed/s);
  expect(readdirSync(cache)).toEqual([]);
}, 30_000);
