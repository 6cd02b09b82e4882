import { appendFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { DesiredReleaseTime } from "./core/model";

/** What a declaration says of the release time; all that a delete elsewhere has to know of it. */
export type DeclaredTime = DesiredReleaseTime["kind"] | "unreadable";

/** The other provider processes of a run: each explicit provider has one of its own, and none sees what the others check. */
export interface Peers {
  /** A machine is declared here, in this run. */
  tell(machine: string, releaseTime: DeclaredTime): void;
  /** What another process of this run has told of a machine. */
  heardOf(machine: string): DeclaredTime | undefined;
}

export const noPeers: Peers = { tell: () => undefined, heardOf: () => undefined };

interface Told {
  readonly machine: string;
  readonly releaseTime: DeclaredTime;
}

/**
 * Over files, for there is no other way: the engine calls each process for itself, and a delete gets nothing but old
 * outputs. A folder for each engine, by its address, and in it a file for each process. A file counts as long as its process
 * lives; the engine ends them all at the end of a run, so what a killed run has left says nothing, and is removed by the next.
 *
 * @param engineAddress `127.0.0.1:43210`, unique as long as that engine lives.
 */
export function peersOf(engineAddress: string, warn: (text: string) => void): Peers {
  const parent = join(tmpdir(), `pulumi-alicloud-lifecycle-${userInfo().username}`);
  const folder = join(parent, engineAddress.replaceAll(/[^\w.-]/g, "_"));
  const own = join(folder, String(process.pid));
  let ready: boolean | undefined;
  const prepare = (): boolean => {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o700 });
      if (!isOurs(parent)) throw new Error(`${parent} belongs to somebody else`);
      removeStale(parent);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      rmSync(own, { force: true });
      beforeTheEnd(() => {
        rmSync(own, { force: true });
        rmdirSync(folder);
        rmdirSync(parent);
      });
      return true;
    } catch (error) {
      warn(`machines that move from one provider to another can't be told from removed ones: ${String(error)}`);
      return false;
    }
  };
  return {
    tell: (machine, releaseTime) => {
      ready ??= prepare();
      if (ready) appendFileSync(own, `${JSON.stringify({ machine, releaseTime })}\n`, { mode: 0o600 });
    },
    heardOf: (machine) => {
      ready ??= prepare();
      if (!ready) return undefined;
      return told(folder, String(process.pid)).findLast((one) => one.machine === machine)?.releaseTime;
    },
  };
}

/** The engine ends a provider with SIGINT, after which Node runs nothing more by itself. */
function beforeTheEnd(cleanUp: () => void): void {
  const tryTo = () => {
    try {
      cleanUp();
    } catch {
      // A folder that others still use is not empty, and theirs to remove.
    }
  };
  process.once("exit", tryTo);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      tryTo();
      // With this handler gone, the signal does what it always did.
      process.kill(process.pid, signal);
    });
  }
}

function told(folder: string, except: string): readonly Told[] {
  const files = readdirSync(folder).filter((name) => name !== except && isAlive(Number(name)));
  return files.flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      // The last line may be in the making.
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Told),
  );
}

/** What processes have left that are no more. */
function removeStale(parent: string): void {
  for (const folder of readdirSync(parent)) {
    const path = join(parent, folder);
    const isInUse = readdirSync(path).some((name) => isAlive(Number(name)));
    if (!isInUse) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Where anybody may write, somebody else could make a folder in which our machines are declared. Windows has a folder for each user. */
function isOurs(path: string): boolean {
  const { uid } = lstatSync(path);
  return process.getuid === undefined || uid === process.getuid();
}
