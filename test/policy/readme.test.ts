import { describe, expect, it } from "vitest";
import { codeBlocks, read } from "../examples/read";

const page = read("policy/README.md");
const rules = [
  ...read("policy/index.ts").matchAll(/name: "([\w-]+)",\s+description: "[^"]+",\s+enforcementLevel: "(\w+)"/g),
].map(([, name = "", level = ""]) => [name, level]);

describe("policy/README.md", () => {
  it("lists every rule of the pack with its level", () => {
    expect(rules.length).toBeGreaterThan(5);
    const listed = [...page.matchAll(/^\| `([\w-]+)` \| `[\w.]+` \| (\w+) \|/gm)].map(([, name, level]) => [
      name,
      level,
    ]);
    expect(listed).toEqual(rules);
  });

  it("shows a configuration of rules that there are", () => {
    const [block] = codeBlocks(page).filter(({ language }) => language === "json");
    const config = JSON.parse(block?.text ?? "") as Record<string, unknown>;
    const names = rules.map(([name]) => name);
    expect(Object.keys(config).filter((name) => !names.includes(name))).toEqual([]);
    expect(config["lifecycle-has-release-time"]).toEqual({
      tagKey: "stage",
      productionValues: ["live"],
      undeclared: "refuse",
    });
  });

  it("gives the version of its own", () => {
    const { version } = JSON.parse(read("policy/package.json")) as { version: string };
    expect(page).toContain(`alicloud-lifecycle@v${version} `);
  });
});
