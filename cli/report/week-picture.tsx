import { raw } from "hono/html";
import { hoursText } from "./figures";
import { byZone, fullName, isReleased, nothingShown, powerWords } from "./headlines";
import { isCounted } from "./hours";
import { type LocalDay, localDays, localTime, momentsOfHour, zoneTitle } from "./local-calendar";
import { paletteStyle, type Theme } from "./picture-colors";
import type { InstanceReport, Report, Span } from "./report";
import { namesText } from "./row-texts";
import { countedLabel, drawn, isGrouped, type Row, type Shortened } from "./rows";
import { shortened, textWidth } from "./shortened";
import { joined } from "./spans";

const width = 1000;
const left = 190;
const right = 916;
const top = 16;
const rowHeight = 24;
const barHeight = 12;
const axisHeight = 50;
const hourLabelRoom = 24;
const fontSize = 12;

const font = `system-ui, -apple-system, "Segoe UI", "Noto Sans", "Open Sans", sans-serif`;

/** The declared time of all instances in one picture that needs nothing else. */
export function WeekPicture({ report, theme }: { report: Report; theme: Theme }) {
  const { fromMs, toMs } = report;
  const groups = byZone(report).map(({ zone, rows }) => ({ zone, shown: drawn(report, rows) }));
  const x = scaleOf(report);
  let y = top;
  const placed = groups.map((group) => {
    const groupTop = y;
    y += axisHeight + heightOf(group.shown) + 26;
    return { ...group, top: groupTop };
  });
  const footer = footerLines(
    report,
    groups.flatMap(({ shown }) => shown.rows),
    x,
  );
  const legendTop = groups.length === 0 ? y + 30 : y + 10;
  const height = legendTop + 26 + footer.length * 18;
  const name = `Declared hours, ${localTime(fromMs, report.zone)} to ${localTime(toMs, report.zone)}, ${report.zone}`;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="week"
      viewBox={`0 0 ${width} ${height}`}
      width={String(width)}
      height={String(height)}
      role="img"
      aria-label={name}
      font-family={font}
      font-size={String(fontSize)}
    >
      <title>{name}</title>
      <style>{raw(`${paletteStyle("svg.week", theme)}\n${style}`)}</style>
      <defs>
        <pattern id="unmanaged" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2.5" height="6" class="other" />
        </pattern>
      </defs>
      <rect width={String(width)} height={String(height)} class="ground" />
      {groups.length === 0 ? (
        <text x="20" y={String(top + 20)} class="soft">
          {nothingShown}
        </text>
      ) : null}
      {placed.map((group) => (
        <ZoneRows report={report} zone={group.zone} shown={group.shown} top={group.top} x={x} />
      ))}
      <Legend top={legendTop} hours={isGrouped(report) ? "hours on of each" : "hours on"} />
      {footer.map((line, index) => (
        <text x="20" y={String(legendTop + 34 + index * 18)} class="bad">
          {line}
        </text>
      ))}
    </svg>
  );
}

/** Where a moment lies in the picture. */
type Scale = (ms: number) => number;

function scaleOf({ fromMs, toMs }: Report): Scale {
  return (ms) => round(left + ((ms - fromMs) / (toMs - fromMs)) * (right - left));
}

/** What is left out is said in a row of its own. */
function heightOf({ rows, rest }: Shortened): number {
  return (rows.length + (rest === undefined ? 0 : 1)) * rowHeight;
}

interface Rows {
  readonly report: Report;
  readonly zone: string;
  readonly shown: Shortened;
  readonly top: number;
  readonly x: Scale;
}

function ZoneRows({ report, zone, shown, top: groupTop, x }: Rows) {
  const { fromMs, toMs, nowMs } = report;
  const days = localDays(fromMs, toMs, zone);
  const first = groupTop + axisHeight;
  const bottom = first + heightOf(shown);
  const hours = hourMarks(days, zone, x);
  const title = zoneTitle(zone, fromMs, toMs);
  const dates = `${days[0]?.date} to ${days.at(-1)?.date}`;
  return (
    <g>
      {[...zoneLines(title), dates].map((line, index) => (
        <text x="20" y={String(groupTop + 14 + index * 15)} class="soft">
          {line}
        </text>
      ))}
      <text x={String(right + 14)} y={String(groupTop + 14)} class="soft">
        hours on
      </text>
      <rect
        x={String(left)}
        y={String(first)}
        width={String(right - left)}
        height={String(bottom - first)}
        class="plot"
      />
      {hours.map(({ at }) => (
        <line x1={at} y1={first} x2={at} y2={bottom} class="hour" />
      ))}
      {days.map((day) => (
        <line x1={x(day.fromMs)} y1={groupTop + 4} x2={x(day.fromMs)} y2={bottom} class="day" />
      ))}
      <line x1={right} y1={groupTop + 4} x2={right} y2={bottom} class="day" />
      {days.map((day) => {
        const room = x(day.toMs) - x(day.fromMs) - 8;
        const label = [`${day.weekday} ${day.day} ${monthOf(day)}`, `${day.weekday} ${day.day}`, day.day].find(
          (text) => textWidth(text, fontSize) <= room,
        );
        return label === undefined ? null : (
          <text x={x(day.fromMs) + 5} y={groupTop + 16}>
            {label}
          </text>
        );
      })}
      {hours.map(({ at, label }) =>
        label === "" ? null : (
          <text x={at} y={groupTop + 36} class="soft small" text-anchor="middle">
            {label}
          </text>
        ),
      )}
      {shown.rows.map((row, index) => (
        <Week report={report} row={row} top={first + index * rowHeight} x={x} />
      ))}
      {shown.rest === undefined ? null : (
        <text x="20" y={String(bottom - rowHeight / 2 + 4)} class="soft">
          {`${shown.rest}, not drawn`}
        </text>
      )}
      {nowMs >= fromMs && nowMs < toMs ? <NowLine at={x(nowMs)} first={first} bottom={bottom} /> : null}
    </g>
  );
}

/** The zone's name and its offset have a line each, left of the days. */
function zoneLines(title: string): readonly string[] {
  const [name = "", ...offset] = title.split(" (");
  return [name, ...offset.map((text) => `(${text}`)].map((line) => shortened(line, fontSize, left - 30));
}

function monthOf({ date }: LocalDay): string {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return months[Number(date.slice(5, 7)) - 1] ?? "";
}

/** As many hours of the day as have room for their labels. */
function hourMarks(days: readonly LocalDay[], zone: string, x: Scale) {
  const longest = Math.max(...days.map(({ fromMs, toMs }) => x(toMs) - x(fromMs)));
  const choices = [[3, 6, 9, 12, 15, 18, 21], [6, 12, 18], [12]];
  const hours = choices.find((ones) => longest / (ones.length + 1) >= hourLabelRoom) ?? [];
  const edges = days.flatMap((day) => [x(day.fromMs), x(day.toMs)]);
  return hours.flatMap((hour) =>
    momentsOfHour(days, hour, zone).map((ms) => {
      const at = x(ms);
      // Right beside an edge of the picture there is no room.
      const isFree = edges.every((edge) => Math.abs(edge - at) >= hourLabelRoom / 3) && at < right - 8 && at > left + 8;
      return { at, label: isFree ? `${String(hour).padStart(2, "0")}` : "" };
    }),
  );
}

function NowLine({ at, first, bottom }: { at: number; first: number; bottom: number }) {
  const room = textWidth("now", fontSize);
  return (
    <g>
      <line x1={at} y1={first} x2={at} y2={bottom + 6} class="now" />
      <text
        x={Math.min(Math.max(at, left + room / 2), right - room / 2)}
        y={bottom + 18}
        class="nowText"
        text-anchor="middle"
      >
        now
      </text>
    </g>
  );
}

function Week({ report, row, top: rowTop, x }: { report: Report; row: Row; top: number; x: Scale }) {
  const { first: instance, instances } = row;
  const { spans, hours, gone } = instance;
  const middle = rowTop + rowHeight / 2;
  const baseline = middle + 4;
  const release = releaseInside(report, instance, x);
  const on = gone ? "gone" : isCounted(instance) ? hoursText(hours.running) : "not known";
  return (
    <g>
      <text x="20" y={baseline}>
        <title>{instances.length === 1 ? fullName(instance) : namesText(instances.map(fullName))}</title>
        {shortened(countedLabel(row), fontSize, left - 32)}
      </text>
      {joined(spans).map((span) => (
        <Bar span={span} top={middle - barHeight / 2} x={x} zone={instance.zone} because={reasons(spans, span)} />
      ))}
      {release === undefined ? null : (
        <g class="release">
          <title>{`released ${localTime(release.atMs, instance.zone)}: ${release.because}`}</title>
          <path d={diamond(release.at, middle, 7)} />
          {release.label === undefined ? null : (
            <text x={release.at + 12} y={baseline}>
              {release.label}
            </text>
          )}
        </g>
      )}
      <text x={right + 14} y={baseline} class={isCounted(instance) ? "" : "soft"}>
        {on}
      </text>
    </g>
  );
}

function Bar({
  span,
  top: barTop,
  x,
  zone,
  because,
}: {
  span: Omit<Span, "because">;
  top: number;
  x: Scale;
  zone: string;
  because: string;
}) {
  const { fromMs, toMs, power } = span;
  if (power === "released") return null;
  const at = x(fromMs);
  // What is shorter than a pixel is still seen.
  const length = Math.max(1, round(x(toMs) - at));
  return (
    <rect
      x={at}
      y={power === "stopped" ? barTop + barHeight / 2 - 1 : barTop}
      width={length}
      height={power === "stopped" ? 2 : barHeight}
      rx={power === "running" ? 2 : 0}
      class={power}
    >
      <title>{`${powerWords[power]} ${localTime(fromMs, zone)} to ${localTime(toMs, zone)}: ${because}`}</title>
    </rect>
  );
}

function reasons(spans: readonly Span[], { fromMs, toMs }: Omit<Span, "because">): string {
  const inside = spans.filter((span) => span.fromMs >= fromMs && span.toMs <= toMs).map(({ because }) => because);
  return [...new Set(inside)].join("; ");
}

/** Nothing is drawn after a release, so its time has room there, if there is enough of the row left. */
function releaseInside(report: Report, instance: InstanceReport, x: Scale) {
  const { release } = instance;
  if (release === undefined || !isReleased(instance, report) || release.atMs >= report.toMs) return undefined;
  const at = x(Math.max(release.atMs, report.fromMs));
  const text = `released ${localTime(release.atMs, instance.zone).slice(0, 3)} ${localTime(release.atMs, instance.zone).slice(9)}`;
  return { ...release, at, label: at + 12 + textWidth(text, fontSize) <= right - 4 ? text : undefined };
}

/** Releases whose time found no room in the row. */
function footerLines(report: Report, rows: readonly Row[], x: Scale): readonly string[] {
  const names = rows.flatMap((row) => {
    const instance = row.first;
    const inside = releaseInside(report, instance, x);
    return inside === undefined || inside.label !== undefined
      ? []
      : [
          `${shortened(countedLabel(row), fontSize, 300)}: released ${localTime(inside.atMs, instance.zone)} ${instance.zone}`,
        ];
  });
  return names.length <= 4 ? names : [...names.slice(0, 3), `and ${names.length - 3} more`];
}

function Legend({ top: legendTop, hours }: { top: number; hours: string }) {
  const entries = [
    { label: powerWords.running, mark: <rect y="-9" width="22" height={barHeight} rx="2" class="running" /> },
    { label: powerWords.stopped, mark: <rect y="-4" width="22" height="2" class="stopped" /> },
    { label: powerWords.unmanaged, mark: <rect y="-9" width="22" height={barHeight} class="unmanaged" /> },
    { label: powerWords.unknown, mark: <rect y="-9" width="22" height={barHeight} class="unknown" /> },
    {
      label: "released, can't be undone",
      mark: (
        <g class="release">
          <path d={diamond(11, -3, 7)} />
        </g>
      ),
    },
    { label: `above: hour of the day; right: ${hours}`, mark: null },
  ];
  let at = 20;
  return (
    <g>
      {entries.map(({ label, mark }) => {
        const start = at;
        at += (mark === null ? 0 : 28) + textWidth(label, fontSize) + 22;
        return (
          <g transform={`translate(${round(start)} ${legendTop + 10})`}>
            {mark}
            <text x={mark === null ? 0 : 28} class="soft">
              {label}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function diamond(x: number, y: number, size: number): string {
  return `M${x} ${y - size} L${x + size} ${y} L${x} ${y + size} L${x - size} ${y} Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const style = `
svg.week text { fill: var(--text); }
svg.week .soft { fill: var(--soft); }
svg.week .small { font-size: 10px; }
svg.week .bad, svg.week .release text { fill: var(--bad); }
svg.week .nowText { fill: var(--now); }
svg.week .ground { fill: var(--ground); }
svg.week .plot { fill: none; stroke: var(--line); }
svg.week .day { stroke: var(--line); stroke-width: 1; }
svg.week .hour { stroke: var(--line); stroke-width: 1; stroke-dasharray: 1 4; }
svg.week .now { stroke: var(--now); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg.week .running { fill: var(--on); }
svg.week .stopped { fill: var(--other); }
svg.week .other { fill: var(--other); }
svg.week .unmanaged { fill: url(#unmanaged); stroke: var(--other); stroke-width: 1; }
svg.week .unknown { fill: none; stroke: var(--other); stroke-width: 1; stroke-dasharray: 3 3; }
svg.week .release path { fill: var(--bad); stroke: var(--ground); stroke-width: 1; }
`;
