import { isReleased, releaseLines } from "./headlines";
import type { Report } from "./report";

export type Alarm = "drift" | "release";
export const alarms: readonly Alarm[] = ["drift", "release"];

/** What `--fail-on` was asked to fail on, one line each; empty: nothing of it is there. Pure. */
export function alarmLines(report: Report, asked: readonly Alarm[]): readonly string[] {
  const drift = [
    ...report.instances.flatMap((instance) => (instance.drift === undefined ? [] : [instance.drift])),
    ...report.notes.filter((note) => note.includes("drift: ")),
  ];
  return [
    ...(asked.includes("drift") ? drift : []).map((text) => (text.startsWith("drift: ") ? text : `drift: ${text}`)),
    ...(asked.includes("release") ? [...releases(report), ...ofNobody(report)] : []).map((text) => `release: ${text}`),
  ];
}

/** What can't be undone of machines that can't be told: no row has it, and it is an alarm all the same. */
function ofNobody({ notes }: Report): readonly string[] {
  return notes.filter((note) => note.includes("CAN'T BE UNDONE"));
}

/** Of a preview, what the update does for ever; of a state, where nothing is planned, what comes within the reported time. */
function releases(report: Report): readonly string[] {
  const of = (instances: Report["instances"]) => releaseLines({ ...report, instances });
  if (report.kind === "state") return of(report.instances.filter((instance) => isReleased(instance, report)));
  return of(report.instances.filter(({ plan, release }) => plan?.irrevocable === true && release !== undefined));
}
