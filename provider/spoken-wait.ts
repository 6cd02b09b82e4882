/** A wait that takes longer than this is worth a word, and another one every ten seconds: a call limit can hold it for minutes. */
export const firstWordMs = 2_000;
export const nextWordMs = 10_000;

/** Says for how many seconds the work has gone on, as long as it does. */
export async function spokenWait<T>(say: (seconds: number) => void, work: () => Promise<T>): Promise<T> {
  const begunMs = performance.now();
  const speak = () => {
    say(Math.round((performance.now() - begunMs) / 1_000));
    next = setTimeout(speak, nextWordMs);
  };
  let next = setTimeout(speak, firstWordMs);
  try {
    return await work();
  } finally {
    clearTimeout(next);
  }
}
