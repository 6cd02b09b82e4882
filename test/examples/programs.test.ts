import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { read, root } from "./read";
import { faultsOf } from "./type-check";

interface Manifest {
  readonly main: string;
  readonly dependencies: Record<string, string>;
}

/** Those that need no plugin of another package. */
const ownOnly = [
  "single",
  "auto-release",
  "off-peak",
  "fleet-by-tags",
  "preview-environment",
  "esm",
  "several-accounts",
  "automation-api",
  "organisation",
];

function programOf(name: string): string {
  return name === "esm" ? "index.js" : "index.ts";
}

/** Those with packages of their own. */
const withAlicloud = ["with-alicloud-instance", "peak-capacity"];

describe.each([...ownOnly, ...withAlicloud])("examples/%s", (name) => {
  const folder = join("examples", name);
  const manifest = JSON.parse(read(join(folder, "package.json"))) as Manifest;

  it("is a project of its own, which runs its own program", () => {
    expect(manifest.main).toBe(programOf(name));
    expect(manifest).not.toHaveProperty("exports");
    const project = read(join(folder, "Pulumi.yaml"));
    expect(project).toMatch(/^name: \S+$/m);
    expect(project).toMatch(/^runtime: nodejs$/m);
    expect(existsSync(join(root, folder, "README.md"))).toBe(true);
  });

  it("sets no time that has passed when somebody follows its steps", () => {
    expect(read(join(folder, "README.md"))).not.toMatch(/config set \S+ ["']?\d{4}-\d{2}-\d{2}/);
  });

  it("uses the package by its name", () => {
    expect(Object.keys(manifest.dependencies)).toContain("pulumi-alicloud-lifecycle");
    expect(read(join(folder, programOf(name)))).toContain('from "pulumi-alicloud-lifecycle"');
  });
});

describe.each(ownOnly)("examples/%s", (name) => {
  const configs = ["tsconfig.json", "jsconfig.json"].filter((file) => existsSync(join(root, "examples", name, file)));

  it("type-checks", () => {
    expect(configs.length).toBeGreaterThan(0);
    for (const config of configs) expect(faultsOf(join("examples", name, config))).toBe("");
  }, 60_000);

  it("has the settings of JavaScript where the engine doesn't read them", () => {
    expect(
      configs.filter(
        (config) => config !== "jsconfig.json" && read(join("examples", name, config)).includes("allowJs"),
      ),
    ).toEqual([]);
  });
});

it("a program that isn't right doesn't type-check", () => {
  const folder = mkdtempSync(join(root, "examples", "single", ".tmp-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = read("examples/single/index.ts");
  writeFileSync(join(folder, "index.ts"), program.replace(/new InstanceLifecycle\((.*?), \{/s, "$&\n  stat: 1,"));
  writeFileSync(join(folder, "tsconfig.json"), read("examples/single/tsconfig.json"));
  expect(faultsOf(join(folder.slice(root.length), "tsconfig.json"))).toMatch(
    /index\.ts\(\d+,\d+\): error TS\d+: .*'stat'/,
  );
});

describe.each([...ownOnly, "peak-capacity"])("examples/%s", (name) => {
  it("is a template too", () => {
    const project = read(join("examples", name, "Pulumi.yaml"));
    expect(project).toMatch(/^template:\n {2}description: \S/m);
    expect(project).toMatch(/^ {4}alicloud:region:$/m);
    // Every setting that the program asks for is asked for by the template.
    const asked = [
      ...read(join("examples", name, programOf(name))).matchAll(
        /config\.(?:require|get)\w*\("(\w+)"\)|Config\(\)\.require\("(\w+)"\)/g,
      ),
    ].map(([, ofConfig, ofNew]) => ofConfig ?? ofNew ?? "");
    expect(asked.length).toBeGreaterThan(0);
    for (const setting of asked) expect(project).toMatch(new RegExp(`^ {4}${setting}:$`, "m"));
  });
});

describe.each(withAlicloud)("examples/%s", (name) => {
  const folder = join(root, "examples", name);

  it("has a lock file without registry hosts", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    const resolved = Object.values(lock.packages).flatMap((entry) => entry.resolved ?? []);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(10);
    expect(resolved.filter((place) => place.includes("://"))).toEqual([]);
  });

  it("has the repository's version of @pulumi/pulumi, so that there is one set of types", () => {
    const ours = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    const theirs = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    expect(theirs.dependencies["@pulumi/pulumi"]).toBe(ours.devDependencies["@pulumi/pulumi"]);
  });
});

it("examples/with-alicloud-instance leaves both contested fields to the lifecycle", () => {
  expect(read("examples/with-alicloud-instance/index.ts")).toContain('ignoreChanges: ["status", "autoReleaseTime"]');
});
