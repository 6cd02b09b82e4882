import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.mjs";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // For two cores: tests of the engine wait for processes and clocks a good part of their time.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
