import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const npm = (script) => ["npm", ["run", "-s", script]];
const node = (...args) => [process.execPath, args];

/**
 * What is run, a command or the tests of some folders. `part` says by which of the two: "test" is `npm test`, "rest" is what
 * only `npm run test:all` has. A suite without one has files in both.
 */
export const suites = [
  { name: "types", command: npm("typecheck"), part: "test" },
  { name: "format and lint", command: npm("lint"), part: "test" },
  { name: "import rules", command: npm("imports"), part: "test" },
  { name: "core", tests: ["test/core/", "test/reconcile/", "test/ecs/", "test/program/", "test/lifecycle/"] },
  { name: "laboratory", tests: ["test/lab/"] },
  { name: "emulator", tests: ["test/emulator/", "test/sdk-models/"] },
  { name: "other clients", tests: ["test/clients/"] },
  { name: "emulator's page", tests: ["test/page/"] },
  { name: "command line", tests: ["test/cli/"] },
  { name: "engine setup", tests: ["test/engine-setup/"] },
  { name: "provider host", tests: ["test/host/"] },
  { name: "package", tests: ["test/package/"] },
  { name: "policy pack", tests: ["test/policy/"] },
  { name: "examples and README", tests: ["test/examples/"] },
  { name: "real engine", tests: ["test/engine/"] },
  { name: "stories", tests: ["test/stories/"] },
  { name: "sample of the lab", command: node("dist/lab/main.js", "--sample"), part: "test" },
  { name: "npm run lab", command: node("dist/lab/main.js"), part: "rest" },
  { name: "story (npm start)", command: node("dist/story/main.js"), part: "test" },
];

/** Of these folders `npm test` has what stands here; all the rest of them takes its time on the real engine. */
const essential = {
  "test/engine/": [
    "converge.test.ts", // first adoption, and drift
    "preview-truth.test.ts", // what the preview says is what the ledger has
    "refused.test.ts",
    "limits.test.ts",
    "failure.test.ts",
    "killed.test.ts",
    "removal.test.ts",
    "releases.test.ts",
    "examples-by-time.test.ts", // a schedule, and a fleet
    "runtime.test.ts",
  ],
  "test/stories/": [],
};

/** Of all other folders `npm test` has everything but this; beside it stands what it has of the same. */
const later = [
  "test/cli/report/mermaid.test.ts", // browser.test.ts, renderers.test.ts
  "test/emulator/properties.test.ts", // every other file of that folder
  "test/examples/peak-capacity.test.ts", // programs.test.ts; these two install the vendor's provider
  "test/examples/with-alicloud.test.ts",
  "test/host/schedule.test.ts", // examples-by-time.test.ts
  "test/package/installed.test.ts", // serialized-text.test.ts installs the package, too
  "test/sdk-models/generated.test.ts", // over-http.test.ts
];

/** @returns {"test" | "rest"} by which of the two a test file is run */
export function partOf(file) {
  for (const [folder, files] of Object.entries(essential)) {
    if (file.startsWith(folder)) return files.includes(file.slice(folder.length)) ? "test" : "rest";
  }
  return later.includes(file) ? "rest" : "test";
}

/** The files that are named above, for a test that there are such. */
export const named = [
  ...later,
  ...Object.entries(essential).flatMap(([folder, files]) => files.map((file) => `${folder}${file}`)),
];

/** Every test file, in the order of its name. */
export const testFiles = readdirSync(join(root, "test"), { recursive: true })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".test.ts"))
  .sort();

/** @returns the suite whose file this is */
export function suiteOf(file) {
  return suites.find(({ tests = [] }) => tests.some((folder) => file.startsWith(folder)));
}
