import { cpSync, mkdirSync, readdirSync, lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedEngineFolder, markWhole } from "./cached-engine.mjs";
import { makeAside } from "./make-aside.mjs";
import { probe } from "./probe.mjs";
import { runCommand } from "./run-command.mjs";
import { runNpm } from "./run-npm.mjs";
import { engineVersion } from "./versions.mjs";

const vendor = join(dirname(fileURLToPath(import.meta.url)), "vendor");
const npmTimeoutMs = 60_000;
/** Without a single byte for so long, the download is taken to be blocked. */
const firstBytesMs = 20_000;
const stalledMs = 60_000;
const timeoutMs = 900_000;

/** Bytes in a folder; what vanishes meanwhile does not count. @param {string} folder @returns {number} */
function sizeOf(folder) {
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    try {
      const stats = lstatSync(join(folder, name));
      bytes += stats.isDirectory() ? sizeOf(join(folder, name)) : stats.size;
    } catch {
      // Removed by the download itself.
    }
  }
  return bytes;
}

/**
 * Has Pulumi's own npm package download the engine into our cache. Throws where that does not succeed.
 * @param {string} cache
 * @param {{ env: NodeJS.ProcessEnv, log: string, detail: (text: string) => void }} context
 */
export async function downloadEngine(cache, { env, log, detail }) {
  await makeAside(cache, cachedEngineFolder(cache), async (aside) => {
    const wrapper = join(aside, "wrapper");
    const temporary = join(aside, "tmp");
    cpSync(vendor, wrapper, { recursive: true });
    mkdirSync(temporary);
    // No retries: there is another way.
    const npmArgs = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=20000"];
    const npm = await runNpm(npmArgs, {
      cwd: wrapper,
      env,
      log,
      timeoutMs: npmTimeoutMs,
    });
    if (!npm.ok) throw new Error(`the npm package pulumi@${engineVersion} cannot be installed (${npm.why})`);

    const start = sizeOf(aside);
    let size = start;
    let grownAt = Date.now();
    const giveUp = () => {
      const now = sizeOf(aside);
      if (now !== size) grownAt = Date.now();
      size = now;
      const megabytes = (size - start) / 1e6;
      if (megabytes >= 0.1) detail(`${megabytes.toFixed(0)} MB`);
      const patienceMs = megabytes < 0.1 ? firstBytesMs : stalledMs;
      return Date.now() - grownAt > patienceMs ? `nothing arrived for ${patienceMs / 1_000} s` : undefined;
    };
    const run = await runCommand(process.execPath, [join(wrapper, "node_modules", "pulumi", "run.js"), "version"], {
      cwd: aside,
      env: {
        ...env,
        PULUMI_HOME: aside,
        PULUMI_VERSION: engineVersion,
        PULUMI_SKIP_UPDATE_CHECK: "1",
        TMPDIR: temporary,
      },
      log,
      timeoutMs,
      giveUp,
    });
    if (!run.ok) throw new Error(`Pulumi's download cannot be reached or did not end well (${run.why})`);

    const made = join(aside, "versions", engineVersion);
    const bin = join(made, "bin");
    const answer = await probe(join(bin, "pulumi"), join(bin, "pulumi-language-nodejs"), {
      ...env,
      PULUMI_HOME: aside,
    });
    if ("why" in answer) throw new Error(`what was downloaded does not work: ${answer.why}`);
    markWhole(made, "downloaded");
    return made;
  });
}
