import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { argumentNames } from "../../provider/core/normalize";
import { anchor, codeBlocks, pages, read, root } from "./read";

describe("README", () => {
  const program = codeBlocks(read("README.md")).find(({ language }) => language === "ts");

  it("shows the smallest program as examples/single has it", () => {
    expect(program?.text).toBe(read("examples/single/index.ts"));
  });

  it("keeps that program under 15 lines", () => {
    expect(program?.text.trimEnd().split("\n").length).toBeLessThan(15);
  });

  it("has a block for the story's output", () => {
    expect(read("README.md")).toMatch(/<!-- story:begin -->[\s\S]*<!-- story:end -->/);
  });

  it("names every argument and every output that there is", () => {
    const outputs = /const outputNames = \[([\s\S]*?)\]/.exec(read("provider/resource.ts"))?.[1] ?? "";
    const names = [...argumentNames, ...[...outputs.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name)];
    expect(names.length).toBeGreaterThan(20);
    const tables = read("README.md")
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .join("\n");
    expect(names.filter((name) => !new RegExp(`\`${name}[\`.]`).test(tables))).toEqual([]);
  });
});

describe("the README in Chinese", () => {
  const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];

  it("has the same code blocks in the same order, but for the story, which is told in one place", () => {
    const story = /<!-- story:begin -->[\s\S]*<!-- story:end -->/;
    expect(codeBlocks(chinese)).toEqual(codeBlocks(english.replace(story, "")));
  });

  it("has the same chapters", () => {
    const levels = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level);
    const prose = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, "");
    expect(levels(prose(chinese))).toEqual(levels(prose(english)));
  });

  it("names in its tables what the English one names", () => {
    const named = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => [...line.matchAll(/`[^`]+`/g)].map(([name]) => name).sort());
    expect(named(chinese)).toEqual(named(english));
  });

  it("links to the same files", () => {
    const links = (text: string) =>
      new Set(
        [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, path = ""]) => path).filter((path) => !/^README/.test(path)),
      );
    expect(links(chinese)).toEqual(links(english));
  });
});

describe.each(pages())("%s", (page) => {
  const text = read(page);

  it("is not empty and holds no placeholder", () => {
    expect(text.trim().length).toBeGreaterThan(100);
    // Words that a run's output or a measurement takes the place of.
    expect(text.match(/^[A-Z][A-Z_]{4,}$/gm) ?? []).toEqual([]);
  });

  it("links to files and headings that exist", () => {
    const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !link.includes("://"))
      .filter((link) => {
        const [path = "", heading] = link.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(root, target))) return true;
        if (heading === undefined) return false;
        const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => anchor(title));
        return !headings.includes(heading);
      });
    expect(broken).toEqual([]);
  });

  it("names npm scripts that exist", () => {
    const scripts = Object.keys(
      (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts,
    ).concat(page.startsWith("examples/with-alicloud-instance") ? ["typecheck"] : []);
    const named = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script = ""]) => script);
    if (/\bnpm start\b/.test(text)) named.push("start");
    if (/\bnpm test\b/.test(text)) named.push("test");
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it("draws something in each Mermaid block", () => {
    const diagrams = codeBlocks(text).filter(({ language }) => language === "mermaid");
    for (const { text: diagram } of diagrams) {
      expect(diagram).toMatch(/^(flowchart (LR|TD)|sequenceDiagram|stateDiagram-v2)\n/);
      expect(diagram.trim().split("\n").length).toBeGreaterThan(3);
    }
    expect(diagrams.length).toBe(text.split("```mermaid").length - 1);
  });

  it("closes its code blocks", () => {
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
  });
});

it("draws the architecture", () => {
  const diagrams = codeBlocks(read("docs/architecture.md")).filter(({ language }) => language === "mermaid");
  expect(diagrams.length).toBeGreaterThan(0);
});
