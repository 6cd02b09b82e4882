import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Violation } from "../evidence";
import { declaredIn } from "./declared";
import type { Invariant } from "./invariant";
import { isAbout, isEffective, msOf, rowsOf } from "./rows";

type Found = Omit<Violation, "invariant">;
const action = "ModifyInstanceAutoReleaseTime";
const minuteMs = 60_000;
/** How old the look may be that a write rests on. */
const freshMs = 10_000;

function each(
  evidence: Evidence,
  search: (row: LedgerEntry, id: string, operation: Operation) => Found | undefined,
): readonly Found[] {
  return evidence.operations.flatMap((operation) =>
    rowsOf(evidence, operation)
      .filter((row) => row.action === action)
      .flatMap((row) => search(row, row.params["InstanceId"] ?? "", operation) ?? []),
  );
}

export const releaseTimeInvariants: readonly Invariant[] = [
  {
    name: "S6",
    promise:
      "a release time is set only where it is declared, never before the declared minute, 30 minutes to 3 years ahead, and does not outlive its declaration",
    broken: (evidence) => [
      ...each(evidence, (row, id, operation) => {
        const at = row.params["AutoReleaseTime"];
        if (at === undefined) return undefined;
        const says = (because: string): Found => ({
          because: `the release time ${at} of ${id} ${because}`,
          rows: [row],
        });
        if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/.test(at)) return says("is not a whole minute in UTC");
        if (operation.kind !== "up") return says(`was set by a ${operation.kind}`);
        const args = declaredIn(operation, id)?.args ?? {};
        const [declaredAt, after] = [args["autoReleaseAt"], args["autoReleaseAfter"]];
        if (typeof declaredAt === "string" && declaredAt !== "never") {
          const wanted = Math.floor(Date.parse(declaredAt) / minuteMs) * minuteMs;
          if (Date.parse(at) !== wanted) return says(`is not the declared one, ${declaredAt}`);
        } else if (typeof after !== "string") return says("was not declared");
        // By the server's time in the look that it rests on.
        if (Date.parse(at) < msOf(row) - freshMs + 30 * minuteMs) return says("is less than 30 minutes ahead");
        return undefined;
      }),
      ...evidence.operations.flatMap((operation): readonly Found[] =>
        operation.exit === "ok" ? outlived(evidence, operation) : [],
      ),
    ],
  },
  {
    name: "S7",
    promise:
      "a release time is cancelled only where `never` is declared, or one of ours was taken out; another's is left alone",
    broken: (evidence) =>
      each(evidence, (row, id, operation) => {
        if (row.params["AutoReleaseTime"] !== undefined) return undefined;
        const declared = declaredIn(operation, id);
        if (declared?.args["autoReleaseAt"] === "never") return undefined;
        const isStillDeclared = declared?.args["autoReleaseAt"] ?? declared?.args["autoReleaseAfter"];
        if (isStillDeclared !== undefined)
          return { because: `the release time of ${id} was cancelled although one is declared`, rows: [row] };
        if (declared === undefined && recorded(operation, id)?.["onDelete"] === "retainTimer") {
          return { because: `the release time of ${id} was cancelled although it was to be retained`, rows: [row] };
        }
        const hadOne = everDeclared(evidence, operation, id);
        // Under a declaration, taken out means cancelled, whoever set the time by then; without one, only our own goes.
        if (hadOne && (declared !== undefined || isOurs(evidence, operation, id, row))) return undefined;
        return {
          because: `the release time of ${id} was cancelled, which this program has never declared`,
          rows: [row],
        };
      }),
  },
];

function recorded(operation: Operation, id: string) {
  return operation.stateBefore.find((resource) => resource.id === id)?.outputs;
}

/** Its declaration is gone, and the time that we set is still in force. */
function outlived(evidence: Evidence, operation: Operation): readonly Found[] {
  if (operation.kind !== "up" && operation.kind !== "destroy") return [];
  return operation.stateBefore.flatMap(({ id, outputs }): readonly Found[] => {
    const declared = declaredIn(operation, id);
    const isTakenOut = declared === undefined ? outputs["onDelete"] !== "retainTimer" : true;
    const now = declared?.args["autoReleaseAt"] ?? declared?.args["autoReleaseAfter"];
    if (now !== undefined || !isTakenOut || declared?.args["drift"] === "report") return [];
    const there = operation.worldAfter.instances.get(id);
    const inForce = there?.AutoReleaseTime ?? "";
    // Of another machine under the same id nothing is ours, whatever its time is.
    const serial = outputs["serialNumber"];
    const isAnother = typeof serial === "string" && there?.SerialNumber !== serial;
    if (inForce === "" || isAnother) return [];
    const before = outputs["autoReleaseAt"] ?? outputs["autoReleaseAfter"];
    const isRecorded = typeof before === "string" && before !== "never" && isOurTime(outputs, inForce);
    if (!isRecorded && !isKnownAsOurs(evidence, operation, id, inForce)) return [];
    return [
      {
        because: `the release time ${inForce} of ${id} is in force, and nobody declares it any more`,
        rows: rowsOf(evidence, operation).slice(-1),
      },
    ];
  });
}

/**
 * Whatever the record says: since it stands there without a break, a run that was not killed has set that very time, or has
 * ended well when it was declared.
 */
function isKnownAsOurs({ operations, ledger }: Evidence, until: Operation, id: string, inForce: string): boolean {
  let next = until;
  for (const before of operations.slice(0, operations.indexOf(until)).reverse()) {
    if (!next.stateBefore.some((resource) => resource.id === id)) return false;
    next = before;
    if (before.kind !== "up" || before.exit === "killed") continue;
    const isDeclared = sameMinute(declaredIn(before, id)?.args["autoReleaseAt"], inForce);
    if (before.exit === "ok" && isDeclared) return true;
    const rows = rowsOf({ operations, ledger, secrets: [] }, before);
    if (rows.some((row) => isAbout(row, id) && isSetting(row) && sameMinute(row.params["AutoReleaseTime"], inForce)))
      return true;
  }
  return false;
}

function isSetting(row: LedgerEntry): boolean {
  return row.action === action && isEffective(row);
}

function everDeclared(evidence: Evidence, until: Operation, id: string): boolean {
  const before = evidence.operations.slice(0, evidence.operations.indexOf(until) + 1);
  return (
    before.some((operation) => {
      const args = declaredIn(operation, id)?.args;
      return args?.["autoReleaseAt"] !== undefined || args?.["autoReleaseAfter"] !== undefined;
    }) ||
    before.some(
      (operation) =>
        recorded(operation, id)?.["autoReleaseAt"] !== undefined ||
        recorded(operation, id)?.["autoReleaseAfter"] !== undefined,
    )
  );
}

function isOurs(evidence: Evidence, operation: Operation, id: string, row: LedgerEntry): boolean {
  const there = operation.worldBefore.instances.get(id);
  const isSetByUs = (other: LedgerEntry) => other.n < row.n && other.action === action && isEffective(other);
  // Released already and still listed, or cancelled already and still shown by an old look: there is no time to be another's.
  if (there === undefined || there.AutoReleaseTime === "")
    return evidence.ledger.some((other) => isSetByUs(other) && isAbout(other, id));
  const inForce = there.AutoReleaseTime;
  const outputs = recorded(operation, id);
  // Not by what the provider says is its own: only by what was declared, and by what it has been seen to set.
  const declared = [outputs?.["autoReleaseFixedAt"], outputs?.["autoReleaseAt"]];
  if (declared.some((time) => sameMinute(time, inForce))) return true;
  return evidence.ledger.some((other) => isSetByUs(other) && sameMinute(other.params["AutoReleaseTime"], inForce));
}

function isOurTime(outputs: Readonly<Record<string, unknown>>, inForce: string): boolean {
  return [outputs["ownReleaseTime"], outputs["autoReleaseFixedAt"], outputs["autoReleaseAt"]].some((time) =>
    sameMinute(time, inForce),
  );
}

function sameMinute(time: unknown, other: string): boolean {
  return (
    typeof time === "string" &&
    other !== "" &&
    Math.floor(Date.parse(time) / minuteMs) === Math.floor(Date.parse(other) / minuteMs)
  );
}
