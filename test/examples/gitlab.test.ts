import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { read, root } from "./read";

interface Job {
  readonly extends?: string;
  readonly rules?: readonly { readonly if: string }[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly timeout?: string;
  readonly interruptible?: boolean;
  readonly resource_group?: string;
  readonly environment?: string;
  readonly artifacts?: unknown;
  readonly id_tokens?: unknown;
}

const text = read("examples/ci/.gitlab-ci.yml");
// Pulumi's SDK depends on it, and reading one file needs no dependency of our own.
const fromSdk = createRequire(createRequire(`${root}/`).resolve("@pulumi/pulumi"));
const { load } = fromSdk("js-yaml") as { load: (yaml: string) => unknown };
const pipeline = load(text) as Readonly<Record<string, Job>>;
const jobs = Object.entries(pipeline).filter(([, job]) => job.script !== undefined);
const linesOf = ({ script = [], after_script = [] }: Job) => [...script, ...after_script];
const job = (name: string): Job => pipeline[name] ?? {};

describe("examples/ci/.gitlab-ci.yml", () => {
  it("has the jobs of the GitHub workflow, and a fork's preview apart", () => {
    expect(jobs.map(([name]) => name)).toEqual(["preview", "preview of a fork", "up", "drift"]);
  });

  it("runs the same commands as the GitHub workflow", () => {
    const github = read("examples/ci/.github/workflows/lifecycle.yml").replaceAll("$STACK", "$LIFECYCLE_STACK");
    const commands = jobs.flatMap(([, each]) => linesOf(each)).flatMap((line) => line.match(/^ *pulumi .*$/gm) ?? []);
    expect(commands.length).toBeGreaterThan(6);
    expect(commands.map((command) => command.trim()).filter((command) => !github.includes(command))).toEqual([]);
  });

  it("updates in one job only, one run at a time, and cuts none off", () => {
    const updating = jobs.filter(([, each]) => linesOf(each).some((line) => line.includes("pulumi up")));
    expect(updating.map(([name]) => name)).toEqual(["up"]);
    expect(job("up")).toMatchObject({
      resource_group: "lifecycle-up",
      interruptible: false,
      environment: "production",
    });
    expect(job("up").script?.join("\n")).toMatch(/ --continue-on-error --parallel 1000$/);
  });

  it("updates on the default branch and by its schedule only", () => {
    expect(job("up").rules?.map((rule) => rule.if)).toEqual([
      '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
      '$CI_PIPELINE_SOURCE == "schedule" && $LIFECYCLE_JOB == "up"',
    ]);
  });

  it("logs in by role, with a token for nobody else, and gives a fork neither", () => {
    expect(pipeline[".login"]?.id_tokens).toEqual({ ALIBABA_CLOUD_OIDC_TOKEN: { aud: "sts.aliyuncs.com" } });
    const roles = jobs.map(([name, each]) => [name, each.extends, each.variables?.ALIBABA_CLOUD_ROLE_ARN]);
    expect(roles).toEqual([
      ["preview", ".login", "$ALICLOUD_LOOK_ROLE"],
      ["preview of a fork", undefined, undefined],
      ["up", ".login", "$ALICLOUD_UP_ROLE"],
      ["drift", ".login", "$ALICLOUD_LOOK_ROLE"],
    ]);
    expect(text).not.toMatch(/ACCESS_KEY|SECRET_KEY/);
  });

  it("ends before a session of an hour does", () => {
    for (const [, { timeout }] of jobs) {
      expect(timeout).toMatch(/^\d+m$/);
      expect(Number.parseInt(timeout ?? "", 10)).toBeLessThan(60);
    }
  });

  it("shows a report of what is only looked at", () => {
    for (const name of ["preview", "drift"]) {
      expect(job(name).after_script).toContain(
        "npx --no -p pulumi-alicloud-lifecycle alicloud-lifecycle report --preview preview.json --format markdown > report.md",
      );
      expect(job(name).artifacts).toMatchObject({ when: "always", paths: ["report.md"] });
    }
  });

  it("has scripts that a shell can read, and that print no secret", () => {
    for (const [, each] of jobs) {
      for (const line of linesOf(each)) {
        execFileSync("bash", ["-n"], { input: line });
        expect(line).not.toMatch(
          /set -\w*x|(echo|printf|printenv|env\b).*(TOKEN|SECRET|KEY|PASSPHRASE)|--show-secrets|--verbose/,
        );
      }
    }
  });
});
