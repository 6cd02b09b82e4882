import { VirtualTime } from "../model/virtual-time";
import { judgeSequence } from "./judge-sequence";
import { type Searched, search } from "./search";
import type { Sequence } from "./sequence";

/** So many sequences from a seed, or one that is known. */
export type Task =
  | { readonly seed: number; readonly sequences: number }
  | { readonly seed: number; readonly path: string; readonly sequence: Sequence };

export type Done = { readonly searched: Searched } | { readonly error: string };

/** One process that does what it is sent, one task after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  process.on("message", (task: Task) => {
    void work(task, time).then((done) => process.send?.(done));
  });
}

async function work(task: Task, time: VirtualTime): Promise<Done> {
  try {
    if ("sequences" in task) return { searched: await search(task.seed, task.sequences, time) };
    const { violations, operations, requests } = await judgeSequence(task.sequence, time);
    const found = violations.length === 0 ? undefined : { ...task, violations };
    return { searched: { sequences: 1, operations, requests, found } };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

main();
