import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, until } from "./bench";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.remove());

const engineFolder = () => join(bench.cache, "versions", "3.250.0");
const lock = () => join(bench.cache, "setup.lock");
const leftovers = () => readdirSync(bench.cache).filter((name) => name.startsWith("making-") || name.endsWith(".lock"));
/** The number of a process that has just ended. */
const deadPid = async () => {
  const { child, ended } = bench.start(process.execPath, ["-e", ""]);
  await ended;
  return child.pid;
};

describe("where no pulumi is on PATH", { timeout: 30_000 }, () => {
  it("builds one with Go, with a language host that starts, and is quick the next time", async () => {
    bench.npm();
    bench.go();
    const first = await bench.setUp().ended;
    expect(first.output).toContain("building the Pulumi engine 3.250.0 with Go");
    expect(first.output).toContain("Pulumi engine 3.250.0 (from our cache)");
    expect(first.code).toBe(0);
    expect(existsSync(join(engineFolder(), "whole.json"))).toBe(true);
    expect(leftovers()).toEqual([]);

    const second = await bench.setUp().ended;
    expect(second).toEqual({ code: 0, output: "set-up: Pulumi engine 3.250.0 (from our cache)\n" });
    expect(bench.builds()).toBe(1);
    expect(existsSync(join(bench.root, "home", ".pulumi"))).toBe(false);
  });

  it("replaces a half-made engine and removes what a killed set-up left", async () => {
    bench.npm();
    bench.go();
    bench.script(join(engineFolder(), "bin"), "pulumi", "echo half");
    const left = join(bench.cache, `making-${hostname()}-${await deadPid()}-x1`);
    mkdirSync(left);
    writeFileSync(lock(), `${await deadPid()}\n${hostname()}\n`);
    expect((await bench.setUp().ended).code).toBe(0);
    expect(readFileSync(join(engineFolder(), "bin", "pulumi"), "utf8")).toContain("v3.250.0");
    expect(leftovers()).toEqual([]);
  });

  it("makes one engine when two set-ups run at once", async () => {
    bench.npm();
    bench.go({ buildSeconds: 1 });
    const all = await Promise.all([bench.setUp().ended, bench.setUp().ended]);
    expect(all.map(({ code }) => code)).toEqual([0, 0]);
    expect(all.map(({ output }) => output).join("")).toContain("waiting for another set-up");
    expect(bench.builds()).toBe(1);
  });

  it("leaves nothing when it is interrupted, and can be run again", async () => {
    bench.npm();
    bench.go({ buildSeconds: 20 });
    const { child, ended } = bench.setUp();
    await until(() => bench.builds() === 1);
    child.kill("SIGINT");
    const { code, output } = await ended;
    expect(code).toBe(130);
    expect(output).toContain("interrupted");
    expect(leftovers()).toEqual([]);
    expect(existsSync(engineFolder())).toBe(false);
    bench.go();
    expect((await bench.setUp().ended).code).toBe(0);
  });

  it("takes nothing for whole when it is killed, and can be run again", async () => {
    bench.npm();
    bench.go({ buildSeconds: 2 });
    const { child, ended } = bench.setUp();
    await until(() => bench.builds() === 1);
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(engineFolder())).toBe(false);
    bench.go();
    expect((await bench.setUp().ended).code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  it("renews the language host alone when only that has changed", async () => {
    bench.npm();
    bench.go();
    await bench.setUp().ended;
    const host = readdirSync(engineFolder()).find((name) => name.startsWith("language-host-")) as string;
    rmSync(join(engineFolder(), host), { recursive: true });
    expect((await bench.setUp().ended).code).toBe(0);
    expect(existsSync(join(engineFolder(), host, "serve.cjs"))).toBe(true);
    expect(bench.builds()).toBe(1);
  });
});

describe("where nothing works", { timeout: 30_000 }, () => {
  it.each([
    { reason: "there is no npm and no Go", prepare: () => {}, says: ["npm could not be started", "no `go` on PATH"] },
    {
      reason: "Go is too old",
      prepare: () => {
        bench.npm();
        bench.script(
          bench.bin,
          "go",
          "echo 'go: go.mod requires go >= 1.25.11 (running go 1.22.1; GOTOOLCHAIN=local)' >&2; exit 1",
        );
      },
      says: ["network is away", "Go 1.25.11 or newer is needed", "running go 1.22.1"],
    },
    {
      reason: "the modules can't be had",
      prepare: () => {
        bench.npm();
        bench.script(bench.bin, "go", 'test "$1" = version && exit 0; echo "dial tcp: i/o timeout" >&2; exit 1');
      },
      says: ["the Go modules cannot be downloaded", "dial tcp: i/o timeout"],
    },
    {
      reason: "what was built does not run",
      prepare: () => {
        bench.npm();
        bench.go({ made: "exit 9" });
      },
      says: ["what was built does not work", "exit code 9"],
    },
  ])("says once what was tried and what to install: $reason", async ({ prepare, says }) => {
    const old = bench.pulumi("old", "echo v3.100.0");
    prepare();
    const { code, output } = await bench.setUp().ended;
    expect(code).toBe(1);
    for (const text of [
      `${old}: version 3.100.0`,
      ...says,
      "Install the Pulumi CLI, version 3.250.0 or newer, or Go",
    ]) {
      expect(output).toContain(text);
    }
    expect(output.match(/Tried:/g)).toHaveLength(1);
    expect(output).not.toContain("    at ");
    const log = /log: (\S*build\.log)/.exec(output)?.[1] as string;
    expect(existsSync(log)).toBe(true);
    expect(leftovers()).toEqual([]);
  });
});
