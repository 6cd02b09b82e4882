import { runCommand } from "./run-command.mjs";

/**
 * Runs the npm that runs us, or the one on PATH.
 * @param {string[]} args
 * @param {import("./run-command.mjs").CommandOptions} options
 */
export async function runNpm(args, options) {
  // `npm run -s` hands its silence on, and with it the reason for a failure.
  const aloud = [...args, "--loglevel=warn"];
  const script = (options.env ?? process.env).npm_execpath;
  const [command, first] = script?.endsWith("npm-cli.js") ? [process.execPath, [script]] : ["npm", []];
  try {
    return await runCommand(command, [...first, ...aloud], options);
  } catch (error) {
    return { ok: false, why: `npm could not be started: ${/** @type {Error} */ (error).message}`, output: "" };
  }
}
