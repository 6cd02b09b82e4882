import { hoursText } from "./figures";
import { escapeMarkdown as text } from "./escape-markdown";
import {
  byZone,
  declaredText,
  errorHeadline,
  noteLines,
  nothingShown,
  period,
  releaseRowLines,
  releaseText,
  savedText,
  savingLines,
  title,
} from "./headlines";
import { mermaidGantts } from "./mermaid-gantt";
import type { Report } from "./report";
import { idText, moneyText, ofEach, statusText } from "./row-texts";
import { drawn, isGrouped, listed, planOfRow, planRows, type Row, type Shortened, timeRows } from "./rows";
import { stackTable } from "./stack-reports";

/** For a job summary or a comment on GitHub. Everything from outside is escaped. */
export function renderMarkdown(report: Report): string {
  const parts = [
    `## ${text(title(report))}`,
    alert("CAUTION", `${errorHeadline(report)}:`, report.errors),
    alert("WARNING", "**Released for ever:**", releaseRowLines(report)),
    stacksTable(report),
  ];
  if (report.instances.length === 0) parts.push(nothingShown);
  else {
    parts.push(
      planTable(report),
      `### Declared: ${text(period(report))}`,
      ...byZone(report).flatMap(({ zone, rows }) => diagrams(report, zone, drawn(report, rows))),
      "### Hours",
      isGrouped(report) ? text(shared(report)) : "",
      hoursTable(report),
      list(savingLines(report)),
    );
  }
  const notes = noteLines(report);
  if (notes.length > 0) parts.push("### Notes", list(notes));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function alert(kind: string, head: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return [`> [!${kind}]`, `> ${head}`, ...lines.map((line) => `> - ${text(line)}`)].join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${text(line)}`).join("\n");
}

/** Takes cells that are escaped already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");
}

function diagrams(report: Report, zone: string, { rows, rest }: Shortened): readonly string[] {
  const gantts = mermaidGantts(report, zone, rows).map((gantt) => `\`\`\`mermaid\n${gantt}\n\`\`\``);
  return rest === undefined ? gantts : [...gantts, text(`${rest}, not drawn`)];
}

function shared({ instances }: Report): string {
  return `${instances.length} instances, those that are alike in one row; each is in the page (.html) and in JSON.`;
}

/** With a last row for what is left out. */
function withRest(rows: readonly (readonly string[])[], rest: string | undefined, columns: number) {
  if (rest === undefined) return rows;
  return [...rows, [text(rest), ...Array.from({ length: columns - 1 }, () => "")]];
}

function stacksTable(report: Report): string {
  const stacks = stackTable(report);
  if (stacks === undefined) return "";
  return `### Stacks\n\n${table(
    stacks.head,
    stacks.rows.map((cells) => cells.map(text)),
  )}`;
}

function planTable(report: Report): string {
  const { rows, rest } = listed(planRows(report));
  if (rows.length === 0) return "";
  const cells = rows.flatMap((row) => {
    const plan = planOfRow(row);
    if (plan === undefined) return [];
    return [
      [
        nameCell(row),
        text(plan.op),
        text(plan.change),
        plan.steps.map((step, index) => `${index + 1}. ${text(step)}`).join("<br>") || "–",
        plan.irrevocable ? `**${text(plan.reversible)}**` : text(plan.reversible),
        [...plan.warnings, ...plan.details].map(text).join("<br>") || "–",
      ],
    ];
  });
  const head = ["instance", "op", "now → wanted", "calls, in order", "reversible?", "warnings and details"];
  return `### Plan\n\n${table(head, withRest(cells, rest, head.length))}`;
}

function nameCell(row: Row): string {
  const id = idText(row);
  return row.label === id ? text(id) : `**${text(row.label)}**<br>${text(id)}`;
}

function hoursTable(report: Report): string {
  const hasMoney = report.money !== undefined;
  const { rows, rest } = listed(timeRows(report));
  const cells = rows.map((row) => {
    const { first } = row;
    const saved = savedText(first);
    return [
      nameCell(row),
      text(statusText(row) ?? "–"),
      text(declaredText(first)),
      ofEach(row, hoursText(first.hours.running)),
      saved === undefined ? "–" : ofEach(row, saved),
      text(releaseText(first) || "–"),
      ...(hasMoney ? [text(moneyText(row, report))] : []),
    ];
  });
  const head = ["instance", "now", "declared", "on", "saved", "release", ...(hasMoney ? ["money saved"] : [])];
  return table(head, withRest(cells, rest, head.length));
}
