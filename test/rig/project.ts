import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, vi } from "vitest";
import { engineCommand } from "../../engine/engine-command.mjs";
import { bareEnvironment, type Ended, quickStart, type Running, start } from "./process";
import type { Json } from "./sdk";

// A test here is several runs of the engine; each has a time limit of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const repository = resolve(__dirname, "../..");
const type = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Json;
  readonly outputs?: Json;
  readonly initErrors?: readonly string[];
}

interface Checkpoint {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly Resource[] } };
}

/** What a preview for machines says. */
export interface Preview {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
  readonly diagnostics: readonly { readonly urn?: string; readonly message: string; readonly severity: string }[];
}

/** A user's project with one stack: a JavaScript program that uses the package by its name, and a backend of its own. */
export class Project {
  readonly dir = mkdtempSync(join(tmpdir(), "lifecycle-project-"));
  readonly backend = join(this.dir, "backend");

  private constructor(
    private readonly command: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly name: string,
    private readonly inRepository: boolean,
  ) {}

  /** This repository, which is a project too: its program applies what the configuration lists. */
  static async ofRepository(env: NodeJS.ProcessEnv): Promise<Project> {
    return await Project.prepare(env, "pulumi-alicloud-lifecycle", true);
  }

  /** `modules`: the node_modules that it has; those of this repository, unless `npm run test:nodes` has made others. */
  static async open(
    env: NodeJS.ProcessEnv,
    modules = process.env.LIFECYCLE_TEST_MODULES ?? join(repository, "node_modules"),
  ): Promise<Project> {
    const project = await Project.prepare(env, "fleet", false);
    project.write("package.json", '{ "name": "fleet", "main": "index.js" }\n');
    symlinkSync(modules, join(project.dir, "node_modules"));
    project.program("");
    return project;
  }

  private static async prepare(env: NodeJS.ProcessEnv, name: string, inRepository: boolean): Promise<Project> {
    const engine = await engineCommand(bareEnvironment());
    const own = { ...engine.env, ...quickStart, ...env, PULUMI_CONFIG_PASSPHRASE: "tests" };
    const project = new Project(engine.command, own, name, inRepository);
    folders.push(project.dir);
    mkdirSync(project.backend);
    // What the SDK compiles and keeps there goes with the project.
    project.env.TMPDIR = join(project.dir, "tmp");
    mkdirSync(project.env.TMPDIR);
    project.env.PULUMI_BACKEND_URL = `file://${project.backend}`;
    project.write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\nmain: index.js\n`);
    // Here also for the repository: it would get a file of configuration that nobody asked for.
    const { code, output } = await project.in(project.dir, ["stack", "init", "dev"]).ended;
    if (code !== 0) throw new Error(output);
    return project;
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }

  /** The program's text; `InstanceLifecycle` and `pulumi` are at hand. */
  program(text: string): void {
    const head = `const pulumi = require("@pulumi/pulumi");\nconst { InstanceLifecycle } = require("pulumi-alicloud-lifecycle");\n`;
    this.write("index.js", `${head}${text}\n`);
  }

  /** A program that declares these, by resource name. */
  declare(resources: Readonly<Record<string, Json>>): void {
    this.program(
      Object.entries(resources)
        .map(([name, args]) => `new InstanceLifecycle(${JSON.stringify(name)}, ${JSON.stringify(args, undefined, 2)});`)
        .join("\n"),
    );
  }

  /** The same, with ids that become known only while it runs: each comes from another resource. Those of `known` are plain. */
  declareLate(resources: Readonly<Record<string, Json>>, known: Readonly<Record<string, Json>> = {}): void {
    this.program(`
class Late extends pulumi.dynamic.Resource {
  constructor(name, seed) {
    super({ create: async (inputs) => ({ id: inputs.seed, outs: { made: inputs.seed } }) }, name, { seed, made: undefined });
  }
}
for (const [name, args] of Object.entries(${JSON.stringify(resources)})) {
  new InstanceLifecycle(name, { ...args, instanceId: new Late("late-" + name, args.instanceId).made });
}
for (const [name, args] of Object.entries(${JSON.stringify(known)})) new InstanceLifecycle(name, args);`);
  }

  /** The stack's configuration; secrets are set by the engine. */
  config(values: Readonly<Record<string, string>>): void {
    const file = join(this.dir, "Pulumi.dev.yaml");
    const kept = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("encryptionsalt:"));
    const lines = Object.entries(values).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
    writeFileSync(file, [...kept, ...(lines.length === 0 ? [] : ["config:", ...lines]), ""].join("\n"));
  }

  start(args: readonly string[], env?: NodeJS.ProcessEnv, timeoutMs?: number): Running {
    if (!this.inRepository) return this.in(this.dir, args, env, timeoutMs);
    const stack = ["--stack", "dev", "--config-file", join(this.dir, "Pulumi.dev.yaml")];
    return this.in(repository, [...args, ...stack], env, timeoutMs);
  }

  private in(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, timeoutMs = 90_000): Running {
    return start(this.command, [...args, "--non-interactive"], { env: { ...this.env, ...env }, cwd, timeoutMs });
  }

  /** Runs a script of the project's folder with the engine on the path, as the Automation API looks for it. */
  startNode(args: readonly string[], timeoutMs = 110_000): Running {
    const path = [dirname(this.command), this.env.PATH].filter(Boolean).join(delimiter);
    return start(process.execPath, args, { env: { ...this.env, PATH: path }, cwd: this.dir, timeoutMs });
  }

  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** Runs what has to succeed; the error shows all that was said. */
  async must(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    const ended = await this.run(args, env);
    if (ended.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ended.code}\n${ended.output}`);
    return ended;
  }

  /** Runs what has to be refused; returns all that was said. */
  async mustFail(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
    const ended = await this.run(args, env);
    if (ended.code === 0) throw new Error(`pulumi ${args.join(" ")} should have failed\n${ended.output}`);
    return ended.output;
  }

  async previewForMachines(): Promise<Preview> {
    const { stdout } = await this.must(["preview", "--json"]);
    return JSON.parse(stdout) as Preview;
  }

  private get stateFile(): string {
    return join(this.backend, ".pulumi/stacks", this.name, "dev.json");
  }

  /** Writes over the recorded outputs of a resource, as another version of the package would have left them; `undefined` takes one away. */
  rewriteOutputs(name: string, outputs: Json): void {
    const state = JSON.parse(readFileSync(this.stateFile, "utf8")) as Checkpoint;
    const resource = state.checkpoint.latest?.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    if (resource?.outputs === undefined) throw new Error(`${name} is not recorded`);
    Object.assign(resource.outputs, outputs);
    writeFileSync(this.stateFile, JSON.stringify(state, undefined, 4));
  }

  /** All resources as the state holds them. */
  exported(): { readonly resources: readonly Resource[] } {
    const { latest } = (JSON.parse(readFileSync(this.stateFile, "utf8")) as Checkpoint).checkpoint;
    return { resources: latest?.resources ?? [] };
  }

  /** Our resources as the state holds them, by name. */
  recorded(): Readonly<Record<string, Resource>> {
    const ours = this.exported().resources.filter((resource) => resource.type === type);
    return Object.fromEntries(ours.map((resource) => [resource.urn.split("::").at(-1) ?? "", resource]));
  }

  /** What is recorded of the members of all fleets, by their ids. */
  members(): Readonly<Record<string, Json>> {
    const fleets = this.exported().resources.filter((resource) => resource.type.endsWith(":FleetMembers"));
    const members = fleets.flatMap(({ outputs }) => {
      const alike = (outputs?.alike ?? []) as readonly Json[];
      const own = Object.entries((outputs?.members ?? {}) as Readonly<Record<string, Json>>);
      return own.map(([id, { like, ...rest }]): [string, Json] => [id, { ...alike[Number(like)], ...rest }]);
    });
    return Object.fromEntries(members);
  }

  outputs(name: string): Json {
    return this.recorded()[name]?.outputs ?? {};
  }

  urn(name: string): string {
    return this.recorded()[name]?.urn ?? `urn:pulumi:dev::${this.name}::${type}::${name}`;
  }

  /** Keeps the backend as it is now, for `restore`. */
  save(): void {
    cpSync(this.backend, `${this.backend}-saved`, { recursive: true });
  }

  restore(): void {
    rmSync(this.backend, { recursive: true });
    cpSync(`${this.backend}-saved`, this.backend, { recursive: true });
  }

  /** The text of every file of the backend, backups and history included. */
  stored(): string {
    const files = readdirSync(this.backend, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("\n");
  }
}

export const up = ["up", "--yes", "--skip-preview"] as const;
/** As a person runs it: the preview comes first. */
export const upWithPreview = ["up", "--yes"] as const;
/** Fails when there would be anything to do. */
export const nothingLeft = ["preview", "--expect-no-changes"] as const;
export const refresh = ["refresh", "--yes", "--skip-preview"] as const;
export const destroy = ["destroy", "--yes", "--skip-preview"] as const;
