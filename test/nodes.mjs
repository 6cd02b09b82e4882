// `npm run test:nodes [-- 22 24]`: tests of the engine with other Nodes and the newest Pulumi SDK, for program and provider.
// Nodes and SDK come from the npm registry into our cache folder; the clone's own node_modules stay as they are.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../engine/cache-folder.mjs";

const root = join(import.meta.dirname, "..");
const cache = join(cacheFolder(), "nodes");
const sdk = "@pulumi/pulumi";

/** From a first adoption to a removal, and what proves that the claimed Node and SDK are used. */
const tests = ["test/engine/runtime.test.ts", "test/engine/converge.test.ts", "test/engine/removal.test.ts"];

const known = ["22", "24"];
const wanted = process.argv.slice(2);
const unknown = wanted.find((major) => !known.includes(major));
if (unknown !== undefined) {
  console.error(`test:nodes: ${unknown} is none of ${known.join(", ")}; name one of these, or none for all`);
  process.exit(2);
}

let failed = 0;
const summary = [];
for (const major of wanted.length > 0 ? wanted : known) {
  const startedMs = Date.now();
  const node = await installNode(major);
  const modules = await installProgram(node);
  const version = readVersion(join(modules, sdk));
  const claimed = `v${readVersion(dirname(dirname(node)))}`;
  console.log(`\n=== Node ${claimed}, ${sdk} ${version} ===`);
  const code = await spawned(node, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...tests], {
    cwd: root,
    env: {
      ...withNode(node),
      LIFECYCLE_TEST_NODE: claimed,
      LIFECYCLE_TEST_SDK: version,
      LIFECYCLE_TEST_MODULES: modules,
    },
  });
  if (code !== 0) failed++;
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  summary.push(`Node ${claimed}, ${sdk} ${version}: ${code === 0 ? "passed" : "failed"}, ${seconds} s`);
}
console.log(`\n${summary.join("\n")}`);
process.exitCode = failed === 0 ? 0 : 1;

/** The program `node` of a major version, as the npm registry has it for this machine. */
async function installNode(major) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(cache, `node-${major}`);
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  console.log(`Node ${major}: ${existsSync(node) ? "looking for a newer one" : "downloading"} (${name})`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  await npm(folder, process.env, ["install", `${name}@${major}`]);
  return node;
}

/** A program's node_modules with the packed package and the newest SDK, installed by that Node. */
async function installProgram(node) {
  const folder = join(cache, "program");
  console.log(`packing, and installing it beside the newest ${sdk}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await npm(root, process.env, ["pack", "--silent", "--pack-destination", folder]);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  await npm(folder, withNode(node), ["install", `./${tarball}`, `${sdk}@latest`]);
  return join(folder, "node_modules");
}

function readVersion(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

function withNode(node) {
  return { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
}

/** What npm says is shown only where it fails. */
async function npm(cwd, env, args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith("npm-cli.js") ? ["node", [script]] : ["npm", []];
  const all = [...first, ...args, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const code = await spawned(command, all, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}`);
}

function spawned(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
