import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { runCommand } from "./run-command.mjs";

/** A cold start of the CLI takes about a second; what takes ten hangs. */
const patienceMs = 10_000;

/**
 * Asks a `pulumi` for its version.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {number} timeoutMs
 * @returns {Promise<{ version: string } | { why: string }>}
 */
async function askVersion(command, env, timeoutMs) {
  const { ok, why, output } = await runCommand(command, ["version"], { env, timeoutMs });
  if (!ok) return { why: `\`pulumi version\` failed (${why})` };
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output.trim())?.[1];
  return version ? { version } : { why: "`pulumi version` printed no version" };
}

/**
 * Starts a language host, which prints its port, and ends it again. Returns why it does not work, if so.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {number} timeoutMs
 */
async function tryLanguageHost(command, env, timeoutMs) {
  // A language host ends itself when nothing listens where it expects the engine.
  const engine = createServer((socket) => socket.destroy());
  await new Promise((resolve) => engine.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (engine.address());
  try {
    let works = false;
    const { why } = await runCommand(command, [`127.0.0.1:${port}`], {
      cwd: tmpdir(),
      env,
      timeoutMs,
      onLine: (line) => {
        works ||= /^\d+$/.test(line);
        return works ? "it works" : undefined;
      },
    });
    return works ? undefined : `its Node language host does not start (${why})`;
  } finally {
    engine.close();
  }
}

/**
 * Tries an engine: its version and its Node language host.
 * @param {string} command
 * @param {string} languageHost
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [timeoutMs] for each of the two
 * @returns {Promise<{ version: string } | { why: string }>}
 */
export async function probe(command, languageHost, env, timeoutMs = patienceMs) {
  try {
    const answer = await askVersion(command, env, timeoutMs);
    if ("why" in answer) return answer;
    const why = await tryLanguageHost(languageHost, env, timeoutMs);
    return why ? { why } : answer;
  } catch (error) {
    return { why: `it cannot be started (${/** @type {Error} */ (error).message})` };
  }
}
