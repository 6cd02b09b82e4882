import { isReleased } from "./headlines";
import { localMinute, zoneTitle } from "./local-calendar";
import type { Report, Span } from "./report";
import { countedLabel, type Row } from "./rows";
import { joined } from "./spans";

/** What GitHub draws of one diagram. */
const maxCharacters = 50_000;

/** Letters and digits of any script, and what no grammar of Mermaid's gives a meaning. */
const special = /[^\p{L}\p{N} .,_()/+=-]/gu;

/** A text in a title or as a section's name: everything else as Mermaid's own entity codes. Pure. */
export function escapeMermaid(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(special, (character) => `#${character.codePointAt(0)};`);
}

/**
 * Gantt diagrams of what is declared, one for each zone, and more where one would be too long. Mermaid knows no zones: the
 * times are the local ones, and the title names the zone. Off hours are gaps, since `excludes` would stretch what is on.
 * Needs Mermaid 11.7 or newer, for the line at now.
 */
export function mermaidGantts(
  report: Report,
  zone: string,
  rows: readonly Row[],
  limit = maxCharacters,
): readonly string[] {
  const { fromMs, toMs, nowMs } = report;
  const head = [
    "gantt",
    `  title ${escapeMermaid(`On hours, ${zoneTitle(zone, fromMs, toMs)}`)}`,
    "  dateFormat YYYY-MM-DDTHH:mm",
    "  axisFormat %a %d",
    "  tickInterval 1day",
    // Its own line is where the reader is, in no zone at all.
    "  todayMarker off",
    ...(nowMs >= fromMs && nowMs < toMs ? [`  now :vert, now, ${localMinute(nowMs, zone)}, 1m`] : []),
  ].join("\n");
  const room = limit - head.length - 1;
  const gantts: string[] = [];
  let body = "";
  for (const [index, row] of rows.entries()) {
    const next = section(report, row, index, zone, room);
    if (body !== "" && body.length + next.length + 1 > room) {
      gantts.push(`${head}\n${body}`);
      body = "";
    }
    body += body === "" ? next : `\n${next}`;
  }
  return body === "" ? gantts : [...gantts, `${head}\n${body}`];
}

const words: Readonly<Partial<Record<Span["power"], string>>> = {
  running: "on :active",
  unmanaged: "not managed :done",
  unknown: "not known :done",
};

function section(report: Report, row: Row, index: number, zone: string, room: number): string {
  const instance = row.first;
  const lines = [`  section ${escapeMermaid(countedLabel(row)) || "-"}`];
  for (const { fromMs, toMs, power } of joined(instance.spans)) {
    const word = words[power];
    if (word === undefined) continue;
    lines.push(`  ${word}, s${index}x${lines.length}, ${localMinute(fromMs, zone)}, ${end(fromMs, toMs, zone)}`);
  }
  const at = instance.release?.atMs;
  const milestone =
    at !== undefined && isReleased(instance, report) && at < report.toMs
      ? [`  released :milestone, crit, r${index}, ${localMinute(Math.max(at, report.fromMs), zone)}, 0m`]
      : // A section with no task at all would not be drawn.
        lines.length === 1
        ? [`  off :milestone, o${index}, ${localMinute(report.fromMs, zone)}, 0m`]
        : [];
  while (lines.length > 1 && [...lines, ...milestone].join("\n").length > room) lines.pop();
  return [...lines, ...milestone].join("\n");
}

/** In the hour that clocks repeat, a local end can be before its beginning: then a length says it. */
function end(fromMs: number, toMs: number, zone: string): string {
  const [from, to] = [localMinute(fromMs, zone), localMinute(toMs, zone)];
  return to > from ? to : `${Math.max(1, Math.round((toMs - fromMs) / 60_000))}m`;
}
