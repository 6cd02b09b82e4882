import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { codeBlocks, read, root } from "./read";

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

const page = read("docs/organisations.md");
// Pulumi's SDK depends on it, and reading one file needs no dependency of our own.
const fromSdk = createRequire(createRequire(`${root}/`).resolve("@pulumi/pulumi"));
const { load } = fromSdk("js-yaml") as { load: (yaml: string) => unknown };
const text = codeBlocks(page).find(({ text }) => text.startsWith("name: organisation\n"))?.text ?? "";
const { jobs, permissions, concurrency } = load(text) as {
  jobs: Readonly<Record<string, Job>>;
  permissions: object;
  concurrency: object;
};
const commandsOf = (name: string) => jobs[name]?.steps.flatMap(({ run }) => run ?? []).join("\n") ?? "";

describe("the workflow in docs/organisations.md", () => {
  it("updates behind the one limit for all only, and never two runs at once", () => {
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ["stacks", undefined],
      ["preview", "stacks"],
      ["limit", "preview"],
      ["up", "limit"],
    ]);
    expect(jobs.up?.if).toContain("needs.limit.result == 'success'");
    expect(Object.keys(jobs).filter((name) => commandsOf(name).includes("pulumi up"))).toEqual(["up"]);
    expect(commandsOf("limit")).toMatch(/report --preview previews\/\*\.json .*\n? *--at-most releases=\d+/);
    expect(concurrency).toEqual({ group: "organisation", "cancel-in-progress": false });
  });

  it("updates what was judged, so many at once, and goes on when one fails", () => {
    for (const [name, list] of Object.entries({ preview: "needs.stacks", up: "needs.limit" })) {
      expect(jobs[name]?.strategy).toMatchObject({ "fail-fast": false, "max-parallel": 8 });
      expect(JSON.stringify(jobs[name]?.strategy?.matrix)).toContain(`fromJSON(${list}.outputs.stacks)`);
    }
  });

  it("hands no expression to a shell, which understands each of its lines", () => {
    const scripts = Object.keys(jobs).map(commandsOf);
    for (const script of scripts) {
      expect(script).not.toContain("${{");
      execFileSync("bash", ["-n"], { input: script });
    }
    expect(scripts.filter(Boolean)).toHaveLength(4);
  });

  it("begins without any permission, and pins each action by commit, as examples/ci does where that has it", () => {
    expect(permissions).toEqual({});
    expect(Object.values(jobs).filter((job) => job.permissions?.contents !== "read")).toEqual([]);
    const pins = [...text.matchAll(/uses: (.+)$/gm)].map(([, pin = ""]) => pin);
    expect(pins.filter((pin) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(pin))).toEqual([]);
    const checkout = pins.find((pin) => pin.startsWith("actions/checkout@"));
    expect(read("examples/ci/.github/workflows/lifecycle.yml")).toContain(`uses: ${checkout}\n`);
  });
});

it("the settings for all stacks in docs/organisations.md are those of examples/organisation", () => {
  const settings = (yaml: string) => (load(yaml) as { config: Readonly<Record<string, unknown>> }).config;
  const shown = codeBlocks(page).find(({ text }) => text.startsWith("config:\n"))?.text ?? "";
  expect(settings(read("examples/organisation/Pulumi.yaml"))).toEqual({ state: "stopped", ...settings(shown) });
});
