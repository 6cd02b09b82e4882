const firstAfterMs = 2_000;
const thenEveryMs = 10_000;

/** Says on stderr what is waited for, when it takes longer than two seconds, and again every ten. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const say = (): void => {
    process.stderr.write(`… ${what} (${Math.round((Date.now() - startedMs) / 1_000)} s)\n`);
    timer = setTimeout(say, thenEveryMs);
  };
  let timer = setTimeout(say, firstAfterMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
