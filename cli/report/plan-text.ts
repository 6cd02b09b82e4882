import { printable } from "./printable";

/** The provider's own words for what it would do, taken apart and not changed. */
export interface QuotedPlan {
  /** The id with which it begins. */
  readonly instanceId: string;
  readonly instanceName: string | undefined;
  /** `running -> stopped, release time none -> 2026-12-10T10:00:00Z` */
  readonly change: string;
  /** Calls and waits in order. */
  readonly steps: readonly QuotedStep[];
  /** What is lost, what stays, what the schedule says. */
  readonly details: readonly string[];
  /** Why the rest is not done. */
  readonly refused: readonly string[];
}

export interface QuotedStep {
  /** `StopInstance`; undefined: a wait. */
  readonly call: string | undefined;
  /** The whole line without its number. */
  readonly text: string;
}

const stepLine = /^ {2}(\d+)\. (.*)$/;
const callName = /^[A-Z][A-Za-z]+(?= |:)/;
const refusedWord = "then refused: ";

/** Reads a diagnostic as `describePlan` words it; undefined: it is something else. Pure. */
export function readPlanText(message: string): QuotedPlan | undefined {
  const [head = "", ...lines] = message.trimEnd().split("\n");
  const machine = /^(i-[a-z0-9]+)(?= |:)(.*)$/.exec(head);
  const numbered = lines.flatMap((line) => stepLine.exec(line) ?? []);
  const [, instanceId, rest = ""] = machine ?? [];
  if (instanceId === undefined || numbered.length === 0) return undefined;
  const steps: QuotedStep[] = [];
  const details: string[] = [];
  const refused: string[] = [];
  for (const line of lines) {
    const step = stepLine.exec(line)?.[2];
    const text = printable(line);
    if (step !== undefined) steps.push({ call: callName.exec(step)?.[0], text: printable(step) });
    else if (text.startsWith(refusedWord)) refused.push(text.slice(refusedWord.length));
    else if (text !== "") details.push(text);
  }
  return { instanceId, ...headOf(rest), steps, details, refused };
}

/** ` (name): running -> stopped`. The name is anybody's, so its end is looked for from behind. */
function headOf(rest: string): { readonly instanceName: string | undefined; readonly change: string } {
  const end = rest.lastIndexOf("): ");
  if (rest.startsWith(" (") && end > 0) {
    return { instanceName: printable(rest.slice(2, end)), change: printable(rest.slice(end + 3)) };
  }
  return { instanceName: undefined, change: printable(rest.replace(/^: /, "")) };
}

/** The moment that a planned call sets as release time; `none`: it is cancelled; undefined: it stays as it is. Pure. */
export function plannedReleaseTime(plan: QuotedPlan | undefined): string | undefined {
  const times = (plan?.steps ?? [])
    .filter(({ call }) => call === "ModifyInstanceAutoReleaseTime")
    .map(({ text }) => (text.includes(" (cancel): ") ? "none" : /\(release at (\S+?Z),/.exec(text)?.[1]));
  return times.findLast((time) => time !== undefined);
}

/** Whether a planned call says of itself that it can't be undone. Pure. */
export function isIrrevocable({ text }: QuotedStep): boolean {
  return text.includes("CAN'T BE UNDONE");
}

export function releasesNow(plan: QuotedPlan | undefined): boolean {
  return (plan?.steps ?? []).some(({ call }) => call === "DeleteInstance");
}
