import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { partOf } from "../suites.mjs";
import { read, root } from "./read";

/** Promises that no test holds yet: this number may only go down. */
const untested = 0;

const [held = "", open = ""] = read("docs/contract.md").split("## Rules without a test");

function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| promise |"))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| /, "").replace(/ \|$/, "").trim()));
}

const rows = rowsOf(held).map(([promise = "", file = "", name = "", runBy = "", ...rest]) => ({
  promise,
  file: file.replaceAll("`", ""),
  name: name.replace(/^`|`$/g, ""),
  runBy: runBy.replaceAll("`", ""),
  rest,
}));
const runBy = { test: "npm test", rest: "npm run test:all" };

describe("docs/contract.md", () => {
  it("has a file and a test's name in each row", () => {
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(({ file, name, rest }) => file === "" || name.length < 6 || rest.length > 0)).toEqual([]);
  });

  it.each(rows)("$promise", ({ file, name }) => {
    expect(file).toMatch(/^test\/.*\.test\.ts$/);
    expect(existsSync(join(root, file))).toBe(true);
    expect(read(file)).toContain(name);
  });

  it("says which command runs each test; `npm run docs` writes it", () => {
    expect(rows.filter((row) => row.runBy !== runBy[partOf(row.file)])).toEqual([]);
  });

  it("makes no promise twice", () => {
    const promises = [...rows.map(({ promise }) => promise), ...rowsOf(open).map(([promise = ""]) => promise)];
    expect(promises.filter((promise, index) => promises.indexOf(promise) !== index)).toEqual([]);
  });

  it("has no more promises without a test than it had", () => {
    const without = rowsOf(open);
    expect(without.every(([, test]) => test === "no test yet")).toBe(true);
    expect(without.length).toBe(untested);
  });
});
