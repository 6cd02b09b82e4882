import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
}

export interface Running {
  readonly pid: number;
  /** Rejects, with the output so far, when the time limit ends it. */
  readonly ended: Promise<Ended>;
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Ctrl-C as a terminal sends it: to the process and to all that it has in its group. */
  interrupt(): void;
}

interface Limits {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly timeoutMs: number;
}

const living = new Map<number, () => void>();

/** Starts a process that ends at its time limit at the latest, with all that it has started. */
export function start(command: string, args: readonly string[], { env, cwd, timeoutMs }: Limits): Running {
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  let stdout = "";
  let stderr = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    output += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    const limit = setTimeout(() => {
      endTree(pid);
      reject(new Error(`not ended within ${timeoutMs} ms: ${args.join(" ")}\n${output}`));
    }, timeoutMs);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(limit);
      living.delete(pid);
      resolve({ code, stdout, stderr, output });
    });
  });
  // A test that was ended by another fault no longer asks for it.
  ended.catch(() => undefined);
  living.set(pid, () => endTree(pid));
  return {
    pid,
    ended,
    output: () => output,
    signal: (name) => void child.kill(name),
    interrupt: () => process.kill(-pid, "SIGINT"),
  };
}

export function run(command: string, args: readonly string[], limits: Limits): Promise<Ended> {
  return start(command, args, limits).ended;
}

/** The processes below this one, children before grandchildren. */
export function descendantsOf(pid: number): readonly number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    rows.flatMap(([child, its]) => (its === parent && child !== undefined ? [child] : []));
  const found: number[] = [];
  for (let next = childrenOf(pid); next.length > 0; next = next.flatMap(childrenOf)) found.push(...next);
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that another has left behind; ended when all are ended at the latest. */
export function adopt(pid: number): void {
  living.set(pid, () => endTree(pid));
}

/** Ends it, and all that it has started. */
export function endTree(pid: number): void {
  for (const one of [pid, ...descendantsOf(pid)]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  living.delete(pid);
}

/** Ends all that still run, and what they have started. */
export function endAll(): void {
  for (const end of living.values()) end();
}

// They have process groups of their own, so Ctrl-C on the tests doesn't reach them.
process.once("exit", endAll);

export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Of the environment of this machine only what programs need to run: no keys, no region, no proxy, no Pulumi settings. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    "PATH",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "PULUMI_ALICLOUD_LIFECYCLE_CACHE",
    "npm_config_cache",
    "LANG",
  ];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Also from `dist/`, where only what is compiled lies. */
const root = dirname(createRequire(__filename).resolve("pulumi-alicloud-lifecycle/package.json"));

/** The SDK's processes start in two thirds of the time with it: see there. */
export const quickStart = { NODE_OPTIONS: `--require ${JSON.stringify(join(root, "test/rig/late-modules.cjs"))}` };
