import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { read, root } from "./read";

interface Step {
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
    expect(step?.env).toMatchObject({ PULUMI_CONTINUE_ON_ERROR: "true" });
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

  it("begins without any permission, and gives each job just reading and its own token", () => {
    expect(workflow.permissions).toEqual({});
    for (const [, job] of jobs) expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  it("names each action by its full version", () => {
    const actions = jobs.flatMap(([, job]) => job.steps.flatMap(({ uses }) => uses ?? []));
    expect(actions.length).toBeGreaterThan(9);
    expect(actions.filter((action) => !/@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
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
      (step) => step.uses?.startsWith("aliyun/") === true || JSON.stringify(step).includes("secrets."),
    );
    expect(privileged.length).toBe(2);
    for (const step of privileged) expect(step.if).toBe("env.OURS == 'true'");
    expect(workflow.on).not.toHaveProperty("pull_request_target");
  });
});
