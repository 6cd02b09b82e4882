import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dependenciesAreInstalled } from "../../engine/install-dependencies.mjs";
import { Bench } from "./bench";

let bench: Bench;
const packages = {
  "": { name: "clone" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
  "node_modules/other-machine": { version: "1.0.0", optional: true },
  "examples/single": { version: "0.0.0" },
};

function write(path: string, content: object): void {
  writeFileSync(join(bench.root, path), JSON.stringify({ packages: content }));
}

beforeEach(() => {
  bench = new Bench();
  for (const name of ["a", "b"]) mkdirSync(join(bench.root, "node_modules", name), { recursive: true });
  write("package-lock.json", packages);
  write("node_modules/.package-lock.json", {
    "node_modules/a": packages["node_modules/a"],
    "node_modules/b": packages["node_modules/b"],
  });
});
afterEach(() => bench.remove());

describe("dependencies", () => {
  it("are there when the lock's packages are, those for other machines left out", () => {
    expect(dependenciesAreInstalled(bench.root)).toBe(true);
  });

  it.each([
    {
      reason: "the lock asks for another version",
      spoil: () => write("package-lock.json", { ...packages, "node_modules/a": { version: "1.0.1" } }),
    },
    {
      reason: "the lock asks for one more",
      spoil: () => write("package-lock.json", { ...packages, "node_modules/c": { version: "1.0.0" } }),
    },
    {
      reason: "a package's folder is missing",
      spoil: () => rmSync(join(bench.root, "node_modules", "b"), { recursive: true }),
    },
    {
      reason: "an install was interrupted",
      spoil: () => rmSync(join(bench.root, "node_modules", ".package-lock.json")),
    },
  ])("are not there when $reason", ({ spoil }) => {
    spoil();
    expect(dependenciesAreInstalled(bench.root)).toBe(false);
  });
});

describe("lock files", () => {
  const repository = join(__dirname, "..", "..");
  const locks = execFileSync("git", ["ls-files", "*package-lock.json"], { cwd: repository, encoding: "utf8" })
    .trim()
    .split("\n");

  it("are found", () => {
    expect(locks).toEqual(expect.arrayContaining(["package-lock.json", "tools/mermaid/package-lock.json"]));
  });

  it.each(locks)("%s names no registry: each package comes from the one that is set", (lock) => {
    const { packages: locked } = JSON.parse(readFileSync(join(repository, lock), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    const places = Object.values(locked).flatMap(({ resolved }) => resolved ?? []);
    expect(places.filter((place) => place.includes("://"))).toEqual([]);
  });
});
