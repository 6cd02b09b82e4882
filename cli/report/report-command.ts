import { writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { hasColours } from "../colours";
import { type Alarm, alarmLines, alarms } from "./alarm";
import { type AtMost, limited, overLines, readAtMost } from "./at-most";
import { buildReport } from "./build-report";
import { UsageError } from "../usage-error";
import { readMoment } from "./local-calendar";
import type { Theme } from "./picture-colors";
import { printable } from "./printable";
import { readPrices } from "./prices";
import { codeOf, type Inputs, readFile, readInputs } from "./read-inputs";
import { renderHtml } from "./render-html";
import { renderJson } from "./render-json";
import { renderMarkdown } from "./render-markdown";
import { renderSvg } from "./render-svg";
import { renderTerminal, type Terminal } from "./render-terminal";
import type { Report } from "./report";

const formats = ["terminal", "markdown", "html", "svg", "json"] as const;
type Format = (typeof formats)[number];

const extensions: Readonly<Record<string, Format>> = {
  ".txt": "terminal",
  ".md": "markdown",
  ".html": "html",
  ".svg": "svg",
  ".json": "json",
};

interface Options extends Inputs {
  readonly from?: string;
  readonly now?: string;
  readonly days: number;
  readonly prices?: string;
  readonly format?: Format;
  readonly out: readonly string[];
  readonly theme: Theme;
  readonly failOn: readonly Alarm[];
  readonly atMost: readonly AtMost[];
}

const examples = `
Examples:
  $ npx --no alicloud-lifecycle report --stack dev
  $ pulumi preview --json --show-sames > preview.json
  $ npx --no alicloud-lifecycle report --preview preview.json --out plan.html

Exit code: 0 done, 2 wrong input, 3 what --fail-on names is there, or more is planned than --at-most allows.`;

/** `alicloud-lifecycle report`. It reads a state or a preview and asks ECS nothing. */
export function reportCommand(): Command {
  return new Command("report")
    .description(
      "Shows what is declared when, what a preview would do, and what it saves. Reads only; asks ECS nothing.",
    )
    .option("--stack <names...>", "read the state of this stack, by pulumi stack export; of several, all are added up")
    .option("--state <files...>", "read a state that pulumi stack export wrote; - is standard input")
    .option("--preview <files...>", "read what pulumi preview --json --show-sames wrote; - is standard input")
    .option("--from <time>", "where the timeline begins: RFC 3339, or a date in the schedules' zone (default: now)")
    .option("--now <time>", "what counts as now, RFC 3339 (default: the clock)")
    .option("--days <n>", "length of the timeline, 1 to 31", wholeDays, 7)
    .option(
      "--prices <file>",
      "JSON: { currency, assumptions, perHour, instances }; see docs/report.md (default: hours only)",
    )
    .addOption(new Option("--format <format>", "default: terminal, or by the name of --out").choices(formats))
    .option(
      "--out <file>",
      "write there, again for several: .txt .md .html .svg .json (default: standard output)",
      collected,
      [],
    )
    .addOption(
      new Option("--theme <theme>", "colours of svg and html; auto is as the reader's system prefers")
        .choices(["auto", "light", "dark"])
        .default("auto"),
    )
    .addOption(
      new Option("--fail-on <what>", "exit with 3 when it is there, again for both: drift, release")
        .argParser(collectedAlarms)
        .default([], "nothing"),
    )
    .addOption(
      new Option(
        "--at-most <what=n>",
        "exit with 3 when the previews plan more, again for several: releases=0 stops=500",
      )
        .argParser(collectedLimits)
        .default([], "no limit"),
    )
    .addHelpText("after", examples)
    .allowExcessArguments(false)
    .action(async (options: Options) => {
      process.exitCode = await run(options);
    });
}

async function run(options: Options): Promise<number> {
  const nowMs = options.now === undefined ? Date.now() : readMoment(options.now, "--now", "UTC");
  const outs = options.out.map((file) => ({ file, format: options.format ?? formatOf(file) }));
  const prices =
    options.prices === undefined
      ? undefined
      : readPrices(readFile(options.prices, "--prices"), basename(options.prices));
  if (options.atMost.length > 0 && options.preview === undefined) {
    throw new UsageError("--at-most: counts what is planned, and only a preview plans; pass it with --preview");
  }
  const { found, from } = await readInputs(options);
  // So many take longer than two seconds, in which no timer could speak.
  if (found.instances.length > 300) process.stderr.write(`drawing ${found.instances.length} instances ...\n`);
  const report = buildReport(found, {
    from,
    fromMs: (zone) =>
      options.from === undefined ? Math.floor(nowMs / 60_000) * 60_000 : readMoment(options.from, "--from", zone),
    days: options.days,
    nowMs,
    prices,
  });
  // Whoever reads may have seen enough, as `head` has.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  if (outs.length === 0) process.stdout.write(render(report, options.format ?? "terminal", options.theme, terminal()));
  for (const { file, format } of outs) writeFile(file, render(report, format, options.theme, plainTerminal));
  const lines = [
    ...alarmLines(report, options.failOn).map((line) => `--fail-on: ${line}`),
    ...overLines(report, options.atMost).map((line) => `--at-most: ${line}`),
  ];
  for (const line of lines) process.stderr.write(`${line}\n`);
  return lines.length === 0 ? 0 : 3;
}

function render(report: Report, format: Format, theme: Theme, where: Terminal): string {
  switch (format) {
    case "terminal":
      return renderTerminal(report, where);
    case "markdown":
      return renderMarkdown(report);
    case "html":
      return renderHtml(report, theme);
    case "svg":
      return renderSvg(report, theme);
    case "json":
      return renderJson(report);
  }
}

function formatOf(file: string): Format {
  const format = extensions[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw new UsageError(
    `--out: the format of ${printable(file)} is not clear; end it with ${Object.keys(extensions).join(", ")}, or add --format`,
  );
}

const plainTerminal: Terminal = { width: 100, rich: false };

function terminal(): Terminal {
  const { stdout, env } = process;
  const told = Number(env.COLUMNS);
  const width = stdout.isTTY ? stdout.columns : Number.isInteger(told) && told > 0 ? told : plainTerminal.width;
  return { width: Math.max(40, width), rich: hasColours(stdout) };
}

function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--out: ${printable(file)} can't be written (${codeOf(error)}); check the path`);
  }
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > 31)
    throw new InvalidArgumentError("It must be a whole number, 1 to 31.");
  return days;
}

function collected(file: string, before: readonly string[]): readonly string[] {
  return [...before, file];
}

function collectedAlarms(text: string, before: readonly Alarm[]): readonly Alarm[] {
  const alarm = alarms.find((one) => one === text);
  if (alarm === undefined) throw new InvalidArgumentError(`It must be one of ${alarms.join(", ")}.`);
  return [...before, alarm];
}

function collectedLimits(text: string, before: readonly AtMost[]): readonly AtMost[] {
  const limit = readAtMost(text);
  if (limit === undefined) {
    throw new InvalidArgumentError(`It must be one of ${limited.join(", ")} with a whole number, such as stops=500.`);
  }
  return [...before, limit];
}
