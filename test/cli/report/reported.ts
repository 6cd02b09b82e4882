import { buildReport } from "../../../cli/report/build-report";
import type { Found } from "../../../cli/report/found";
import { readMoment } from "../../../cli/report/local-calendar";
import { type Prices, readPrices } from "../../../cli/report/prices";
import { readPreview } from "../../../cli/report/read-preview";
import { readState } from "../../../cli/report/read-state";
import { type Read, readTogether } from "../../../cli/report/read-together";
import type { InstanceReport, Report } from "../../../cli/report/report";

/** Wednesday, half past ten in Shanghai. */
export const now = "2026-11-25T02:30:00Z";

interface Options {
  readonly from?: string;
  readonly days?: number;
  readonly prices?: Prices;
}

/** A report of the week from Monday 2026-11-23, unless something else is said. */
export function reportOf(found: Found, options?: Options): Report {
  return reportOfAll([{ from: "stack dev", found }], options);
}

/** The same of several stacks. */
export function reportOfAll(read: readonly Read[], { from = "2026-11-23", days = 7, prices }: Options = {}): Report {
  return buildReport(readTogether(read, "--state"), {
    from: read.length === 1 ? "stack dev" : `${read.length} stacks`,
    fromMs: (zone) => readMoment(from, "--from", zone),
    days,
    nowMs: Date.parse(now),
    prices,
  });
}

export function stateReport(text: string, options?: Options): Report {
  return reportOf(readState(text, "--state", "state.json"), options);
}

export function previewReport(text: string, options?: Options): Report {
  return reportOf(readPreview(text, "--preview", "preview.json"), options);
}

export function pricesOf(value: unknown): Prices {
  return readPrices(JSON.stringify(value), "prices.json");
}

export function one(report: Report, name: string): InstanceReport {
  const found = report.instances.find((instance) => instance.name === name);
  if (found === undefined) throw new Error(`${name} is not in the report`);
  return found;
}

/** `running 2026-11-23T00:00Z..2026-11-23T12:00Z` */
export function spanTexts({ spans }: InstanceReport): readonly string[] {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  return spans.map(({ power, fromMs, toMs }) => `${power} ${at(fromMs)}..${at(toMs)}`);
}
