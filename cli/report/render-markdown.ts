import { hoursText } from "./figures";
import { escapeMarkdown as text } from "./escape-markdown";
import {
  byZone,
  declaredText,
  errorHeadline,
  moneyText,
  noteLines,
  period,
  releaseLines,
  releaseText,
  savedText,
  savingLines,
  title,
} from "./headlines";
import { mermaidGantts } from "./mermaid-gantt";
import type { InstanceReport, Report } from "./report";

/** For a job summary or a comment on GitHub. Everything from outside is escaped. */
export function renderMarkdown(report: Report): string {
  const parts = [
    `## ${text(title(report))}`,
    alert("CAUTION", `${errorHeadline(report)}:`, report.errors),
    alert("WARNING", "**Released for ever:**", releaseLines(report)),
  ];
  if (report.instances.length === 0) parts.push("No InstanceLifecycle resources.");
  else {
    parts.push(
      planTable(report),
      `### Declared: ${text(period(report))}`,
      ...byZone(report).flatMap(({ zone, instances }) =>
        mermaidGantts(report, zone, instances).map((gantt) => `\`\`\`mermaid\n${gantt}\n\`\`\``),
      ),
      "### Hours",
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

function planTable({ instances }: Report): string {
  const planned = instances.flatMap(({ plan, ...instance }) => (plan === undefined ? [] : [{ plan, instance }]));
  if (planned.length === 0) return "";
  const rows = planned.map(({ plan, instance }) => [
    nameCell(instance),
    text(plan.op),
    text(plan.change),
    plan.steps.map((step, index) => `${index + 1}. ${text(step)}`).join("<br>") || "–",
    plan.irrevocable ? `**${text(plan.reversible)}**` : text(plan.reversible),
    [...plan.warnings, ...plan.details].map(text).join("<br>") || "–",
  ]);
  return `### Plan\n\n${table(["instance", "op", "now → wanted", "calls, in order", "reversible?", "warnings and details"], rows)}`;
}

function nameCell({ label, instanceId }: Pick<InstanceReport, "label" | "instanceId">): string {
  return label === instanceId ? text(label) : `**${text(label)}**<br>${text(instanceId)}`;
}

function hoursTable(report: Report): string {
  const hasMoney = report.money !== undefined;
  const rows = report.instances.map((instance) => [
    nameCell(instance),
    text(instance.status ?? "–"),
    text(declaredText(instance)),
    hoursText(instance.hours.running),
    savedText(instance) ?? "–",
    text(releaseText(instance) || "–"),
    ...(hasMoney ? [text(moneyText(instance, report))] : []),
  ]);
  return table(["instance", "now", "declared", "on", "saved", "release", ...(hasMoney ? ["money saved"] : [])], rows);
}
