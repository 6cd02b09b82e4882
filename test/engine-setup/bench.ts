import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const repository = resolve(__dirname, "../..");
const setupScript = join(repository, "engine", "setup.mjs");

/** What the fakes and our launchers run; nothing else is on PATH, above all no real pulumi, go or npm. */
const tools = ["cat", "chmod", "dirname", "ln", "sleep"];

export interface Ended {
  code: number | null;
  output: string;
}

/** A machine of its own: a PATH with what a test puts there, a home and a cache, all temporary. */
export class Bench {
  readonly root = mkdtempSync(join(tmpdir(), "engine-setup-"));
  readonly bin = join(this.root, "bin");
  readonly cache = join(this.root, "cache");
  readonly env: NodeJS.ProcessEnv = {
    PATH: this.bin,
    HOME: join(this.root, "home"),
    PULUMI_ALICLOUD_LIFECYCLE_CACHE: this.cache,
  };

  constructor() {
    mkdirSync(this.bin);
    mkdirSync(join(this.root, "home"));
    symlinkSync(process.execPath, join(this.bin, "node"));
    for (const tool of tools) {
      symlinkSync(execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(), join(this.bin, tool));
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Writes an executable; each run of it adds a line to a file that `runs` counts. */
  script(folder: string, name: string, body: string): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho run >> "${path}.runs"\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  runs(path: string): number {
    try {
      return readFileSync(`${path}.runs`, "utf8").trim().split("\n").length;
    } catch {
      return 0;
    }
  }

  /** A `pulumi` with the launchers that belong beside it, in a folder put on PATH after those before. */
  pulumi(name: string, body: string, languageHost = "echo 4711; exec sleep 30"): string {
    const folder = join(this.root, name);
    this.script(folder, "pulumi-language-nodejs", languageHost);
    this.script(folder, "pulumi-resource-pulumi-nodejs", "exit 0");
    this.env.PATH = [this.env.PATH, folder].join(":");
    return this.script(folder, "pulumi", body);
  }

  /** A `go` whose build takes a moment and makes a CLI that knows its version. */
  go({ buildSeconds = 0, made = "echo v3.250.0" } = {}): string {
    return this.script(
      this.bin,
      "go",
      `case "$1" in
version) echo "go version go1.26.0 linux/amd64" ;;
build)
  echo build >> "${this.root}/builds"
  while [ "$1" != "-o" ]; do shift; done
  echo example.com/a/package
  sleep ${buildSeconds}
  printf '#!/bin/sh\\n${made}\\n' > "$2"
  chmod +x "$2" ;;
esac`,
    );
  }

  builds(): number {
    try {
      return readFileSync(join(this.root, "builds"), "utf8").trim().split("\n").length;
    } catch {
      return 0;
    }
  }

  /** An `npm` that has the protos for the language host, and not Pulumi's own package. */
  npm(): string {
    return this.script(
      this.bin,
      "npm",
      `case "$PWD" in
*/wrapper) echo "npm error network is away" >&2; exit 1 ;;
esac
ln -s "${join(repository, "node_modules")}" node_modules`,
    );
  }

  setUp(args: string[] = ["engine"]) {
    return this.start(process.execPath, [setupScript, ...args]);
  }

  start(command: string, args: string[]) {
    const child = spawn(command, args, { env: this.env, cwd: this.root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, output })));
    return { child, ended, output: () => output };
  }
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
}
