import { closeSync, openSync, writeSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createControlServer } from "./control-server";
import { defaultWorld } from "./default-world";
import type { ActiveFault, FaultRule } from "./faults";
import type { LedgerEntry } from "./ledger";
import type { Instance, InstanceFields } from "./model";
import { createRpcServer } from "./rpc-server";
import { World } from "./world";
import type { WorldFile } from "./world-input";
import { parseFault, parseInstance, parseWorld, WorldFileError } from "./world-file";

export interface EmulatorOptions {
  /** Port of the RPC API on 127.0.0.1. Default 0: a free one. */
  port?: number;
  /** Port of the control API on 127.0.0.1. Default 0: a free one. */
  controlPort?: number;
  /** What the world begins with, and whether time is judged strictly (`strictTime`, `tickPerRequestMs`). Default: three documented instances (see `defaultWorld`). */
  world?: WorldFile;
  /** A file to which every row of the ledger is appended, one JSON object a line. Default: none. */
  ledgerFile?: string;
  /** `real` (default): the machine's clock plus an offset that only grows. `virtual`: stands still until it is moved. */
  clock?: "real" | "virtual";
  /** Where all chance (request ids, faults with a probability) comes from. Default 1. */
  seed?: number;
}

export interface Emulator {
  /** Base address of the RPC API, for a client's `endpoint`. */
  readonly endpoint: string;
  /** Base address of the control API. */
  readonly control: string;
  /** A key pair that is accepted: the world's first one. */
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** The world itself, for whoever wants to look deeper or call `execute` on it. */
  readonly world: World;
  /** What was asked so far, oldest first; the last 10,000 rows. `since`: a row's `n`, or a time. */
  ledger(filter?: { action?: string; since?: string | number }): LedgerEntry[];
  /** Moves the world's clock forward, in milliseconds. */
  advance(ms: number): void;
  /** From now on these calls go wrong. */
  addFault(rule: FaultRule): ActiveFault;
  clearFaults(): void;
  /** One instance as it is now; undefined when it isn't listed. */
  instance(instanceId: string): Instance | undefined;
  /** Adds an instance, or changes one as somebody would by hand: `{ InstanceId, Status: "Stopped" }`. */
  patchInstance(fields: InstanceFields): Instance;
  /** Releases an instance as somebody would by hand, without any check. False when there is none. */
  releaseInstance(instanceId: string): boolean;
  /** World, clock and seed as they were at the start; no faults, an empty ledger. */
  reset(): void;
  /** Closes both ports and every connection. */
  stop(): Promise<void>;
}

/** Starts an emulator of ECS on two loopback ports. Rejects when a port is taken or the world has a mistake. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const file = parseWorld(options.world ?? defaultWorld);
  if (file.now !== undefined && options.clock !== "virtual") {
    throw new WorldFileError(
      "now: only a virtual clock can begin at a given time; choose that clock, or leave now out.",
    );
  }
  let ledgerFd = options.ledgerFile === undefined ? undefined : openSync(options.ledgerFile, "a");
  const world = new World(file, {
    clock: options.clock ?? "real",
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ledgerSink: (entry) => {
      // Written at once, so that the record survives whatever happens to this process.
      if (ledgerFd !== undefined) writeSync(ledgerFd, `${JSON.stringify(entry)}\n`);
    },
  });
  const rpc = createRpcServer(world);
  const control = createControlServer(world);
  const stop = async (): Promise<void> => {
    await Promise.all([close(rpc), close(control)]);
    if (ledgerFd !== undefined) closeSync(ledgerFd);
    ledgerFd = undefined;
  };
  try {
    const rpcPort = await listen(rpc, options.port ?? 0);
    const controlPort = await listen(control, options.controlPort ?? 0);
    const credential = world.toFile().credentials[0];
    return {
      endpoint: `http://127.0.0.1:${rpcPort}`,
      control: `http://127.0.0.1:${controlPort}`,
      accessKeyId: credential?.accessKeyId ?? "",
      accessKeySecret: credential?.accessKeySecret ?? "",
      world,
      ledger: (filter) => {
        world.settle();
        return world.ledger.entries(filter);
      },
      advance: (ms) => {
        world.advance(ms);
      },
      addFault: (rule) => world.addFault(parseFault(rule)),
      clearFaults: () => {
        world.clearFaults();
      },
      instance: (instanceId) => {
        world.settle();
        return world.find(instanceId)?.instance;
      },
      patchInstance: (fields) => world.putInstance(parseInstance(fields)),
      releaseInstance: (instanceId) => world.releaseInstance(instanceId),
      reset: () => {
        world.reset();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
