import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import * as plan from "../../provider/core/plan";
import * as steps from "../../provider/core/steps";
import { argumentNames } from "../../provider/core/normalize";
import { read, root } from "./read";

interface Generator {
  readonly reference: () => string;
  readonly states: (core: object) => string;
  readonly contract: (page: string) => string;
}

/** What `npm run docs` uses; here it is given the sources of the core, there what was built of them. */
let generator: Generator;
beforeAll(async () => {
  generator = (await import(pathToFileURL(join(root, "docs", "generate.mjs")).href)) as Generator;
});

describe("pages that are made from the code (`npm run docs` makes them anew)", () => {
  it("docs/reference.md is what the comments say", () => {
    expect(read("docs/reference.md")).toBe(generator.reference());
  });

  it("docs/states.md is what the code decides", () => {
    expect(read("docs/states.md")).toBe(generator.states({ ...plan, ...steps }));
  });

  it("docs/contract.md says of each promise which command runs its test", () => {
    const page = read("docs/contract.md");
    expect(page, "run `npm run docs` after a new row, or a file that went to the other command").toBe(
      generator.contract(page),
    );
  });

  it("docs/contract.md gets the command where a row is written without it, or with the wrong one", () => {
    const row = "| No promise | `test/core/plan.test.ts` | `a name` |";
    expect(generator.contract(row)).toBe(`${row} \`npm test\` |`);
    expect(generator.contract(`${row} \`npm run test:all\` |`)).toBe(`${row} \`npm test\` |`);
    const long = row.replace("core/plan", "engine/fleet");
    expect(generator.contract(long)).toBe(`${long} \`npm run test:all\` |`);
  });

  it("docs/reference.md has every argument and output, each with a meaning", () => {
    const page = read("docs/reference.md");
    const missing = argumentNames.filter((name) => !new RegExp(`^#{3,4} ${name}$`, "m").test(page));
    expect(missing).toEqual([]);
    expect(page).not.toMatch(/\|\s*\|$/m);
    expect(page).not.toMatch(/undefined|\[object/);
  });
});
