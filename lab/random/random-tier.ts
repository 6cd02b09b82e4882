import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askWorkers } from "../explore/ask-workers";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import type { Found, Searched } from "./search";
import type { Sequence } from "./sequence";
import type { Task } from "./worker";

export interface RandomOptions extends TierOptions {
  /** The same ones for the same seed, however many jobs there are. */
  readonly sequences: number;
  readonly jobs: number;
  /** Where a sequence that went wrong is kept, made as short as it goes. */
  readonly folder?: string | undefined;
  /** Only the sequence in this file. */
  readonly replay?: string | undefined;
}

/** A sequence that went wrong, as it is kept: whoever replays it needs nothing else. */
interface Kept {
  readonly seed: number;
  readonly path: string;
  readonly sequence: Sequence;
}

/** One that goes wrong ends its block, so a block is small; and each begins with a seed of its own. */
const inOneBlock = 25;

/** Sequences by chance, each told and judged to its end. Rejects when a process dies: a run that is not whole proves nothing. */
export async function randomSequences(options: RandomOptions): Promise<TierReport> {
  const startedMs = Date.now();
  const tasks = options.replay === undefined ? blocksOf(options) : [readKept(options.replay)];
  const done: Searched[] = [];
  const keep = (_task: Task, searched: Searched) => {
    done.push(searched);
    const wrong = done.filter(({ found }) => found !== undefined).length;
    options.progress(`random sequences: ${sum(done, "sequences")} of ${options.sequences}, ${wrong} went wrong`);
  };
  await askWorkers<Task, Searched>(join(__dirname, "worker.js"), options.jobs, tasks, keep);
  const sequences = sum(done, "sequences");
  return {
    tier: "random sequences",
    scenarios: sequences,
    enumerated: 0,
    covered: 0,
    executions: sequences,
    failures: done.flatMap(({ found }) => (found === undefined ? [] : [failed(found, options.folder)])),
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures: { operations: sum(done, "operations"), requests: sum(done, "requests") },
  };
}

function blocksOf({ seed, sequences }: RandomOptions): Task[] {
  return Array.from({ length: Math.ceil(sequences / inOneBlock) }, (_, block) => ({
    // fast-check's seeds are whole numbers of 32 bits.
    seed: (Math.imul(seed, 1_000_003) + block) | 0,
    sequences: Math.min(inOneBlock, sequences - block * inOneBlock),
  }));
}

function readKept(file: string): Task {
  const { seed, path, sequence } = JSON.parse(readFileSync(file, "utf8")) as Kept;
  return { seed, path, sequence };
}

function failed({ seed, path, sequence, violations }: Found, folder: string | undefined): Failure {
  const kept: Kept = { seed, path, sequence };
  const name = `sequence-${seed}.json`;
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `${JSON.stringify(kept, undefined, 2)}\n`);
  }
  const { steps, machines } = sequence;
  const file = folder === undefined ? name : join(folder, name);
  return {
    scenario: `${steps.length} steps, ${machines.length} machines: ${JSON.stringify(sequence)}`,
    call: -1,
    action: "",
    fault: `seed ${seed}, path ${path}`,
    violations,
    replay: `npm run lab -- --only random --replay ${file}`,
  };
}

function sum(done: readonly Searched[], key: "sequences" | "operations" | "requests"): number {
  return done.reduce((total, one) => total + one[key], 0);
}
