import { groupedBy } from "./grouped-by";
import type { InstanceReport, PlanRow, Report } from "./report";
import { stemOf } from "./stem";

/** Instances that a reader need not tell apart: one row stands for all of them. */
export interface Row {
  /** `dev/web-*`, or the instance's own where it is alone. */
  readonly label: string;
  /** The first one stands for all. */
  readonly first: InstanceReport;
  readonly instances: readonly InstanceReport[];
}

/** Up to so many, each instance has a row of its own. */
export const mostAlone = 60;

type Look = (instance: InstanceReport) => readonly unknown[];

/** One row for all whose declared time is the same, by name; what is released for ever comes first. Pure. */
export function timeRows({ instances }: Report): readonly Row[] {
  return rowsOf(instances, timeLook);
}

/** One row for all with the same plan, by name; what can't be undone comes first. A release is never in a row with another. Pure. */
export function planRows({ instances }: Report): readonly Row[] {
  return rowsOf(
    instances.filter(({ plan }) => plan !== undefined),
    planLook,
  );
}

/** The label where nothing beside it says of how many: `950 × dev/web-*`. Pure. */
export function countedLabel({ label, instances }: Row, times = "×"): string {
  return instances.length === 1 ? label : `${instances.length} ${times} ${label}`;
}

/** The plan of a row, in which the machine is called `it` where there are several. Pure. */
export function planOfRow({ first, instances }: Row): PlanRow | undefined {
  const { plan } = first;
  return plan === undefined || instances.length === 1 ? plan : withoutMachine(first, plan);
}

/** So many groups are drawn: more would be no picture. */
const mostDrawn = 30;

/** The rows that a picture has room for, and how much is left out. Pure. */
export function drawn(report: Report, rows: readonly Row[]): Shortened {
  return isGrouped(report) ? shortenedTo(rows, mostDrawn) : shortenedTo(rows, rows.length);
}

/** The rows that a text has room for; what can't be undone is never left out. Pure. */
export function listed(rows: readonly Row[]): Shortened {
  const bad = rows.filter(({ first }) => first.plan?.irrevocable === true).length;
  // These come first.
  return shortenedTo(rows, Math.max(bad, mostAlone));
}

export interface Shortened {
  readonly rows: readonly Row[];
  /** `and 40 instances in 12 more groups`; undefined: nothing is left out. */
  readonly rest: string | undefined;
}

function shortenedTo(rows: readonly Row[], most: number): Shortened {
  const left = rows.slice(most);
  const count = left.reduce((sum, { instances }) => sum + instances.length, 0);
  const rest = left.length === 0 ? undefined : `and ${count} instances in ${left.length} more groups`;
  return { rows: rows.slice(0, most), rest };
}

/** Whether instances share rows. Pure. */
export function isGrouped({ instances }: Report): boolean {
  return instances.length > mostAlone;
}

function rowsOf(instances: readonly InstanceReport[], look: Look): readonly Row[] {
  if (instances.length <= mostAlone)
    return instances.map((one) => ({ label: one.label, first: one, instances: [one] }));
  const looked = instances.map((instance) => ({ instance, look: JSON.stringify(look(instance)) }));
  const choices = [nameStem, nameBeginning, () => ""].map((nameOf) => {
    const groups = groupedBy(looked, ({ instance, look: seen }) => `${nameOf(instance)}\n${seen}`);
    return Array.from(groups.values(), (ones) => ones.map(({ instance }) => instance));
  });
  // By name as exactly as it stays readable.
  const groups = choices.find((ones) => ones.length <= mostAlone) ?? choices.at(-1) ?? [];
  const rows = groups.flatMap((group): Row[] => {
    const [first] = group;
    return first === undefined ? [] : [{ label: labelOf(group), first, instances: group }];
  });
  const weight = ({ first }: Row) => (first.plan?.irrevocable === true ? 2 : first.release === undefined ? 0 : 1);
  return rows.sort((a, b) => weight(b) - weight(a) || b.instances.length - a.instances.length);
}

const timeLook: Look = ({ zone, declared, stopMode, gone, spans, release, plan, instanceId }) => [
  ...[zone, declared, stopMode, gone, spans, release],
  isReleasedNow(plan) ? instanceId : "",
];

const planLook: Look = (instance) => {
  const { plan, instanceId } = instance;
  return plan === undefined ? [] : [withoutMachine(instance, plan), isReleasedNow(plan) ? instanceId : ""];
};

function isReleasedNow(plan: PlanRow | undefined): boolean {
  return plan?.calls.includes("DeleteInstance") === true;
}

function withoutMachine({ instanceId, instanceName }: InstanceReport, plan: PlanRow): PlanRow {
  const without = (texts: readonly string[]) =>
    texts.map((text) => text.replaceAll(`${instanceId} (${instanceName})`, "it").replaceAll(instanceId, "it"));
  return { ...plan, steps: without(plan.steps), warnings: without(plan.warnings), details: without(plan.details) };
}

function nameStem({ label }: InstanceReport): string {
  return stemOf(label);
}

/** The fleet, or the first word of a name. */
function nameBeginning({ fleet, label }: InstanceReport): string {
  return fleet === undefined ? (/^[^-_./\d]+/.exec(label)?.[0] ?? "") : `${fleet}/`;
}

function labelOf(group: readonly InstanceReport[]): string {
  const [first] = group;
  if (first === undefined || group.length === 1) return first?.label ?? "";
  for (const nameOf of [nameStem, nameBeginning]) {
    const names = new Set(group.map(nameOf));
    const [name = ""] = names;
    if (names.size === 1 && name !== "") return name.includes("*") ? name : `${name}*`;
  }
  return "various names";
}
