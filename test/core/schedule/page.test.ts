import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { declaredStateAt } from "../../../provider/core/schedule/declared-state";
import { normalize } from "../../../provider/core/normalize";
import { normalizeTimed } from "../../../provider/core/normalize-timed";
import { scheduledState } from "../../../provider/scheduled-state";
import { codeBlocks, read } from "../../examples/read";

const page = read("docs/schedules.md");

interface Example {
  readonly args: Readonly<Record<string, unknown>>;
}

/** Runs a block of the page; a fault in its syntax is thrown. */
function exampleOf(text: string): Example {
  const { outputText, diagnostics } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  const fault = diagnostics?.[0]?.messageText;
  if (fault !== undefined) throw new Error(ts.flattenDiagnosticMessageText(fault, "\n"));
  return runInNewContext(`${outputText}; ({ args })`) as Example;
}

/** Each block with the rows of the table that follows it. */
const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```\n\n\| at \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)].map(
  ([, text = "", table = ""]) => ({
    text,
    rows: [...table.matchAll(/^\| (\w{3}) (\S+) \| (.+?) \| (\S+) \|$/gm)].map(
      ([, weekday = "", at = "", state = "", next = ""]) => ({ weekday, at, state, next }),
    ),
  }),
);

it("every example has a table, and every line of the tables is read", () => {
  expect(examples.length).toBe(codeBlocks(page).filter(({ language }) => language === "ts").length);
  const lines = page.split("\n").filter((line) => /^\| \w{3} \d{4}-/.test(line));
  expect(examples.flatMap(({ rows }) => rows).length).toBe(lines.length);
  expect(lines.length).toBeGreaterThan(20);
});

describe.each(examples)("$text", ({ text, rows }) => {
  const { args } = exampleOf(text);
  const { failures, schedule } = normalizeTimed({ ...args });

  it.each(rows)("$weekday $at is $state, until $next", ({ weekday, at, state, next }) => {
    expect(failures).toEqual([]);
    if (schedule === undefined) throw new Error("no schedule");
    const atMs = Date.parse(at);
    const names = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: schedule.zone });
    expect(names.format(atMs)).toBe(weekday);
    const answer = declaredStateAt(schedule, atMs);
    expect(answer.state === undefined ? "not managed" : `\`${answer.state}\``).toBe(state);
    expect(answer.nextChangeAt === undefined ? "never" : Date.parse(answer.nextChangeAt)).toBe(
      next === "never" ? next : Date.parse(next),
    );
    expect(answer.warnings).toEqual([]);
  });
});

it("the YAML is what an instance can declare, for a reader of the old YAML too", () => {
  // Pulumi's own reader, which knows times in base 60 and dates.
  const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as { load(text: string): object };
  const blocks = codeBlocks(page).filter(({ language }) => language === "yaml");
  expect(blocks.length).toBeGreaterThan(0);
  for (const { text } of blocks) {
    const args = { instanceId: "i-a", ...yaml.load(text) };
    expect(normalizeTimed(args).failures).toEqual([]);
    expect(normalize(args, "cn-hangzhou").failures).toEqual([]);
  }
});

it("the program asks the same rules", () => {
  const [block] = codeBlocks(page).filter(({ language }) => language === "typescript");
  const { outputText } = ts.transpileModule(block?.text ?? "", {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const printed: unknown[] = [];
  const log = (...words: unknown[]) => printed.push(...words);
  runInNewContext(outputText, { exports: {}, require: () => ({ scheduledState }), console: { log }, Date });
  expect(printed).toEqual(["running", expect.stringContaining("08:00 to 20:00"), "2026-11-24T12:00:00Z"]);
});
