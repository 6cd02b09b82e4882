import { answerAll } from "../explore/ask-workers";
import { VirtualTime } from "../model/virtual-time";
import { judgeSequence } from "./judge-sequence";
import { type Searched, search } from "./search";
import type { Sequence } from "./sequence";

/** So many sequences from a seed, or one that is known. */
export type Task =
  | { readonly seed: number; readonly sequences: number }
  | { readonly seed: number; readonly path: string; readonly sequence: Sequence };

/** One process that does what it is sent, one task after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  answerAll((task: Task) => work(task, time));
}

async function work(task: Task, time: VirtualTime): Promise<Searched> {
  if ("sequences" in task) return await search(task.seed, task.sequences, time);
  const { violations, operations, requests } = await judgeSequence(task.sequence, time);
  const found = violations.length === 0 ? undefined : { ...task, violations };
  return { sequences: 1, operations, requests, found };
}

main();
