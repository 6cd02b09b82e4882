import { amountText } from "./figures";
import { groupedBy } from "./grouped-by";
import type { InstanceReport, Report } from "./report";
import { mostAlone, type Row } from "./rows";
import { stemOf } from "./stem";

const mostNamed = 20;

/** The id, or how many there are. Pure. */
export function idText({ first, instances }: Row): string {
  return instances.length === 1 ? first.instanceId : `${instances.length} instances`;
}

/** `running`, or of several `940 running, 10 stopped`. Undefined: nothing is recorded. Pure. */
export function statusText({ first, instances }: Row): string | undefined {
  const counts = countsOf(instances.map(({ status = "not recorded" }) => status));
  if (counts.length < 2) return first.status;
  return counts.map(([status, count]) => `${count} ${status}`).join(", ");
}

/** What a row of several says of each. Pure. */
export function ofEach({ instances }: Row, text: string): string {
  return instances.length === 1 ? text : `${text} each`;
}

/** What all of a row save, and how many have no price. Pure. */
export function moneyText({ instances }: Row, { money }: Report): string {
  if (money === undefined) return "";
  const reasons = countsOf(
    instances.flatMap(({ money: of }) => (of !== undefined && "noPrice" in of ? [of.noPrice] : [])),
  );
  const priced = instances.flatMap(({ money: of }) => (of === undefined || "noPrice" in of ? [] : [of.saved]));
  const [only] = reasons;
  if (priced.length === 0) return reasons.length === 1 && only !== undefined ? only[0] : withCounts(reasons);
  const sum = amountText(
    priced.reduce((total, saved) => total + saved, 0),
    money.currency,
  );
  return reasons.length === 0 ? sum : `${sum}; ${withCounts(reasons)}`;
}

/** Names in a sentence; of very many, what they have in common: `dev/web-* (600), db and 12 more`. Pure. */
export function namesText(names: readonly string[]): string {
  // As many as have a row of their own are named.
  if (names.length <= mostAlone) return names.join(", ");
  const stems = groupedBy(names, stemOf);
  const largest = [...stems].sort((a, b) => b[1].length - a[1].length).slice(0, mostNamed);
  const left = largest.reduce((rest, [, ones]) => rest - ones.length, names.length);
  const texts = largest.map(([stem, ones]) => (ones.length === 1 ? ones.join() : `${stem} (${ones.length})`));
  return `${texts.join(", ")}${left === 0 ? "" : ` and ${left} more`}`;
}

/** What is said of one instance, or of several at once. */
export interface Said {
  readonly names: string;
  /** The machine is called `it` where it is said of several. */
  readonly text: string;
}

/** Where instances share rows, what is said of many is said once, with their names. Pure. */
export function saidOnce(said: readonly (readonly [InstanceReport, string])[], shares: boolean): readonly Said[] {
  const groups = new Map<string, { readonly text: string; readonly labels: string[] }>();
  for (const [{ instanceId, label }, text] of said) {
    const key = shares ? text.replaceAll(instanceId, "it") : `${label}\n${text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { text, labels: [label] });
    else group.labels.push(label);
  }
  return Array.from(groups, ([key, { text, labels }]) => ({
    names: namesText(labels),
    text: labels.length === 1 ? text : key.replace(/^[^\n]*\n/, ""),
  }));
}

function countsOf(texts: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function withCounts(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([text, count]) => `${count} of them: ${text}`).join("; ");
}
