import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Component, Sbom } from "../../release/sbom.mjs";
import { repository } from "./layouts";

/** What users get beside the package, and under which licences. */

vi.setConfig({ hookTimeout: 120_000 });

/** Licences that ask for no more than to be named. Another one is a decision, so it fails here first. */
const permissive = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];

const folder = mkdtempSync(join(tmpdir(), "lifecycle-sbom-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bill: Sbom;
const { dependencies, devDependencies, version } = JSON.parse(
  readFileSync(join(repository, "package.json"), "utf8"),
) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  version: string;
};

beforeAll(async () => {
  const file = join(folder, "sbom.json");
  await promisify(execFile)(process.execPath, [join(repository, "release", "sbom.mjs"), file]);
  bill = JSON.parse(readFileSync(file, "utf8")) as Sbom;
});

describe("npm run sbom", () => {
  it("describes this package in CycloneDX's form", () => {
    expect(bill.bomFormat).toBe("CycloneDX");
    expect(bill.metadata.component).toMatchObject({
      name: "pulumi-alicloud-lifecycle",
      version,
      purl: `pkg:npm/pulumi-alicloud-lifecycle@${version}`,
    });
  });

  it("names every runtime dependency as what the package depends on", () => {
    const own = bill.dependencies.find(({ ref }) => ref === `pulumi-alicloud-lifecycle@${version}`);
    const names = own?.dependsOn.map((ref) => ref.slice(0, ref.lastIndexOf("@")));
    expect([...(names ?? [])].sort()).toEqual(Object.keys(dependencies).sort());
  });

  it("names every package with its version, its checksum and its licence", () => {
    expect(bill.components.length).toBeGreaterThan(Object.keys(dependencies).length);
    const lacking = bill.components.filter(
      ({ version: its, hashes, licenses }) =>
        !/^\d+\.\d+\.\d+/.test(its) || hashes?.[0]?.alg !== "SHA-512" || licenses === undefined,
    );
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it("names nothing that only development needs", () => {
    const names = new Set(bill.components.map(({ name }) => name));
    const unneeded = Object.keys(devDependencies).filter((name) => names.has(name) && !name.startsWith("@types/"));
    expect(unneeded).toEqual([]);
  });
});

describe("what users install with the package", () => {
  it("is under permissive licences", () => {
    const licencesOf = ({ licenses = [] }: Component) =>
      licenses.map(({ license, expression }) => expression ?? license?.id ?? "unnamed");
    const others = bill.components.flatMap((component) =>
      licencesOf(component)
        .filter((licence) => !permissive.includes(licence))
        .map((licence) => `${component.name}: ${licence}`),
    );
    expect(others).toEqual([]);
  });
});
