import { defineConfig } from "vitest/config";

/** The tests that watch over what decides: tables and properties without processes, so that thousands of mutants can be tried. */
export default defineConfig({
  test: {
    include: process.env.MUTANTS_TESTS?.split(",") ?? [
      "test/core/**/*.test.ts",
      "test/program/**/*.test.ts",
      "test/lifecycle/**/*.test.ts",
      "test/reconcile/**/*.test.ts",
      "test/ecs/**/*.test.ts",
      "test/lab/stories.test.ts",
    ],
    // One of these switches the process's zone, which a thread can't.
    exclude: ["test/core/schedule/**"],
    setupFiles: ["lab/fixed-seed.ts"],
    // On a busy machine a slow test must not pass for one that has noticed something.
    testTimeout: 60_000,
  },
});
