import { type Diagnostic, withoutEnginesWords } from "./diagnostic";
import { countIn, type NamedMember, readGroupedText } from "./grouped-text";
import { plannedReleaseTime, type QuotedPlan, readPlanText } from "./plan-text";
import { printable } from "./printable";

/** A thing that is said of so many members, some of whom may not be named. */
export interface SaidOfSome {
  /** In a word or two. */
  readonly what: string;
  readonly count: number;
  readonly named: ReadonlySet<string>;
  readonly changesRelease: boolean;
}

/** What a preview says of a fleet, by whom it is said of. */
export interface FleetSaid {
  readonly quoted: ReadonlyMap<string, QuotedPlan>;
  readonly plans: readonly SaidOfSome[];
  readonly refused: ReadonlyMap<string, readonly string[]>;
  readonly refusals: readonly SaidOfSome[];
  readonly others: ReadonlyMap<string, readonly string[]>;
  /** What stands among the others, each once. */
  readonly remarks: readonly SaidOfSome[];
  /** How many are taken out. Where the preview says nothing of it, none is: `lifecycle:only` may leave them alone. */
  readonly leaving: number;
  /** What can be said of no single member. */
  readonly notes: readonly string[];
}

const headline = /^\d+ instances: \d+ /;
const refusedWord = "refused: ";
const planStep = /\n {2}1\. /;

/** Pure. `members`: all ids that the preview may be about. */
export function fleetSaid(diagnostics: readonly Diagnostic[], members: ReadonlySet<string>): FleetSaid {
  const quoted = new Map<string, QuotedPlan>();
  const [refused, others] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const [plans, refusals, remarks]: [SaidOfSome[], SaidOfSome[], SaidOfSome[]] = [[], [], []];
  const notes: string[] = [];
  let leaving = 0;
  for (const { message } of diagnostics.filter(({ severity }) => severity !== "error")) {
    const said = withoutEnginesWords(message).trimEnd();
    const { text, count, named } = partsOf(said, members);
    const ids = new Set(named.map(({ instanceId }) => instanceId));
    const isHeadline = headline.test(said) && !said.includes("\n");
    if (isHeadline) leaving = Number(/(\d+) taken out/.exec(said)?.[1] ?? 0);
    const isRefusal = text.startsWith(refusedWord);
    if (!isHeadline && !isRefusal && planStep.test(text)) {
      const read = named.map((one) => ({ one, plan: planFor(one, text) }));
      for (const { one, plan } of read) if (plan !== undefined) quoted.set(one.instanceId, plan);
      const first = read[0]?.plan ?? planFor({ instanceId: "i-any", instanceName: undefined }, text);
      // Of those that can't be told at all, nobody's row has it.
      if (ids.size === 0) notes.push(printable(said));
      plans.push({ what: inShort(first), count, named: ids, changesRelease: plannedReleaseTime(first) !== undefined });
    } else if (isRefusal && !isHeadline) {
      const words = printable(text.slice(refusedWord.length));
      for (const id of ids) add(refused, id, words);
      refusals.push({ what: `${refusedWord}${words}`, count, named: ids, changesRelease: false });
      if (ids.size < count) notes.push(printable(said));
    } else {
      for (const id of ids) add(others, id, aboutOne(text, id));
      if (ids.size > 0) remarks.push({ what: text, count, named: ids, changesRelease: false });
      if (ids.size < count) notes.push(printable(said));
    }
  }
  return { quoted, plans, refused, refusals, others, remarks, leaving, notes };
}

/** Once for all of its members that it names; what is said of one alone begins with it, or names nobody else. */
function partsOf(said: string, members: ReadonlySet<string>) {
  const group = readGroupedText(said, members);
  if (group !== undefined) return group;
  const count = countIn(said) ?? 1;
  const ids = [...new Set([...said.matchAll(/\bi-[a-z0-9-]+/g)].map(([id]) => id))];
  const isRefusal = said.startsWith(refusedWord);
  const first = /^(?:refused: |drift: )?(i-[a-z0-9-]+)(?=[ :])/.exec(said)?.[1];
  const meant = first ?? (isRefusal && ids.length === 1 ? ids[0] : undefined);
  const isOne = count === 1 && meant !== undefined && members.has(meant);
  return { text: said, count, named: isOne ? [{ instanceId: meant, instanceName: undefined }] : [] };
}

/** The words of one, of which a group keeps all but the machine. */
function planFor({ instanceId, instanceName }: NamedMember, text: string): QuotedPlan | undefined {
  if (text.startsWith("i-")) return readPlanText(text);
  return readPlanText(`${instanceId}${instanceName === undefined ? "" : ` (${instanceName})`}: ${text}`);
}

/** `running -> stopped by StopInstance (KeepCharging)`: what two plans differ in. */
function inShort(plan: QuotedPlan | undefined): string {
  if (plan === undefined) return "a plan that can't be read";
  const calls = plan.steps.flatMap(({ call, text }) => (call === undefined ? [] : [text.split(": ")[0] ?? ""]));
  return `${plan.change} by ${calls.join(", then ")}`;
}

/** A remark as it is said of one. Drift is told by itself too, far from the row that names the machine. Pure. */
export function aboutOne(text: string, instanceId: string): string {
  return printable(text.replace(/^drift: (?:it: )?(?!i-)/, `drift: ${instanceId}: `));
}

function add(lists: Map<string, string[]>, id: string, text: string): void {
  lists.set(id, [...(lists.get(id) ?? []), text]);
}
