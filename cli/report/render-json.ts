import { releaseLines } from "./headlines";
import type { Report } from "./report";

/** Version of the shape of the JSON. */
const version = 1;

/** Everything, for other programs; moments are RFC 3339 in UTC. */
export function renderJson(report: Report): string {
  const { nowMs, fromMs, toMs, instances, ...rest } = report;
  const at = (ms: number) => new Date(ms).toISOString();
  const whole = {
    version,
    ...rest,
    now: at(nowMs),
    start: at(fromMs),
    end: at(toMs),
    releases: releaseLines(report),
    instances: instances.map(({ spans, release, ...instance }) => ({
      ...instance,
      release: release && { at: at(release.atMs), because: release.because, planned: release.planned },
      spans: spans.map((span) => ({
        from: at(span.fromMs),
        to: at(span.toMs),
        power: span.power,
        because: span.because,
      })),
    })),
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
