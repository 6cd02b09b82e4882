import { type ChildProcess, fork } from "node:child_process";

/** What a worker answers: what it was asked for, or why there is none. */
export type Answered<Answer> = { readonly answer: Answer } | { readonly error: string };

/** Stories make much that lives briefly: with more room for the young, the same ones take an eighth less of the processor. */
const roomy = ["--max-semi-space-size=32"];

/**
 * Hands questions to as many processes as there are jobs, one after another, until none is left. Rejects when one of them
 * dies or fails: a run that is not whole proves nothing.
 */
export async function askWorkers<Question, Answer>(
  script: string,
  jobs: number,
  questions: readonly Question[],
  keep: (question: Question, answer: Answer) => void,
  execArgv: readonly string[] = process.execArgv,
): Promise<void> {
  const left = [...questions];
  const drain = async (): Promise<void> => {
    if (left.length === 0) return;
    const worker = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [...execArgv, ...roomy] });
    try {
      for (let question = left.shift(); question !== undefined; question = left.shift()) {
        const answered = await ask<Question, Answer>(worker, question);
        if ("error" in answered) throw new Error(`${JSON.stringify(question)}: ${answered.error}`);
        keep(question, answered.answer);
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: jobs }, drain));
}

function ask<Question, Answer>(worker: ChildProcess, question: Question): Promise<Answered<Answer>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`a worker ended with ${code} at ${JSON.stringify(question)}`));
    worker.once("exit", onExit);
    worker.once("message", (answered: Answered<Answer>) => {
      worker.off("exit", onExit);
      resolve(answered);
    });
    worker.send(question as object);
  });
}

/** The other side: answers every question, and stays until it is ended, or nobody is there to be answered. */
export function answerAll<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.once("disconnect", () => process.exit());
  process.on("message", (question: Question) => {
    void answer(question).then(
      (given) => process.send?.({ answer: given }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
