const out = process.stderr;
const everyMs = out.isTTY ? 1_000 : 10_000;

/** @param {number} since */
function seconds(since) {
  const s = (Date.now() - since) / 1_000;
  return s < 10 ? `${s.toFixed(1)} s` : `${Math.round(s)} s`;
}

/**
 * Does some work, with a line at its start and end and, in between, one that is rewritten on a terminal or, elsewhere, a new one every 10 s.
 * @template T
 * @param {string} title
 * @param {(detail: (text: string) => void) => Promise<T>} work `detail` says what it is at
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
  const since = Date.now();
  let detail = "";
  const write = (/** @type {string} */ text) => out.write(out.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  const state = () => `set-up: ${title}: ${seconds(since)}${detail && `, ${detail}`}`;
  const oneLine = () => state().slice(0, out.isTTY ? Math.max(20, (out.columns || 80) - 1) : 200);
  write(`set-up: ${title} …`);
  const timer = setInterval(() => write(oneLine()), everyMs);
  try {
    const result = await work((text) => {
      detail = text;
    });
    write(`set-up: ${title}: done in ${seconds(since)}`);
    return result;
  } catch (error) {
    write(`set-up: ${title}: did not work, after ${seconds(since)}`);
    throw error;
  } finally {
    clearInterval(timer);
    if (out.isTTY) out.write("\n");
  }
}
