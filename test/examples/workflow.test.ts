import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { read, root } from "./read";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly concurrency?: unknown;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly on: Record<string, unknown>;
  readonly jobs: Record<string, Job>;
}

const text = read("examples/ci/.github/workflows/lifecycle.yml");
// Pulumi's SDK depends on it, and reading one file needs no dependency of our own.
const fromSdk = createRequire(createRequire(`${root}/`).resolve("@pulumi/pulumi"));
const { load } = fromSdk("js-yaml") as { load: (yaml: string) => unknown };
const workflow = load(text) as Workflow;
const jobs = Object.entries(workflow.jobs);

describe("examples/ci/.github/workflows/lifecycle.yml", () => {
  it("has the three jobs and what starts them", () => {
    expect(Object.keys(workflow.jobs)).toEqual(["preview", "up", "drift"]);
    expect(Object.keys(workflow.on)).toEqual(["pull_request", "push", "schedule", "workflow_dispatch"]);
  });

  it("runs the commands that README names", () => {
    const commands = (job: string) => workflow.jobs[job]?.steps.map(({ run }) => run ?? "").join("\n");
    expect(commands("preview")).toContain("pulumi preview");
    expect(commands("preview")).not.toContain("pulumi up");
    expect(commands("up")).toContain("pulumi up");
    expect(commands("drift")).toContain("--refresh --expect-no-changes");
    expect(commands("drift")).not.toContain("pulumi up");
  });

  it("goes on with the other instances when one fails", () => {
    const step = workflow.jobs.up?.steps.find(({ run }) => run?.includes("pulumi up"));
    expect(step?.run).toContain(" --continue-on-error ");
  });

  it("never runs two updates at once, and cuts none off", () => {
    const updating = jobs.filter(([, job]) => job.steps.some(({ run }) => run?.includes("pulumi up")));
    expect(updating.map(([name]) => name)).toEqual(["up"]);
    expect(workflow.jobs.up?.concurrency).toEqual({ group: "lifecycle-up", "cancel-in-progress": false });
  });

  it("writes a report of what is only looked at: into the summary, and for a pull request into a comment", () => {
    for (const name of ["preview", "drift"]) {
      const report = workflow.jobs[name]?.steps.find((step) => step.name === "Report");
      expect(report?.if).toMatch(/^always\(\) && /);
      expect(report?.run).toMatch(/^pulumi preview .*--json .*> preview\.json/m);
      // --no: a package of that name that isn't installed must not be fetched from somewhere.
      expect(report?.run).toContain(
        "npx --no -p pulumi-alicloud-lifecycle alicloud-lifecycle report --preview preview.json --format markdown >",
      );
      expect(report?.run).toContain('>> "$GITHUB_STEP_SUMMARY"');
    }
  });

  it("hands no expression to a shell, and prints no variable that may hold a secret", () => {
    const scripts = jobs.flatMap(([, job]) => job.steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(8);
    for (const script of scripts) {
      expect(script).not.toContain("${{");
      expect(script).not.toMatch(
        /set -\w*x|(echo|printf|printenv|env\b).*(TOKEN|SECRET|KEY|PASSPHRASE)|--show-secrets/,
      );
      execFileSync("bash", ["-n"], { input: script });
    }
  });

  it("handles all instances at once, so that they share calls", () => {
    const step = workflow.jobs.up?.steps.find(({ run }) => run?.includes("pulumi up"));
    expect(step?.run).toMatch(/--parallel 1000$/);
  });

  it("each time of its schedule starts one job", () => {
    const times = (workflow.on.schedule as readonly { readonly cron: string }[]).map(({ cron }) => cron);
    const started = times.map((cron) => jobs.filter(([, job]) => job.if?.includes(`'${cron}'`)).map(([name]) => name));
    expect(started).toEqual([["up"], ["drift"]]);
  });

  it("begins without any permission, and gives each job just reading and its own token, and the preview its comment", () => {
    expect(workflow.permissions).toEqual({});
    const least = { contents: "read", "id-token": "write" };
    expect(jobs.map(([name, job]) => [name, job.permissions])).toEqual([
      ["preview", { ...least, "pull-requests": "write" }],
      ["up", least],
      ["drift", least],
    ]);
  });

  it("pins each action by commit, with its full version beside it, and each always to the same", () => {
    const lines = [...text.matchAll(/uses: (.+)$/gm)].map(([, line = ""]) => line);
    expect(lines.length).toBe(jobs.flatMap(([, job]) => job.steps.flatMap(({ uses }) => uses ?? [])).length);
    expect(lines.filter((line) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const names = new Set(lines.map((line) => line.split("@")[0]));
    expect(new Set(lines).size).toBe(names.size);
    expect(names.size).toBe(4);
  });

  it("logs in by role, with a session longer than the job", () => {
    for (const [, job] of jobs) {
      const login = job.steps.find(({ uses }) => uses?.startsWith("aliyun/configure-aliyun-credentials-action@"));
      expect(login?.with).toHaveProperty("role-to-assume");
      expect(login?.with).toHaveProperty("oidc-provider-arn");
      expect(login?.with?.["role-session-expiration"]).toBeGreaterThan((job["timeout-minutes"] ?? 360) * 60);
    }
    expect(text).not.toMatch(/ACCESS_KEY_SECRET|SECRET_KEY/);
  });

  it("gives a fork neither role nor secret", () => {
    const steps = workflow.jobs.preview?.steps ?? [];
    const privileged = steps.filter(
      (step) => step.uses?.startsWith("aliyun/") === true || /secrets\.|github\.token/.test(JSON.stringify(step)),
    );
    expect(privileged.map(({ name }) => name)).toEqual([
      "Log in with the role that may only look",
      "Preview",
      "Report",
      "Comment",
    ]);
    for (const step of privileged) expect(step.if).toMatch(/^(always\(\) && )?env\.OURS == 'true'( && .*)?$/);
    expect(workflow.on).not.toHaveProperty("pull_request_target");
  });
});

describe("the comment on a pull request", () => {
  const folder = mkdtempSync(join(tmpdir(), "lifecycle-comment-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const script = workflow.jobs.preview?.steps.find(({ name }) => name === "Comment")?.run ?? "";

  /** Runs the step with a `gh` that answers a listing with `listed`, and keeps how else it was called. */
  async function commented(listed: string, report: string): Promise<readonly string[]> {
    const log = join(folder, "calls");
    writeFileSync(log, "");
    const gh = `#!/bin/sh\ncase "$*" in *--jq*) printf '${listed}';; *) echo "$*" >> "${log}"; cat comment.md >> "${log}";; esac\n`;
    writeFileSync(join(folder, "gh"), gh, { mode: 0o755 });
    writeFileSync(join(folder, "report.md"), report);
    const env = {
      PATH: [folder, process.env.PATH].join(delimiter),
      GITHUB_REPOSITORY: "acme/machines",
      PULL_REQUEST: "41",
    };
    await promisify(execFile)("bash", ["-e", "-c", script], { cwd: folder, env });
    return readFileSync(log, "utf8").split("\n").filter(Boolean);
  }

  it("is made where there is none", async () => {
    expect(await commented("", "# Report\n")).toEqual([
      "api --silent --method POST repos/acme/machines/issues/41/comments --field body=@comment.md",
      "<!-- lifecycle-report -->",
      "# Report",
    ]);
  });

  it("is written over where there is one", async () => {
    expect((await commented("77\\n78\\n", "# Report\n"))[0]).toBe(
      "api --silent --method PATCH repos/acme/machines/issues/comments/77 --field body=@comment.md",
    );
  });

  it("is not made of nothing, and fits", async () => {
    expect(await commented("", "")).toEqual([]);
    const long = await commented("", "x".repeat(100_000));
    expect(long.join("\n").length).toBeLessThan(65_536);
    expect(long.length).toBe(3);
  });
});
