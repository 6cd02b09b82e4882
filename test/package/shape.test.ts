import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Layouts } from "./layouts";

/** What is packed is found by every runtime and every compiler setting that its package.json promises. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const layouts = new Layouts();
let bytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  bytes = new Uint8Array(readFileSync(await layouts.tarball()));
});
afterAll(() => layouts.remove());

describe("the packed package", () => {
  it("has nothing that publint finds wrong or would better", async () => {
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, level: "suggestion", strict: true });
    expect(messages).toEqual([]);
  });

  it("has types that are right for every way to resolve them, old ones too", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(bytes));
    if (analysis.types === false) throw new Error("it has no types");
    expect(analysis.problems).toEqual([]);
    // An entry that was not looked at has no problems either.
    for (const entry of [".", "./provider", "./emulator"]) {
      const { resolutions } = analysis.entrypoints[entry] ?? {};
      for (const kind of ["node10", "node16-cjs", "node16-esm", "bundler"] as const) {
        expect(resolutions?.[kind].resolution?.isTypeScript, `${entry} by ${kind}`).toBe(true);
      }
    }
  });
});
