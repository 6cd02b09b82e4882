import { tmpdir } from "node:os";
import { join } from "node:path";

/** Mutation testing of what decides: each change of a line that no test notices is a line that nobody watches. */
export default {
  testRunner: "vitest",
  vitest: { configFile: "lab/vitest.mutants.config.mts" },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: [
    "provider/core/*.ts",
    "provider/reconcile/*.ts",
    "provider/methods/*.ts",
    "provider/program/*.ts",
    "provider/ecs/*.ts",
  ],
  coverageAnalysis: "perTest",
  ignoreStatic: false,
  concurrency: 2,
  // Generous: on a busy machine a slow test must not pass for a change that hangs, which would count as noticed.
  timeoutMS: 60_000,
  // Not in the tree, where format and lint would find the copy.
  tempDirName: join(tmpdir(), `lifecycle-mutants-${process.pid}`),
  cleanTempDir: "always",
  reporters: ["progress-append-only", "json"],
  jsonReporter: { fileName: ".tmp-mutants/mutants.json" },
};
