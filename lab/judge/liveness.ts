import type { Evidence, Operation, Violation } from "../evidence";
import { notAsDeclared } from "./as-declared";
import { isChangedOnTheWay, readDeclared } from "./declared";
import type { Invariant } from "./invariant";
import { idsOf, isByItself, isEffective, isWrite, rowsOf } from "./rows";

type Found = Omit<Violation, "invariant">;

/**
 * What has to come about, measured against the declarations alone and not against another run of the same program: a
 * provider that does nothing agrees with itself in everything.
 */
export const livenessInvariants: readonly Invariant[] = [
  {
    name: "L1",
    promise: "after an `up` that ended well, and in which nobody else did anything, everything is as declared",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        if (operation.kind !== "up" || operation.exit !== "ok" || !isUndisturbed(evidence, operation)) return [];
        const wrong = operation.declarations.flatMap(({ args }) => notAsDeclared(operation, args));
        return [...wrong, ...notStopped(operation)].map((because) => ({
          because,
          rows: rowsOf(evidence, operation).slice(-4),
        }));
      }),
  },
  {
    name: "L1",
    promise: "what stands in no way of its declaration is brought there: the `up` ends well",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        if (operation.kind !== "up" || operation.exit !== "failed" || !isUndisturbed(evidence, operation)) return [];
        if (!isPlain(operation)) return [];
        const errors = operation.printed.filter((line) => line.startsWith("error")).join(" / ");
        return [{ because: `nothing stands in the way, and it ended ${operation.exit}: ${errors}`, rows: [] }];
      }),
  },
  {
    name: "L2",
    promise: "one more `up` of the same program sends no write",
    broken: (evidence) =>
      evidence.operations.flatMap((operation, index): readonly Found[] => {
        const before = evidence.operations[index - 1];
        if (before === undefined || before.kind !== "up" || operation.kind !== "up" || before.exit !== "ok") return [];
        if (JSON.stringify(before.declarations) !== JSON.stringify(operation.declarations)) return [];
        const both = evidence.ledger.filter(({ n }) => n > before.afterN && n <= operation.toN);
        if (both.some((row) => row.fault !== null || (isByItself(row) && isEffective(row)))) return [];
        const writes = rowsOf(evidence, operation).filter(isWrite);
        return writes.length === 0 ? [] : [{ because: "one more run of the same program sent a write", rows: writes }];
      }),
  },
  {
    name: "L2",
    promise: "in a run in which nothing goes wrong, no write is sent that changes nothing",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        if (!isUndisturbed(evidence, operation)) return [];
        return rowsOf(evidence, operation)
          .filter((row) => isWrite(row) && row.status === 200 && !isEffective(row))
          .map((row) => ({ because: `${row.action} was accepted and changed nothing`, rows: [row] }));
      }),
  },
  {
    name: "L6",
    promise: "when somebody else undoes what is done, it ends in an error after three rounds",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        const rows = rowsOf(evidence, operation);
        if (!rows.some((row) => isByItself(row) && isEffective(row))) return [];
        const counts = new Map<string, number>();
        for (const row of rows.filter((one) => isWrite(one) && isEffective(one))) {
          const key = `${row.action} ${idsOf(row).join(" ")} ${row.params["ForceStop"] ?? ""} ${row.params["DiskId"] ?? ""}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        return [...counts].flatMap(([key, count]): readonly Found[] =>
          count <= mostRounds ? [] : [{ because: `${key.trim()} took effect ${count} times in one run`, rows: [] }],
        );
      }),
  },
];

const mostRounds = 3;

/** No fault, and nobody else did anything but the clock. */
function isUndisturbed(evidence: Evidence, operation: Operation): boolean {
  return rowsOf(evidence, operation).every((row) => row.fault === null && !(isByItself(row) && isEffective(row)));
}

/** Removed under `onDelete: "stop"`, a machine that belongs to nobody else is stopped now. */
function notStopped(operation: Operation): readonly string[] {
  return operation.stateBefore.flatMap(({ id, outputs }) => {
    const there = operation.worldAfter.instances.get(id);
    const isLeft = !operation.declarations.some(({ args }) => args["instanceId"] === id);
    if (!isLeft || outputs["onDelete"] !== "stop" || there === undefined || there.Status === "Stopped") return [];
    const isSame = outputs["serialNumber"] === there.SerialNumber;
    const isFree = there.Tags.Tag.length === 0 && there.OperationLocks.LockReason.length === 0;
    return isSame && isFree ? [`${id} was to be stopped when it was removed, and it is ${there.Status}`] : [];
  });
}

/** Nothing is there that could be a reason to refuse: ordinary machines, known or expected, within every limit. */
function isPlain(operation: Operation): boolean {
  const { declarations, settings, worldBefore } = operation;
  if (Object.keys(settings).some((key) => key.startsWith("lifecycle:"))) return false;
  if (new Set(declarations.map(({ args }) => args["instanceId"])).size < declarations.length) return false;
  if (declarations.filter(({ args }) => readDeclared(args).isReleased).length > 1) return false;
  if (declarations.length > 5 || declarations.some(isChangedOnTheWay)) return false;
  return declarations.every(({ args }) => {
    const id = String(args["instanceId"]);
    const there = worldBefore.instances.get(id);
    const before = operation.stateBefore.find((resource) => resource.id === id);
    const isPlainText = (name: string) => args[name] === undefined;
    if (there === undefined || there.RegionId !== (args["regionId"] ?? there.RegionId)) return false;
    if (!["wrong", "__wrong", "stop", "timeouts", "autoReleaseAt", "autoReleaseAfter", "expect"].every(isPlainText))
      return false;
    if (![undefined, "running", "stopped", "released"].includes(args["state"] as string | undefined)) return false;
    if (there.InstanceChargeType !== "PostPaid" || there.DeletionProtection || there.localDisks || there.noStock)
      return false;
    if (there.Tags.Tag.length > 0 || there.OperationLocks.LockReason.length > 0) return false;
    if (Object.keys(there.timings).length > 0) return false;
    if (before === undefined) return !readDeclared(args).isReleased;
    return before.outputs["serialNumber"] === there.SerialNumber && before.outputs["releasedBy"] === null;
  });
}
