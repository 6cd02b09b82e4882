import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Properties, Violation } from "../evidence";
import { readDeclared } from "./declared";
import type { Invariant } from "./invariant";
import { durationMs } from "./means";
import { isByItself, isTurnedAway, isUnheard, isWrite, msOf, rowsOf } from "./rows";

type Found = Omit<Violation, "invariant">;

/** For a read, the first attempt and its retries. */
const mostReads = 8;
/** Of one write in one run, or of one read that is refused as too many calls: those may stand in line for a quarter of an hour. */
const mostInLine = 100;
const minuteMs = 60_000;

export const boundInvariants: readonly Invariant[] = [
  {
    name: "L3",
    promise: "a run ends within the budgets of its steps, and one request more",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        const tookMs = operation.worldAfter.atMs - operation.worldBefore.atMs;
        const allowedMs = budgetMs(operation) + inLineMs(evidence, operation);
        if (tookMs <= allowedMs) return [];
        return [
          {
            because: `a ${operation.kind} took ${Math.round(tookMs / minuteMs)} min, its budgets are ${Math.round(allowedMs / minuteMs)} min`,
            rows: rowsOf(evidence, operation).slice(-2),
          },
        ];
      }),
  },
  {
    name: "L4",
    promise: "a call is sent again only so many times",
    broken: (evidence) => evidence.operations.flatMap((operation) => sentTooOften(evidence, operation)),
  },
];

/** The time in which calls stood in line for the account's limit counts against no budget. */
function inLineMs(evidence: Evidence, operation: Operation): number {
  const refused = rowsOf(evidence, operation).filter(isThrottled);
  const [first, last] = [refused[0], refused.at(-1)];
  return first === undefined || last === undefined ? 0 : msOf(last) - msOf(first) + minuteMs;
}

function isThrottled({ code }: LedgerEntry): boolean {
  return code?.includes("Throttling") === true;
}

/** What all steps of all machines may take, one after another. */
function budgetMs({ declarations, stateBefore }: Operation): number {
  const all = [...declarations.map(({ args }) => args), ...stateBefore.map(({ outputs }) => outputs)];
  return all.reduce((sum, args) => sum + budgetOf(args), 5 * minuteMs);
}

function budgetOf(args: Properties): number {
  const timeouts = (args["timeouts"] ?? {}) as Partial<Record<string, string>>;
  const of = (name: string, byDefault: string) => durationMs(timeouts[name] ?? byDefault);
  const savedMs = readDeclared(args).isSaved ? of("snapshot", "2h") : 0;
  // Besides the steps: what takes effect at once, an instance that may turn up, the proof that it is gone, and slow reads.
  return of("start", "10m") + of("stop", "10m") + of("release", "10m") + savedMs + 8 * minuteMs;
}

function sentTooOften(evidence: Evidence, operation: Operation): readonly Found[] {
  const [inARow, ever] = [new Map<string, number>(), new Map<string, number>()];
  const found = new Map<string, Found>();
  for (const row of rowsOf(evidence, operation).filter((one) => !isByItself(one) && !isUnheard(one))) {
    const key = `${row.action} ${JSON.stringify(row.params)}`;
    if (isWrite(row)) {
      const count = (ever.get(key) ?? 0) + 1;
      ever.set(key, count);
      if (count > mostInLine) found.set(key, { because: `${key} was sent ${count} times in one run`, rows: [row] });
      continue;
    }
    // Answered with what was asked for; or refused for the clock, after which the client corrects it by itself.
    const isOver = (row.code === null && row.status === 200) || row.code === "DryRunOperation" || isTurnedAway(row);
    const count = isOver ? 0 : (inARow.get(key) ?? 0) + 1;
    inARow.set(key, count);
    if (count > (isThrottled(row) ? mostInLine : mostReads))
      found.set(key, { because: `${key} was sent ${count} times without an answer`, rows: [row] });
  }
  return [...found.values()];
}
