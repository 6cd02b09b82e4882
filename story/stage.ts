import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { bold, cyan, dim, green, red } from "picocolors";
import type { Emulator, InstanceFields } from "../emulator";

export interface Engine {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Expected {
  /** `ok` or `refused`: the exit code that is told. */
  readonly outcome: "ok" | "refused";
  /** The writes that this command causes, in any order, as `Action instance`; one for each instance of a call about several. */
  readonly writes: readonly string[];
}

const timeLimitMs = 120_000;

/** Where the story is played: a stack and a backend of its own, inside the clone, and the emulator's ledger to tell what was really called. */
export class Stage {
  private readonly folder: string;
  private readonly configFile: string;
  private seen = 0;

  constructor(
    private readonly root: string,
    private readonly engine: Engine,
    private readonly emulator: Emulator,
  ) {
    this.folder = join(root, ".story");
    this.configFile = join(this.folder, "Pulumi.story.yaml");
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of ["state", "tmp"]) mkdirSync(join(this.folder, name), { recursive: true });
  }

  say(text: string): void {
    console.log(`\n${bold(text)}`);
  }

  /** Writes the stack's configuration: the whole declaration of this moment. */
  declare(instances: readonly Readonly<Record<string, unknown>>[]): void {
    const config = { "alicloud:region": "cn-hangzhou", "lifecycle:instances": instances };
    // JSON is YAML.
    writeFileSync(this.configFile, `${JSON.stringify({ config }, undefined, 2)}\n`);
    for (const instance of instances) console.log(dim(`  declared: ${JSON.stringify(instance)}`));
  }

  showFleet(): void {
    const table = new Table({
      head: ["instance", "name", "status", "release time"],
      style: { head: [], border: [], compact: true },
    });
    for (const { InstanceId, InstanceName, Status, AutoReleaseTime } of this.emulator.world.toFile().instances) {
      table.push([InstanceId, InstanceName, Status, AutoReleaseTime || "-"]);
    }
    console.log(table.toString());
  }

  /** Somebody changes a machine without us. */
  byHand(fields: InstanceFields): void {
    this.emulator.patchInstance(fields);
  }

  pass(ms: number): void {
    this.emulator.advance(ms);
  }

  async prepare(): Promise<void> {
    await this.spawn(["stack", "init", "story", "--non-interactive"], "ignore");
  }

  /** Runs one pulumi command, shows the calls that it caused, and throws if either is not as told. */
  async run(args: readonly string[], expected: Expected): Promise<void> {
    console.log(cyan(`\n$ pulumi ${args.join(" ")}`));
    const exitCode = await this.spawn([...args, "--non-interactive", "--config-file", this.configFile], "inherit");
    const writes = this.showCalls();
    const told = expected.outcome === "ok" ? exitCode === 0 : exitCode !== 0;
    if (!told) throw new Error(`pulumi ${args[0]} ended with ${exitCode}, told was ${expected.outcome}`);
    const [made, wanted] = [[...writes].sort(), [...expected.writes].sort()];
    if (made.join() !== wanted.join()) {
      throw new Error(`the writes were [${made.join(", ")}], told were [${wanted.join(", ")}]`);
    }
    console.log(green(`as told: ${expected.outcome === "ok" ? "done" : "refused"}, writes: ${writes.length}`));
  }

  /** Takes everything away again, also when the story broke off. */
  async clear(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private showCalls(): readonly string[] {
    const entries = this.emulator.ledger().filter(({ n }) => n > this.seen);
    this.seen = entries.at(-1)?.n ?? this.seen;
    const reads = new Map<string, number>();
    const writes: string[] = [];
    for (const { action, params, effect, code } of entries) {
      if (action.includes(":")) {
        // Not a call: the world's own doing, such as a timer, or a hand at the control port.
        if (effect !== "none") console.log(dim(`  by itself: ${effect}`));
        continue;
      }
      if (/^(Describe|Get)/.test(action)) {
        reads.set(action, (reads.get(action) ?? 0) + 1);
        continue;
      }
      const ids = Object.entries(params).flatMap(([name, value]) => (/^InstanceId\b/.test(name) ? [value] : []));
      writes.push(...ids.map((id) => `${action.replace(/Instances$/, "Instance")} ${id}`));
      console.log(code === null ? `  ECS: ${action}, ${effect}` : red(`  ECS: ${action} ${ids.join(", ")}: ${code}`));
    }
    const counted = [...reads].map(([action, count]) => `${count} ${action}`);
    console.log(dim(`  ECS: reads: ${counted.join(", ") || "none"}`));
    return writes;
  }

  private spawn(args: readonly string[], stdout: "inherit" | "ignore"): Promise<number> {
    const child = spawn(this.engine.command, args, {
      cwd: this.root,
      stdio: ["ignore", stdout, stdout],
      timeout: timeLimitMs,
      env: {
        ...this.engine.env,
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "story",
        PULUMI_STACK: "story",
        // What the engine and the programs leave in the temporary folder goes with the story.
        TMPDIR: join(this.folder, "tmp"),
        ALIBABA_CLOUD_ENDPOINT_ECS: this.emulator.endpoint,
        ALICLOUD_ACCESS_KEY: this.emulator.accessKeyId,
        ALICLOUD_SECRET_KEY: this.emulator.accessKeySecret,
      },
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  }
}
