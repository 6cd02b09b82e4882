import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEngine } from "../../engine/find-engine.mjs";
import { Bench, repository } from "./bench";

const good = "echo v3.250.0";
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.remove());

const find = (options = {}) => findEngine({ env: bench.env, probeTimeoutMs: 500, ...options });

function cachedEngine(): string {
  const folder = join(bench.cache, "versions", "3.250.0");
  for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
    bench.script(join(folder, "bin"), name, good);
  }
  writeFileSync(join(folder, "whole.json"), JSON.stringify({ version: "3.250.0", how: "built" }));
  return folder;
}

describe("a pulumi on PATH", () => {
  it("is used when it is new enough and has a language host that starts", async () => {
    const command = bench.pulumi("a", "echo v3.251.0");
    expect((await find()).engine).toEqual({ source: "PATH", command, bin: dirname(command), version: "3.251.0" });
  });

  it("is preferred to the cache", async () => {
    cachedEngine();
    bench.pulumi("a", good);
    expect((await find()).engine?.source).toBe("PATH");
  });

  it.each([
    { reason: "too old", body: "echo v3.249.9", says: "version 3.249.9, at least 3.250.0 is needed" },
    { reason: "broken", body: "echo no such library >&2; exit 3", says: "exit code 3: no such library" },
    { reason: "silent", body: "exit 0", says: "printed no version" },
    { reason: "hanging", body: "exec sleep 30", says: "no end within 0.5 s" },
  ])("is passed over when it is $reason", async ({ body, says }) => {
    const bad = bench.pulumi("a", body);
    const next = bench.pulumi("b", good);
    const { engine, tried } = await find();
    expect(engine?.command).toBe(next);
    expect(tried).toEqual([expect.stringContaining(bad)]);
    expect(tried[0]).toContain(says);
  });

  it("is passed over when its language host does not start", async () => {
    bench.pulumi("a", good, "echo wrong machine >&2; exit 1");
    const { engine, tried } = await find();
    expect(engine).toBeUndefined();
    expect(tried[0]).toContain("its Node language host does not start (exit code 1: wrong machine)");
  });

  it("is passed over when no language host is beside it", async () => {
    bench.script(bench.bin, "pulumi", good);
    expect((await find()).tried[0]).toContain("no Node language host");
  });

  it("is not our own launcher", async () => {
    symlinkSync(join(repository, "engine", "pulumi", "pulumi.mjs"), join(bench.bin, "pulumi"));
    expect(await find()).toEqual({ tried: ["no `pulumi` on PATH"] });
  });

  it("is not run when it is Pulumi's npm package, which would download into the user's folder", async () => {
    const folder = join(bench.root, "node_modules", "pulumi");
    const script = bench.script(folder, "run.js", good);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "pulumi", version: "3.255.0" }));
    symlinkSync(script, join(bench.bin, "pulumi"));
    expect((await find()).tried[0]).toContain("engine not downloaded yet");
    expect(bench.runs(script)).toBe(0);
  });

  it("is found behind Pulumi's npm package when that has downloaded it", async () => {
    const folder = join(bench.root, "node_modules", "pulumi");
    const script = bench.script(folder, "run.js", good);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "pulumi", version: "3.255.0" }));
    symlinkSync(script, join(bench.bin, "pulumi"));
    const command = bench.pulumi("home/.pulumi/versions/3.255.0/bin", "echo v3.255.0");
    bench.env.PATH = bench.bin;
    expect((await find()).engine?.command).toBe(command);
  });

  it("is probed once, and again when it was replaced", async () => {
    const command = bench.pulumi("a", good);
    await find();
    await find();
    expect(bench.runs(command)).toBe(1);
    utimesSync(command, 1, 1);
    await find();
    expect(bench.runs(command)).toBe(2);
  });

  it("is probed again by a set-up when it failed", async () => {
    const command = bench.pulumi("a", "exit 1");
    await find();
    await find();
    expect(bench.runs(command)).toBe(1);
    await find({ probeFailedAgain: true });
    expect(bench.runs(command)).toBe(2);
  });
});

describe("the cache", () => {
  it("is used when it is whole", async () => {
    const folder = cachedEngine();
    expect((await find()).engine).toMatchObject({ source: "cache", command: join(folder, "bin", "pulumi") });
  });

  it.each([
    { reason: "not marked as whole", spoil: (folder: string) => writeFileSync(join(folder, "whole.json"), "") },
    {
      reason: "of another version",
      spoil: (folder: string) => writeFileSync(join(folder, "whole.json"), '{"version":"3.1.0"}'),
    },
    { reason: "empty", spoil: (folder: string) => writeFileSync(join(folder, "bin", "pulumi"), "") },
  ])("is not used when it is $reason", async ({ spoil }) => {
    spoil(cachedEngine());
    expect((await find()).engine).toBeUndefined();
  });

  it("is not used while it is being made", async () => {
    mkdirSync(join(bench.cache, "making-host-1-abc", "made"), { recursive: true });
    expect((await find()).engine).toBeUndefined();
  });
});
