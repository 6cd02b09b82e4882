import { amountText, countText, hoursText, percentText } from "./figures";
import { isBilledOn, isCounted, savedHours } from "./hours";
import { localTime, zoneTitle } from "./local-calendar";
import type { InstanceReport, Power, Report } from "./report";
import { namesText, saidOnce } from "./row-texts";
import { isGrouped, type Row, timeRows } from "./rows";

/** What all renderers say in the same words. All pure. */

export const nothingShown = "No InstanceLifecycle resources, and no members of a fleet.";

export function title({ kind, from }: Report): string {
  return kind === "preview" ? `Lifecycle preview: ${from}` : `Lifecycle report: ${from}`;
}

export function period({ fromMs, toMs, zone }: Report): string {
  return `${localTime(fromMs, zone)} to ${localTime(toMs, zone)}, ${zoneTitle(zone, fromMs, toMs)}`;
}

/** In this report's time, or planned by the update. */
export function isReleased({ release }: InstanceReport, { fromMs, toMs }: Report): boolean {
  return release !== undefined && (release.planned || (release.atMs >= fromMs && release.atMs < toMs));
}

/** One line for each instance that goes for ever, with its names and when. */
export function releaseLines(report: Report): readonly string[] {
  return report.instances.flatMap((instance) => releaseLine(instance, fullName(instance), report));
}

/** The same for people: what an update releases has a line each, and many with the same release time share one. */
export function releaseRowLines(report: Report): readonly string[] {
  return timeRows(report).flatMap(({ first, instances }) => {
    const names = namesText(instances.map((instance) => instance.label));
    return releaseLine(first, instances.length === 1 ? fullName(first) : names, report);
  });
}

function releaseLine(instance: InstanceReport, names: string, report: Report): readonly string[] {
  const { release, zone } = instance;
  if (release === undefined || !isReleased(instance, report)) return [];
  return [`${names}: ${localTime(release.atMs, zone)} ${zone}: ${release.because}`];
}

/** Resource's name, id and instance's name, each once, behind its stack where there are several. */
export function fullName({ stack, name: own, instanceId, instanceName }: InstanceReport): string {
  const name = stack === undefined ? own : `${stack}/${own}`;
  const others = [...new Set([instanceId, instanceName])].filter(
    // A fleet's member is named by one of them.
    (text) => text !== undefined && text !== name && !name.endsWith(`/${text}`),
  );
  return others.length === 0 ? name : `${name} (${others.join(", ")})`;
}

export function declaredText({ declared, gone, stopMode, hours }: InstanceReport): string {
  if (gone) return "gone";
  return hours.stopped > 0 && stopMode !== undefined ? `${declared}, ${stopMode}` : declared;
}

export function releaseText(instance: InstanceReport): string {
  const { release, zone } = instance;
  return release === undefined ? "" : localTime(release.atMs, zone);
}

/** `108 of 168 h off (64 %)`; undefined where it isn't known. */
export function savedText(instance: InstanceReport): string | undefined {
  if (!isCounted(instance)) return undefined;
  const { running, stopped, released, unmanaged } = instance.hours;
  const saved = savedHours(instance);
  return `${hoursText(saved)} (${percentText(saved, running + stopped + released + unmanaged)})`;
}

/** What it is worth, and what that rests on. */
export function savingLines(report: Report): readonly string[] {
  const { totals, money, instances, days } = report;
  if (totals.counted === 0) return [];
  const { alwaysOnHours, onHours, savedHours: saved, unmanagedHours, billedOnHours } = totals;
  const lines = [
    `${countText(totals.counted, "instance")} in ${countText(days, "day")}: ${hoursText(onHours)} on of ${hoursText(alwaysOnHours)} always on; ${hoursText(saved)} saved (${percentText(saved, alwaysOnHours)}).`,
  ];
  if (unmanagedHours > 0) lines.push(`${hoursText(unmanagedHours)} are not managed and count as not saved.`);
  if (billedOnHours > 0) {
    const names = instances.filter((one) => isCounted(one) && isBilledOn(one) && one.hours.stopped > 0);
    lines.push(
      `${hoursText(billedOnHours)} of the saved hours are billed on, because they are stopped with KeepCharging or belong to a subscription: ${namesText(names.map(({ label }) => label))}.`,
    );
  }
  const left = instances.filter((one) => !isCounted(one));
  if (left.length > 0) lines.push(`Not counted (gone, or not known): ${namesText(left.map(({ label }) => label))}.`);
  if (money === undefined) lines.push("Hours only: no prices were given.");
  else {
    if (money.priced === 0) lines.push("No instance here has a price.");
    else {
      const share = percentText(money.saved, money.alwaysOn);
      lines.push(
        `${countText(money.priced, "instance")} with a price: ${amountText(money.saved, money.currency)} saved of ${amountText(money.alwaysOn, money.currency)} always on (${share}).`,
        `Assumptions: ${money.assumptions.join("; ")}.`,
      );
    }
    if (money.withoutPrice.length > 0) lines.push(`Not in the sum: ${money.withoutPrice.join("; ")}.`);
  }
  return lines;
}

/** What a reader should know although it concerns no plan. */
export function noteLines(report: Report): readonly string[] {
  const shares = isGrouped(report);
  const { instances } = report;
  const noted = instances.flatMap((one) => one.notes.map((note) => [one, note] as const));
  // With a plan it stands in the table.
  const drifted = instances.flatMap((one) =>
    one.drift === undefined || one.plan !== undefined ? [] : [[one, one.drift] as const],
  );
  const own = [
    ...saidOnce(noted, shares).map(({ names, text }) => `${names}: ${text}`),
    // It names its machine itself.
    ...saidOnce(drifted, shares).map(({ names, text }) => (text.includes(": it: ") ? `${names}: ${text}` : text)),
  ];
  const ignored = report.ignored === 0 ? [] : [`${countText(report.ignored, "other resource")} of the stack not shown`];
  return [...new Set([...report.notes, ...own, ...ignored])];
}

export function errorHeadline({ errors }: Report): string {
  return `This preview ended with ${countText(errors.length, "error")}: it is incomplete, and an update would be refused`;
}

/** Which rows are shown in which zone, the main zone first. */
export function byZone(report: Report): readonly { readonly zone: string; readonly rows: readonly Row[] }[] {
  const rows = timeRows(report);
  const zones = [...new Set(report.instances.map(({ zone }) => zone))];
  return zones.map((zone) => ({ zone, rows: rows.filter(({ first }) => first.zone === zone) }));
}

export const powerWords: Readonly<Record<Power, string>> = {
  running: "running",
  stopped: "stopped",
  released: "released",
  unmanaged: "not managed",
  unknown: "not known",
};
