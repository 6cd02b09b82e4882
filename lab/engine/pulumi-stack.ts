import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as EngineModule from "../../engine/engine-command.mjs";
import { bareEnvironment, type Ended, quickStart, type Running, start } from "../../test/rig/child";
import type { Declaration, StateResource } from "../evidence";
import { region } from "../model/mini-engine";
import { type Exported, resourcesOf, withResources } from "./deployment";

const project = "lab";
const timeLimitMs = 300_000;

/** Declares what stands in a file beside it, with the package as users have it. */
const programText = `
const { InstanceLifecycle } = require("pulumi-alicloud-lifecycle");
for (const { name, args } of require("./declared.json")) new InstanceLifecycle(name, args);
`;

const folders = new Set<string>();
process.once("exit", () => {
  for (const dir of folders) remove(dir);
});

function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  folders.delete(dir);
}

/** A user's project with one stack, on the real engine, with a backend of its own. */
export class PulumiStack {
  private config: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly engine: EngineModule.EngineCommand,
    private readonly dir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param root The folder whose node_modules hold SDK and package. */
  static async open(root: string, env: NodeJS.ProcessEnv): Promise<PulumiStack> {
    const file = pathToFileURL(join(root, "engine/engine-command.mjs")).href;
    const { engineCommand } = (await import(file)) as typeof EngineModule;
    const engine = await engineCommand(bareEnvironment());
    const dir = mkdtempSync(join(tmpdir(), "lifecycle-lab-"));
    folders.add(dir);
    const stack = new PulumiStack(engine, dir, {
      ...engine.env,
      ...quickStart,
      ...env,
      PULUMI_BACKEND_URL: `file://${join(dir, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "laboratory",
      // What the SDK compiles and keeps there goes with the project.
      TMPDIR: join(dir, "tmp"),
    });
    try {
      for (const folder of ["backend", "tmp"]) mkdirSync(join(dir, folder));
      stack.write("Pulumi.yaml", `name: ${project}\nruntime: nodejs\nmain: index.js\n`);
      stack.write("package.json", `{ "name": "${project}", "main": "index.js" }\n`);
      stack.write("index.js", programText);
      symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
      await stack.must(["stack", "init", "dev"]);
      return stack;
    } catch (error) {
      stack.remove();
      throw error;
    }
  }

  remove(): void {
    remove(this.dir);
  }

  declare(declarations: readonly Declaration[], settings: Readonly<Record<string, string>>): void {
    this.write("declared.json", JSON.stringify(declarations));
    this.config = { "alicloud:region": region, ...settings };
    const salt = readFileSync(join(this.dir, "Pulumi.dev.yaml"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("encryptionsalt:"));
    const lines = Object.entries(this.config).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
    this.write("Pulumi.dev.yaml", [...salt, "config:", ...lines, ""].join("\n"));
  }

  start(args: readonly string[]): Running {
    return start(this.engine.command, [...args, "--non-interactive"], {
      env: this.env,
      cwd: this.dir,
      timeoutMs: timeLimitMs,
    });
  }

  run(args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  async state(): Promise<readonly StateResource[]> {
    return resourcesOf(await this.exported());
  }

  /** Puts these in the place of all that is recorded. */
  async record(resources: readonly StateResource[]): Promise<void> {
    const exported = await this.exported();
    const empty = { ...exported, deployment: { ...exported.deployment, resources: [], pending_operations: [] } };
    this.write("state.json", JSON.stringify(withResources(empty, project, this.config, resources)));
    await this.must(["stack", "import", "--file", "state.json"]);
  }

  private async exported(): Promise<Exported> {
    return JSON.parse((await this.must(["stack", "export"])).stdout) as Exported;
  }

  private async must(args: readonly string[]): Promise<Ended> {
    const ended = await this.run(args);
    if (ended.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ended.code}\n${ended.output}`);
    return ended;
  }

  private write(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }
}
