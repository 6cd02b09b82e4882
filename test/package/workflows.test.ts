import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { missingForRelease } from "../../release/missing-for-release.mjs";
import { read, root } from "../examples/read";

/** Who can publish in this package's name: one job, of a tag, after all tests, and it holds no secret. */

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly strategy?: { readonly matrix: Record<string, readonly string[]> };
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

// Pulumi's SDK depends on it, and reading two files needs no dependency of our own.
const fromSdk = createRequire(createRequire(`${root}/`).resolve("@pulumi/pulumi"));
const { load } = fromSdk("js-yaml") as { load: (yaml: string) => unknown };

const folder = ".github/workflows";
const files = readdirSync(join(root, folder)).sort();
const workflows = Object.fromEntries(
  files.map((file) => [file, { text: read(`${folder}/${file}`), ...(load(read(`${folder}/${file}`)) as Workflow) }]),
);
const ci = workflows["ci.yml"];
const release = workflows["release.yml"];
if (ci === undefined || release === undefined) throw new Error(`${folder} holds ${files.join(", ")}`);

function jobsOf(
  workflow: Workflow,
): readonly { readonly name: string; readonly job: Job; readonly steps: readonly Step[] }[] {
  return Object.entries(workflow.jobs).map(([name, job]) => ({ name, job, steps: job.steps ?? [] }));
}

const everyJob = Object.values(workflows).flatMap(jobsOf);
const everyStep = everyJob.flatMap(({ steps }) => steps);

function needsOf(name: string): readonly string[] {
  const needs = release?.jobs[name]?.needs ?? [];
  const direct = typeof needs === "string" ? [needs] : needs;
  return [...direct, ...direct.flatMap(needsOf)];
}

describe("the workflows", () => {
  it("are these two", () => {
    expect(files).toEqual(["ci.yml", "release.yml"]);
  });

  it("begin without any permission; each job asks for what it needs", () => {
    for (const { permissions } of Object.values(workflows)) expect(permissions).toEqual({});
    const asked = everyJob.map(({ name, job }) => [name, job.permissions]);
    expect(Object.fromEntries(asked)).toEqual({
      test: { contents: "read" },
      newest: { contents: "read" },
      "other-systems": { contents: "read" },
      pack: { contents: "read" },
      publish: { "id-token": "write" },
      page: { contents: "write" },
    });
  });

  it("name each action by its full commit, with the version beside it, and each by one commit only", () => {
    const lines = Object.values(workflows).flatMap(({ text }) =>
      text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line) && !line.includes("./.github/")),
    );
    expect(lines.length).toBeGreaterThan(8);
    const pinned = lines.map((line) => /uses: (actions\/[\w-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(line));
    expect(lines.filter((_line, index) => pinned[index] === null)).toEqual([]);
    const commits = new Map<string, Set<string>>();
    for (const [, action = "", commit = ""] of pinned.filter((match) => match !== null)) {
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, of]) => of.size !== 1)).toEqual([]);
  });

  it("keep no token on the disk, and share no cache with what is published", () => {
    const uses = (action: string) => everyStep.filter((step) => step.uses?.startsWith(`${action}@`));
    for (const step of uses("actions/checkout")) expect(step.with).toMatchObject({ "persist-credentials": false });
    for (const step of uses("actions/setup-node")) {
      expect(step.with).toMatchObject({ "package-manager-cache": false });
      expect(step.with).not.toHaveProperty("cache");
    }
    expect(everyStep.filter(({ uses: action }) => action?.startsWith("actions/cache"))).toEqual([]);
  });

  it("know no secret, and give a stranger's pull request no more than reading", () => {
    for (const { text, on } of Object.values(workflows)) {
      expect(text).not.toMatch(/secrets\.|NPM_TOKEN|NODE_AUTH_TOKEN/);
      expect(on).not.toHaveProperty("pull_request_target");
    }
    expect(Object.keys(release.on)).toEqual(["push"]);
    expect(release.on.push).toEqual({ tags: ["v*"] });
  });

  it("put nothing that somebody else can name into a shell's text", () => {
    expect(everyStep.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  it("end by themselves", () => {
    const endless = everyJob.filter(({ job }) => job.uses === undefined && job["timeout-minutes"] === undefined);
    expect(endless.map(({ name }) => name)).toEqual([]);
  });
});

describe("ci.yml", () => {
  it("runs all tests on Node 20.19, 22 and 24, and a part on macOS and Windows", () => {
    expect(ci.jobs.test?.strategy?.matrix.node).toEqual(["20.19", "22", "24"]);
    const commands = ci.jobs.test?.steps?.flatMap(({ run }) => run ?? []);
    expect(commands).toEqual(["npm test", "npm run test:rest"]);
    expect(ci.jobs["other-systems"]?.strategy?.matrix.os).toEqual(["macos-latest", "windows-latest"]);
  });

  it("runs for each push, each pull request and each release", () => {
    expect(Object.keys(ci.on)).toEqual(["push", "pull_request", "workflow_call"]);
  });
});

describe("release.yml", () => {
  const publishing = jobsOf(release).filter(({ steps }) => steps.some(({ run }) => run?.includes("npm publish")));

  it("publishes in one job, with a statement of origin, what was packed and tested before", () => {
    expect(publishing.map(({ name }) => name)).toEqual(["publish"]);
    const commands = publishing.flatMap(({ steps }) =>
      steps.flatMap(({ run }) => (run?.includes("npm publish") ? [run] : [])),
    );
    expect(commands).toEqual(["npm publish ./release-files/*.tgz --provenance --access public"]);
    expect(needsOf("publish")).toEqual(expect.arrayContaining(["test", "pack"]));
    expect(release.jobs.test?.uses).toBe("./.github/workflows/ci.yml");
  });

  it("runs nothing of the repository or of a dependency where it may publish", () => {
    const { steps = [], environment } = release.jobs.publish ?? {};
    expect(environment).toBe("npm");
    expect(steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))).toEqual([]);
    expect(steps.filter(({ run }) => /npm (ci|i|install|run|exec)|npx|node /.test(run ?? ""))).toEqual([]);
  });

  it("publishes with a Node and an npm that know trusted publishing, on a machine of the host's own", () => {
    const { steps = [], "runs-on": machine } = release.jobs.publish ?? {};
    const node = steps.find(({ uses }) => uses?.startsWith("actions/setup-node@"))?.with ?? {};
    // Node 22.14 and npm 11.5.1 are asked for; Node 24 brings such an npm, Node 22 doesn't.
    expect(Number(node["node-version"])).toBeGreaterThanOrEqual(24);
    // With it the action would write a placeholder for a token, and npm would try that.
    expect(node).not.toHaveProperty("registry-url");
    const first = steps.findIndex(({ run }) => run?.includes("11.5.1"));
    expect(first).toBeGreaterThan(-1);
    expect(first).toBeLessThan(steps.findIndex(({ run }) => run?.includes("npm publish")));
    expect(machine).toBe("ubuntu-latest");
  });

  it("asks first whether tag, version, CHANGELOG.md and changesets fit", () => {
    const commands = release.jobs.pack?.steps?.flatMap(({ run }) => run ?? []) ?? [];
    expect(commands[0]).toBe('npm run release:ready -- "$GITHUB_REF_NAME"');
  });

  it("describes what is in the package, and keeps that beside it", () => {
    const steps = release.jobs.pack?.steps ?? [];
    expect(steps.flatMap(({ run }) => run ?? [])).toContain("npm run sbom -- release-files/sbom.cdx.json");
    expect(steps.at(-1)?.with).toMatchObject({ path: "release-files/", "if-no-files-found": "error" });
    expect(release.jobs.page?.steps?.at(-1)?.run).toContain("release-files/*");
  });
});

describe("npm run release:ready", () => {
  const ready = { tag: "v1.2.3", version: "1.2.3", changelog: "# Changes\n\n## 1.2.3\n\n- one\n", changesets: [] };

  it("says nothing when all fits", () => {
    expect(missingForRelease(ready)).toEqual([]);
  });

  it.each([
    { reason: "another tag", found: { tag: "v1.2.4" }, says: /^tag: is v1\.2\.4, .*1\.2\.3; set the tag v1\.2\.3$/ },
    { reason: "no tag", found: { tag: "" }, says: /^tag: is missing/ },
    { reason: "a tag without v", found: { tag: "1.2.3" }, says: /^tag: / },
    {
      reason: "no heading",
      found: { changelog: "# Changes\n\n## 1.2\n\n## 11.2.3\n" },
      says: /^CHANGELOG\.md: has no heading/,
    },
    {
      reason: "not released",
      found: { changelog: "## 1.2.3 (unreleased)\n" },
      says: /^CHANGELOG\.md: says .*unreleased/,
    },
    {
      reason: "a waiting change",
      found: { changesets: ["red-cat.md"] },
      says: /^\.changeset: red-cat\.md .*changeset:version/,
    },
  ])("names what is wrong: $reason", ({ found, says }) => {
    const missing = missingForRelease({ ...ready, ...found });
    expect(missing.length).toBe(1);
    expect(missing[0]).toMatch(says);
  });
});

describe(".changeset/", () => {
  it("is set for a public package whose base is main", () => {
    expect(JSON.parse(read(".changeset/config.json"))).toMatchObject({
      access: "public",
      baseBranch: "main",
      commit: false,
    });
  });

  it("holds files that name this package only", () => {
    const changesets = readdirSync(join(root, ".changeset")).filter(
      (file) => file.endsWith(".md") && file !== "README.md",
    );
    const unknown = changesets.flatMap((file) => {
      const head = /^---\n([\s\S]*?)---\n/.exec(read(`.changeset/${file}`))?.[1];
      if (head === undefined) return [`${file}: has no head`];
      const named = Object.entries((load(head) ?? {}) as Record<string, string>);
      return named
        .filter(([name, bump]) => name !== "pulumi-alicloud-lifecycle" || !["major", "minor", "patch"].includes(bump))
        .map(([name, bump]) => `${file}: ${name}: ${bump}`);
    });
    expect(unknown).toEqual([]);
  });
});
