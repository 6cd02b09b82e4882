// The virtual environment with the vendor's Python SDKs. Made once, in the project's cache folder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../engine/cache-folder.mjs";
import { makeAside } from "../../engine/make-aside.mjs";
import { runCommand } from "../../engine/run-command.mjs";
import { withLock } from "../../engine/with-lock.mjs";

const requirementsFile = join(import.meta.dirname, "python", "requirements.txt");
const lowestVersion = [3, 9];
const installTimeoutMs = 150_000;
const needed = `The vendor's Python SDKs are tried against the emulator, and that needs Python ${lowestVersion.join(".")} or newer with venv and pip.`;
const install = "Install it (Debian and Ubuntu: `apt-get install python3 python3-venv`), then run the tests again.";

const question = `
import json, sys, sysconfig
missing = []
for name in ("venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({"version": list(sys.version_info[:3]), "platform": sysconfig.get_platform(), "base": sys.base_prefix, "missing": missing}))
`;

/**
 * The Python of an environment in which `python/requirements.txt` is installed. The first call installs it, which needs the
 * network; a Python that is missing or too old, or an install that fails, is an error that says how to go on.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the path of its python
 */
export async function pythonEnvironment(env = process.env) {
  const { version, platform, base } = askPython(env);
  const requirements = readFileSync(requirementsFile, "utf8");
  const hash = createHash("sha256")
    .update(JSON.stringify([requirements, version, platform, base]))
    .digest("hex")
    .slice(0, 16);
  const cache = cacheFolder(env);
  const folder = join(cache, `python-clients-${hash}`);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  // Several test files want it at once: one makes it, the others wait.
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(python)) await make(cache, folder, env);
  });
  return python;
}

/** @param {NodeJS.ProcessEnv} env */
function askPython(env) {
  let answer;
  try {
    answer = execFileSync("python3", ["-c", question], { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    const why = /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT" ? "There is no python3 on PATH" : error;
    throw new Error(`${needed} ${why}. ${install}`);
  }
  /** @type {{ version: [number, number, number], platform: string, base: string, missing: string[] }} */
  const python = JSON.parse(answer);
  const [major, minor] = python.version;
  if (major !== lowestVersion[0] || minor < lowestVersion[1]) {
    throw new Error(`${needed} The python3 on PATH is ${python.version.join(".")}. ${install}`);
  }
  if (python.missing.length > 0) {
    throw new Error(`${needed} The python3 on PATH has no ${python.missing.join(" and no ")}. ${install}`);
  }
  return python;
}

/**
 * Only bin/python is used afterwards: it finds its packages wherever the folder is, unlike the scripts beside it.
 * @param {string} cache
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function make(cache, folder, env) {
  await makeAside(cache, folder, async (aside) => {
    const made = join(aside, "venv");
    const python = join(made, "bin", "python");
    const pip = [
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
      "--no-input",
      "--timeout",
      "15",
      "--retries",
      "1",
    ];
    for (const [command, args] of /** @type {[string, string[]][]} */ ([
      ["python3", ["-m", "venv", made]],
      [python, [...pip, "-r", requirementsFile]],
      [python, ["-m", "pip", "check"]],
    ])) {
      const { ok, why, output } = await runCommand(command, args, { env, timeoutMs: installTimeoutMs });
      if (ok) continue;
      const end = output.trim().split("\n").slice(-15).join("\n");
      throw new Error(
        `The vendor's Python SDKs could not be installed (${why}). ` +
          "With a network that reaches a Python package index (pip's own settings and variables count), run the tests again; " +
          `once installed in ${folder} they need no network.\n${end}`,
      );
    }
    return made;
  });
}
