import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isExecutable } from "./is-executable.mjs";

const suffix = process.platform === "win32" ? ".exe" : "";

/** The package.json that a file belongs to, if it lies in a package's own folder. @param {string} file */
function packageOf(file) {
  try {
    return JSON.parse(readFileSync(join(dirname(file), "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @typedef {object} Candidate
 * @property {string} found where it stands on PATH
 * @property {string} [command] what to run
 * @property {string} [languageHost]
 * @property {string} [why] it can't be used
 */

/**
 * One `pulumi` on PATH, looked at without running it.
 * @param {string} found
 * @param {NodeJS.ProcessEnv} env
 * @returns {Candidate | undefined} undefined for our own launcher
 */
function lookAt(found, env) {
  let command = realpathSync(found);
  const manifest = packageOf(command);
  if (manifest?.name === "pulumi-engine") return undefined;
  if (manifest?.name === "pulumi") {
    // Pulumi's npm package downloads its engine on first use, into a folder that is the user's: look, don't run.
    const home = env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi");
    command = join(home, "versions", manifest.version, "bin", `pulumi${suffix}`);
    if (!isExecutable(command)) return { found, why: "the npm package `pulumi`, its engine not downloaded yet" };
    found = command;
  }
  const folders = [dirname(found), dirname(command)];
  const languageHost = folders.map((folder) => join(folder, `pulumi-language-nodejs${suffix}`)).find(isExecutable);
  if (!languageHost) return { found, why: "no Node language host (pulumi-language-nodejs) beside it" };
  const dynamic = process.platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
  if (!folders.some((folder) => existsSync(join(folder, dynamic)))) {
    return { found, why: `no ${dynamic} beside it` };
  }
  return { found, command: found, languageHost };
}

/**
 * Each `pulumi` on PATH, in its order, our own launcher left out.
 * @param {NodeJS.ProcessEnv} env
 */
export function pathCandidates(env) {
  const folders = [...new Set((env.PATH ?? "").split(delimiter).filter((folder) => folder !== ""))];
  return folders
    .map((folder) => join(folder, `pulumi${suffix}`))
    .filter(isExecutable)
    .map((found) => lookAt(found, env))
    .filter((candidate) => candidate !== undefined);
}
