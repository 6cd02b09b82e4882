import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { engineCommand } from "../../engine/engine-command.mjs";
import { bareEnvironment, run } from "../rig/process";

export const repository = resolve(__dirname, "../..");
const sdk = "3.248.0";
const pnpm = "pnpm@10.34.8";

/** Ways in which users have the package: folders with a program's `node_modules`, made from the packed package. */
export class Layouts {
  private readonly root = mkdtempSync(join(tmpdir(), "lifecycle-layouts-"));

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** What is published. */
  async tarball(): Promise<string> {
    const folder = this.folder("packed");
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    await this.must("npm", args, repository);
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error("npm pack made nothing");
    return join(folder, file);
  }

  async installedByNpm(tarball: string): Promise<string> {
    const folder = this.program("npm", tarball);
    await this.must("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
    return folder;
  }

  /** Strict: a package sees what it depends on itself, and nothing else. */
  async installedByPnpm(tarball: string): Promise<string> {
    const folder = this.program("pnpm", tarball);
    const args = ["--yes", pnpm, "install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile"];
    await this.must("npx", args, folder);
    return folder;
  }

  /** As npm's and yarn's workspaces link a package that is developed beside its user. */
  async linkedInWorkspace(tarball: string): Promise<string> {
    const root = this.folder("workspace");
    const library = join(root, "packages", "lifecycle");
    mkdirSync(library, { recursive: true });
    await this.must("tar", ["-xzf", tarball, "--strip-components=1", "-C", library], root);
    const modules = join(root, "node_modules");
    mkdirSync(modules);
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (name !== "pulumi-alicloud-lifecycle")
        symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }
    symlinkSync(join("..", "packages", "lifecycle"), join(modules, "pulumi-alicloud-lifecycle"));
    const app = join(root, "packages", "app");
    mkdirSync(app);
    return app;
  }

  private program(name: string, tarball: string): string {
    const folder = this.folder(name);
    cpSync(tarball, join(folder, basename(tarball)));
    const dependencies = { "pulumi-alicloud-lifecycle": `file:./${basename(tarball)}`, "@pulumi/pulumi": sdk };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, dependencies }));
    return folder;
  }

  private folder(name: string): string {
    const folder = join(this.root, name);
    mkdirSync(folder);
    return folder;
  }

  private async must(command: string, args: readonly string[], cwd: string): Promise<void> {
    // pnpm keeps what it has fetched in our own cache, and nothing in the home folder.
    const bare = bareEnvironment();
    const ours = join((await engineCommand(bare)).env.PULUMI_HOME, "pnpm");
    const env = { ...bare, XDG_DATA_HOME: ours, XDG_STATE_HOME: ours, XDG_CACHE_HOME: ours, CI: "1" };
    const { code, output } = await run(command, args, { env, cwd, timeoutMs: 240_000 });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${output}`);
  }
}
