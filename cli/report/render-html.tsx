import { raw } from "hono/html";
import { hoursText, percentText } from "./figures";
import {
  declaredText,
  errorHeadline,
  fullName,
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
import { localTime } from "./local-calendar";
import { markup } from "./markup";
import { paletteStyle, type Theme } from "./picture-colors";
import type { InstanceReport, Power, Report } from "./report";
import { moneyText, ofEach, statusText } from "./row-texts";
import { planOfRow, planRows, type Row, timeRows } from "./rows";
import { StackTable } from "./stack-table";
import { WeekPicture } from "./week-picture";

/** Nothing is fetched and nothing runs, whatever a name tries. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One page for itself: no scripts, no network. */
export function renderHtml(report: Report, theme: Theme): string {
  return `<!doctype html>\n${markup(<Page report={report} theme={theme} />)}\n`;
}

function Page({ report, theme }: { report: Report; theme: Theme }) {
  const hasPlan = report.instances.some(({ plan }) => plan !== undefined);
  const notes = noteLines(report);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === "auto" ? "light dark" : theme} />
        <title>{title(report)}</title>
        <link rel="icon" href="data:," />
        <style>{raw(`${paletteStyle(":root", theme)}\n${style}`)}</style>
      </head>
      <body>
        <header>
          <h1>{title(report)}</h1>
          <p class="soft">
            Made {localTime(report.nowMs, report.zone)} {report.zone}
          </p>
        </header>
        <main>
          <Alert head={`${errorHeadline(report)}.`} lines={report.errors} />
          <Alert head="Released for ever:" lines={releaseRowLines(report)} />
          <StackTable report={report} />
          {report.instances.length === 0 ? <p>{nothingShown}</p> : null}
          {hasPlan ? <PlanTable report={report} /> : null}
          {report.instances.length === 0 ? null : (
            <>
              <section>
                <h2>Declared</h2>
                <p class="soft">{period(report)}</p>
                <div class="scroll" tabindex={0} role="group" aria-label="Declared hours">
                  <WeekPicture report={report} theme={theme} />
                </div>
              </section>
              <HoursTable report={report} />
            </>
          )}
          {notes.length === 0 ? null : (
            <section>
              <h2>Notes</h2>
              <ul>
                {notes.map((note) => (
                  <li>{note}</li>
                ))}
              </ul>
            </section>
          )}
        </main>
      </body>
    </html>
  );
}

function Alert({ head, lines }: { head: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <section class="alert" role="note">
      <strong>{head}</strong>
      <ul>
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function NameCell({ row }: { row: Row }) {
  const { label, first, instances } = row;
  if (instances.length > 1) {
    return (
      <th scope="row">
        <span>{label}</span>
        <Members instances={instances} />
      </th>
    );
  }
  return (
    <th scope="row">
      <span title={fullName(first)}>{label}</span>
      {label === first.instanceId ? null : <code>{first.instanceId}</code>}
    </th>
  );
}

/** Folded, and found by the browser's own search, which opens it: that needs no script. */
function Members({ instances }: { instances: readonly InstanceReport[] }) {
  return (
    <details>
      <summary>{instances.length} instances</summary>
      <ul>
        {instances.map((instance) => (
          <li>
            {instance.label}
            {instance.label.endsWith(instance.instanceId) ? null : ` ${instance.instanceId}`}
            {instance.status === undefined ? null : ` ${instance.status}`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function PlanTable({ report }: { report: Report }) {
  return (
    <section>
      <h2>Plan</h2>
      <table>
        <thead>
          <tr>
            {["Instance", "Op", "Now, wanted", "Calls, in order", "Reversible?", "Warnings and details"].map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {planRows(report).map((row) => {
            const plan = planOfRow(row);
            return plan === undefined ? null : (
              <tr class={plan.irrevocable ? "irrevocable" : ""}>
                <NameCell row={row} />
                <td data-head="Op" class="short">
                  {plan.op}
                </td>
                <td data-head="Now, wanted" class="free">
                  {plan.change}
                </td>
                <td data-head="Calls, in order" class="free">
                  {plan.steps.length === 0 ? "–" : <Items items={plan.steps} ordered />}
                </td>
                <td data-head="Reversible?" class={plan.irrevocable ? "bad" : ""}>
                  {plan.reversible}
                </td>
                <td data-head="Warnings and details" class="free">
                  {plan.warnings.length + plan.details.length === 0 ? "–" : null}
                  <Items items={plan.warnings} important />
                  <Items items={plan.details} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Items({
  items,
  ordered = false,
  important = false,
}: {
  items: readonly string[];
  ordered?: boolean;
  important?: boolean;
}) {
  if (items.length === 0) return null;
  const rows = items.map((item) => <li>{item}</li>);
  const name = important ? "bad" : "";
  return ordered ? <ol>{rows}</ol> : <ul class={name}>{rows}</ul>;
}

function HoursTable({ report }: { report: Report }) {
  const heads = ["Instance", "Now", "Declared", "Hours", "On", "Saved", "Release"];
  const hasMoney = report.money !== undefined;
  return (
    <section>
      <h2>Hours</h2>
      <Totals report={report} />
      <table>
        <thead>
          <tr>
            {[...heads, ...(hasMoney ? ["Money saved"] : [])].map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {timeRows(report).map((row) => (
            <HoursRow row={row} report={report} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function HoursRow({ row, report }: { row: Row; report: Report }) {
  const { first, instances } = row;
  const saved = savedText(first);
  // What is said of several has no room in one line.
  const kind = instances.length === 1 ? "short" : "";
  return (
    <tr>
      <NameCell row={row} />
      <td data-head="Now" class={kind}>
        {statusText(row) ?? "–"}
      </td>
      <td data-head="Declared">{declaredText(first)}</td>
      <td data-head="Hours" class="barCell">
        <HoursBar instance={first} />
      </td>
      <td data-head="On" class={kind}>
        {ofEach(row, hoursText(first.hours.running))}
      </td>
      <td data-head="Saved" class={kind}>
        {saved === undefined ? "–" : ofEach(row, saved)}
      </td>
      <td data-head="Release" class="short">
        {releaseText(first) || "–"}
      </td>
      {report.money === undefined ? null : <td data-head="Money saved">{moneyText(row, report)}</td>}
    </tr>
  );
}

/** Always on beside what is declared: the one picture of savings that people remember. */
function Totals({ report }: { report: Report }) {
  const { alwaysOnHours, onHours, unmanagedHours } = report.totals;
  const lines = savingLines(report);
  return (
    <>
      {alwaysOnHours === 0 ? null : (
        <dl class="totals">
          <dt>always on</dt>
          <dd>
            <span class="bar">
              <i class="other" style="width:100%" />
            </span>
            {hoursText(alwaysOnHours)}
          </dd>
          <dt>declared</dt>
          <dd>
            <span class="bar">
              <i class="running" style={`width:${share(onHours, alwaysOnHours)}`} />
              <i class="unmanaged" style={`width:${share(unmanagedHours, alwaysOnHours)}`} />
            </span>
            {hoursText(onHours)} ({percentText(onHours, alwaysOnHours)})
          </dd>
        </dl>
      )}
      {lines.map((line) => (
        <p>{line}</p>
      ))}
    </>
  );
}

function HoursBar({ instance: { hours, gone } }: { instance: InstanceReport }) {
  const all = Object.values(hours).reduce((sum, one) => sum + one, 0);
  const shownPowers: readonly Power[] = ["running", "unmanaged", "unknown"];
  const told = shownPowers
    .filter((power) => hours[power] > 0)
    .map((power) => `${powerWords[power]} ${hoursText(hours[power])}`);
  return (
    <span class="bar" role="img" aria-label={gone ? "gone" : told.join(", ") || "off"} title={told.join(", ") || "off"}>
      {shownPowers
        .filter((power) => hours[power] > 0)
        .map((power) => (
          <i class={power} style={`width:${share(hours[power], all)}`} />
        ))}
    </span>
  );
}

function share(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10}%`;
}

const style = `
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px 20px 48px; max-width: 1240px; background: var(--ground); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Open Sans", sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 17px; margin: 28px 0 8px; }
p { margin: 4px 0 8px; }
ul, ol { margin: 0; padding-left: 20px; }
code { display: block; font: 12px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft); font-weight: 400; }
.soft { color: var(--soft); }
.bad { color: var(--bad); }
.alert { border: 1px solid var(--bad); border-left-width: 6px; border-radius: 6px; padding: 10px 14px; margin: 16px 0; }
.alert strong { color: var(--bad); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
.scroll svg { display: block; width: 100%; min-width: 820px; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 7px 10px; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; min-width: 120px; overflow-wrap: anywhere; }
td.free { overflow-wrap: anywhere; min-width: 150px; }
td.short { white-space: nowrap; }
.alert, li, p, h1 { overflow-wrap: anywhere; }
tr.irrevocable { box-shadow: inset 4px 0 0 var(--bad); }
.barCell { min-width: 140px; }
details { font-weight: 400; font-size: 13px; }
summary { color: var(--soft); cursor: pointer; }
details ul { max-height: 340px; overflow-y: auto; padding-left: 16px; }
.bar { display: flex; height: 12px; background: var(--track); border-radius: 2px; overflow: hidden; margin-top: 4px; }
.bar i { display: block; }
.bar .running { background: var(--on); }
.bar .other { background: var(--other); }
.bar .unmanaged { background: repeating-linear-gradient(45deg, var(--other) 0 3px, transparent 3px 6px); }
.bar .unknown { border: 1px dashed var(--other); }
.totals { display: grid; grid-template-columns: auto 1fr; gap: 4px 12px; margin: 8px 0; max-width: 640px; }
.totals dt { color: var(--soft); }
.totals dd { margin: 0; display: grid; grid-template-columns: 1fr 150px; gap: 12px; }
@media (max-width: 760px) {
  body { padding: 16px 12px 32px; }
  table, tbody, tr, td, tbody th { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border: 1px solid var(--line); border-radius: 6px; margin: 10px 0; padding: 4px 0; }
  td, tbody th { border: 0; padding: 4px 12px; }
  td { display: grid; grid-template-columns: 110px minmax(0, 1fr); gap: 0 8px; }
  td.short { white-space: normal; }
  td::before { content: attr(data-head); color: var(--soft); font-size: 13px; grid-row: 1 / span 3; }
  td > * { grid-column: 2; }
  .totals dd { grid-template-columns: 1fr 110px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 12px; }
  .scroll { overflow: visible; }
  .scroll svg { min-width: 0; }
  tr, .alert, svg { break-inside: avoid; }
  details ul { max-height: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
