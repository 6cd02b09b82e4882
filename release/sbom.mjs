// `npm run sbom`: what a user gets beside this package, with versions, checksums and licences, in CycloneDX's form.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");

/** Of package.json: what a user's npm doesn't install, or takes from the user's own program. */
const notInstalled = ["workspaces", "devDependencies", "peerDependencies", "peerDependenciesMeta", "scripts"];

/**
 * The runtime dependencies and all that they need, at the versions of package-lock.json. Needs no network.
 *
 * `npm sbom --omit dev` in the clone won't do: it ends at the examples, which have no version, and leaves out every package that
 * a development dependency needs too. So npm prunes a copy of the lock, and describes that.
 */
export async function sbom() {
  const temporary = mkdtempSync(join(tmpdir(), "lifecycle-sbom-"));
  try {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    // npm takes the component's name from its folder.
    const folder = join(temporary, manifest.name);
    mkdirSync(folder);
    for (const key of notInstalled) delete manifest[key];
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    copyFileSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
    await npm(folder, ["install", "--package-lock-only", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"]);
    return JSON.parse(await npm(folder, ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Runs the npm that runs us, or the one on PATH; returns what it printed on stdout, which can be long. */
async function npm(cwd, args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith("npm-cli.js") ? [process.execPath, [script]] : ["npm", []];
  const { stdout } = await promisify(execFile)(command, [...first, ...args], { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = resolve(process.argv[2] ?? join(root, ".release", "sbom.cdx.json"));
  const bill = await sbom();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  console.log(`${file}: ${bill.components.length} packages`);
}
