import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { differingReports, entries } from "../../release/api-report.mjs";
import { repository } from "./layouts";

/** A change of what users see as types is seen in the review as a change of etc/. */

vi.setConfig({ testTimeout: 120_000 });

const copy = mkdtempSync(join(tmpdir(), "lifecycle-api-test-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("etc/ (`npm run api` writes it anew)", () => {
  it("has a report for each entry with declarations", () => {
    const { exports } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      exports: Record<string, { types?: string } | string>;
    };
    const declared = Object.entries(exports).flatMap(([entry, target]) =>
      typeof target === "object" && target.types !== undefined ? [[entry, target.types.replace(/^\.\//, "")]] : [],
    );
    expect(Object.entries(entries).map(([entry, { declarations }]) => [entry, declarations])).toEqual(declared);
  });

  it("says what the built declarations say", () => {
    expect(differingReports({ write: false })).toEqual([]);
  });

  it("would not, if a method of ./provider had another argument", () => {
    cpSync(join(repository, "etc"), copy, { recursive: true });
    const file = join(copy, "provider.api.md");
    const changed = readFileSync(file, "utf8").replace(
      "read(id: string, props",
      "read(id: string, name: string, props",
    );
    writeFileSync(file, changed);
    expect(differingReports({ write: false, folder: copy })).toEqual(["provider.api.md"]);
    expect(readFileSync(file, "utf8")).toBe(changed);
  });
});
