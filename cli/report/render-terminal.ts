import Table from "cli-table3";
import { createColors } from "picocolors";
import displayWidth from "string-width";
import { hoursText } from "./figures";
import {
  byZone,
  declaredText,
  errorHeadline,
  isReleased,
  noteLines,
  nothingShown,
  period,
  powerWords,
  releaseRowLines,
  releaseText,
  savedText,
  savingLines,
  title,
} from "./headlines";
import { localDays, zoneTitle } from "./local-calendar";
import type { InstanceReport, Power, Report } from "./report";
import { idText, moneyText, ofEach, statusText } from "./row-texts";
import { countedLabel, drawn, isGrouped, listed, planOfRow, planRows, type Row, timeRows } from "./rows";
import { stackTable } from "./stack-reports";

export interface Terminal {
  /** In columns: Chinese letters take two of them. */
  readonly width: number;
  /** Colours and block characters; without, nothing but ASCII of ours. */
  readonly rich: boolean;
}

type Colors = ReturnType<typeof createColors>;

const asciiMarks: Readonly<Record<Power, string>> = {
  running: "#",
  stopped: ".",
  released: " ",
  unmanaged: "-",
  unknown: "?",
};
const blockMarks: Readonly<Record<Power, string>> = {
  running: "█",
  stopped: "·",
  released: " ",
  unmanaged: "░",
  unknown: "?",
};

/** Tables and a week of characters: readable in a CI log as in a terminal. */
export function renderTerminal(report: Report, { width, rich }: Terminal): string {
  const colors = createColors(rich);
  const lines = [
    colors.bold(title(report)),
    ...report.errors.flatMap((error, index) => [
      ...(index === 0 ? [colors.red(`ERROR: ${errorHeadline(report)}`)] : []),
      `  - ${error}`,
    ]),
    ...releaseRowLines(report).map((line) => colors.red(`WARNING: will be released: ${line}`)),
  ];
  const stacks = stackTable(report);
  if (stacks !== undefined) lines.push("", colors.bold("Stacks"), table(stacks.head, stacks.rows, width));
  if (report.instances.length === 0) lines.push(nothingShown);
  else {
    lines.push("", colors.bold(`Declared: ${period(report)}`), ...timeline(report, width, rich, colors));
    if (report.instances.some(({ plan }) => plan !== undefined)) {
      lines.push("", colors.bold("Plan"), planTable(report, width), ...planDetails(report));
    }
    lines.push("", colors.bold("Hours"), ...shared(report), hoursTable(report, width), ...savingLines(report));
  }
  const notes = noteLines(report);
  if (notes.length > 0) lines.push("", colors.bold("Notes"), ...notes.map((note) => `  - ${note}`));
  return `${lines
    .flatMap((line) => line.split("\n"))
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** One row for each instance; what no row has room for is in the tables below. */
function timeline(report: Report, width: number, rich: boolean, colors: Colors): readonly string[] {
  const { fromMs, toMs, nowMs } = report;
  const zones = byZone(report).map(({ zone, rows }) => ({ zone, ...drawn(report, rows) }));
  const labelOf = (row: Row) => countedLabel(row, rich ? "×" : "x");
  const marks = rich ? blockMarks : asciiMarks;
  const release = rich ? "◆" : "!";
  const longest = Math.max(...zones.flatMap(({ rows }) => rows.map((row) => displayWidth(labelOf(row)))));
  const labelWidth = Math.min(longest, Math.max(8, Math.floor(width / 4)));
  const cells = Math.max(14, Math.min(7 * 24, width - labelWidth - 2));
  const cellMs = (toMs - fromMs) / cells;
  const lines: string[] = [];
  for (const { zone, rows, rest } of zones) {
    if (zones.length > 1) lines.push(`${zoneTitle(zone, fromMs, toMs)}:`);
    const header = [..." ".repeat(cells)];
    for (const day of localDays(fromMs, toMs, zone)) {
      const column = Math.round((day.fromMs - fromMs) / cellMs);
      const room = Math.round((day.toMs - fromMs) / cellMs) - column;
      const text = [`${day.weekday} ${day.day}`, day.day].find((one) => one.length < room) ?? "";
      header.splice(column, text.length, ...text);
    }
    lines.push(`${" ".repeat(labelWidth)}  ${header.join("")}`);
    if (nowMs >= fromMs && nowMs < toMs) {
      const column = Math.min(cells - 1, Math.floor((nowMs - fromMs) / cellMs));
      const text = column + 5 <= cells ? `${" ".repeat(column)}v now` : `${" ".repeat(Math.max(0, column - 4))}now v`;
      lines.push(`${" ".repeat(labelWidth)}  ${text}`);
    }
    for (const shown of rows) {
      const row = shown.first;
      const week = Array.from({ length: cells }, (_, index) => {
        const power = mostOf(row, fromMs + index * cellMs, fromMs + (index + 1) * cellMs);
        return power === "running" ? colors.green(marks[power]) : marks[power];
      });
      const at = row.release?.atMs;
      if (at !== undefined && at >= fromMs && at < toMs && isReleased(row, report)) {
        week[Math.min(cells - 1, Math.floor((at - fromMs) / cellMs))] = colors.red(release);
      }
      lines.push(`${fitted(labelOf(shown), labelWidth)}  ${week.join("")}`);
    }
    if (rest !== undefined) lines.push(`${rest}, not drawn`);
  }
  const legend = (["running", "stopped", "unmanaged", "unknown"] as const).map(
    (power) => `${marks[power]} ${powerWords[power]}`,
  );
  lines.push(
    `${legend.join("   ")}   ${release} release, nothing after it; one character is ${hoursText(cellMs / 3_600_000)}`,
  );
  return lines;
}

/** What a cell shows is what takes up most of it. */
function mostOf({ spans }: InstanceReport, fromMs: number, toMs: number): Power {
  const shares = new Map<Power, number>();
  for (const span of spans) {
    const share = Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs);
    if (share > 0) shares.set(span.power, (shares.get(span.power) ?? 0) + share);
  }
  return [...shares].reduce<[Power, number]>((best, one) => (one[1] > best[1] ? one : best), ["unknown", 0])[0];
}

function fitted(text: string, width: number): string {
  const shown = displayWidth(text) <= width ? text : `${cut(text, width - 1)}~`;
  return shown + " ".repeat(width - displayWidth(shown));
}

/** As many whole letters as find room. */
function cut(text: string, width: number): string {
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (displayWidth(kept + segment) > width) break;
    kept += segment;
  }
  return kept;
}

/** Where rows are shared, and where each instance is listed. */
function shared(report: Report): readonly string[] {
  if (!isGrouped(report)) return [];
  const { rest } = listed(timeRows(report));
  return [
    `${report.instances.length} instances, those that are alike in one row; --out FILE.html and FILE.json list each.`,
    ...(rest === undefined ? [] : [`Below are the largest groups, ${rest} are left out.`]),
  ];
}

function planTable(report: Report, width: number): string {
  const { rows, rest } = listed(planRows(report));
  const cells = rows.flatMap((row) => {
    const plan = planOfRow(row);
    return plan === undefined
      ? []
      : [[row.label, idText(row), plan.op, plan.change, plan.calls.join(", ") || "-", plan.reversible]];
  });
  const head = ["resource", "instance", "op", "now -> wanted", "calls, in order", "reversible?"];
  return [table(head, cells, width), ...(rest === undefined ? [] : [rest])].join("\n");
}

/** Each call with its reason as the preview says it; a table is too narrow for these. */
function planDetails(report: Report): readonly string[] {
  return listed(planRows(report)).rows.flatMap((row) => {
    const plan = planOfRow(row);
    if (plan === undefined) return [];
    const lines = [
      ...plan.steps.map((step, index) => `  ${index + 1}. ${step}`),
      ...plan.details.map((detail) => `  ${detail}`),
      ...plan.warnings.map((warning) => `  warning: ${warning}`),
    ];
    return lines.length === 0 ? [] : [`${countedLabel(row, "x")}:`, ...lines];
  });
}

function hoursTable(report: Report, width: number): string {
  const hasMoney = report.money !== undefined;
  const head = [
    "resource",
    "instance",
    "now",
    "declared",
    "on",
    "saved",
    "release",
    ...(hasMoney ? ["money saved"] : []),
  ];
  const rows = listed(timeRows(report)).rows.map((row) => {
    const { first } = row;
    const saved = savedText(first);
    return [
      row.label,
      idText(row),
      statusText(row) ?? "-",
      declaredText(first),
      ofEach(row, hoursText(first.hours.running)),
      saved === undefined ? "-" : ofEach(row, saved),
      releaseText(first) || "-",
      ...(hasMoney ? [moneyText(row, report)] : []),
    ];
  });
  return table(head, rows, width);
}

const plainFrame = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

const gap = 2;

/** Columns as wide as their texts. Where there is less room the widest give way, down to their longest word and then through it. */
function table(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const columns = head.map((name, column) => [name, ...rows.map((row) => row[column] ?? "")]);
  const widths = columns.map((texts) => widest(texts));
  const words = columns.map((texts) => Math.min(32, widest(texts.flatMap((text) => text.split(" ")))));
  const room = width - gap * (head.length - 1);
  if (!shrink(widths, words, room)) shrink(widths, words, room, 4);
  const drawn = new Table({
    head: head.map((text, column) => broken(text, widths[column] ?? 0)),
    colWidths: widths,
    wordWrap: true,
    chars: plainFrame,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  });
  drawn.push(...rows.map((row) => row.map((text, column) => broken(text, widths[column] ?? 0))));
  return drawn.toString();
}

/** With no word that is longer than the column. */
function broken(text: string, width: number): string {
  return text
    .split(" ")
    .flatMap((word) => {
      const pieces: string[] = [];
      for (let rest = word; rest !== ""; ) {
        const piece = cut(rest, width) || rest;
        pieces.push(piece);
        rest = rest.slice(piece.length);
      }
      return pieces;
    })
    .join(" ");
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(displayWidth));
}

/** Takes from what has most to give; false: it isn't enough. */
function shrink(widths: number[], floors: readonly number[], room: number, most = Number.POSITIVE_INFINITY): boolean {
  const sum = () => widths.reduce((total, one) => total + one, 0);
  while (sum() > room) {
    const spare = widths.map((one, column) => one - Math.min(floors[column] ?? 0, most));
    const column = spare.indexOf(Math.max(...spare));
    if ((spare[column] ?? 0) <= 0) return false;
    widths[column] = (widths[column] ?? 0) - 1;
  }
  return true;
}
