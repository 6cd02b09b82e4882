import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Violation } from "../evidence";
import { declaredIn, recordedIn } from "./declared";
import type { Invariant } from "./invariant";
import { idsOf, isAbout, isByItself, isEffective, isHeard, isWrite, msOf, rowsOf, shownOf } from "./rows";

type Found = Omit<Violation, "invariant">;
type Search = (row: LedgerEntry, id: string, operation: Operation, rows: readonly LedgerEntry[]) => Found | undefined;

function isRelease(row: LedgerEntry): boolean {
  return isWrite(row) && (row.action === "DeleteInstance" || row.action === "DeleteInstances");
}

/** Looks at each request for each id that it names. */
function eachWrite(
  evidence: Evidence,
  search: Search,
  where: (row: LedgerEntry) => boolean = isWrite,
): readonly Found[] {
  return evidence.operations.flatMap((operation) => {
    const rows = rowsOf(evidence, operation);
    return rows.filter(where).flatMap((row) => idsOf(row).flatMap((id) => search(row, id, operation, rows) ?? []));
  });
}

/** Where looks may lag, one can show the machine that carried the id a moment before. */
function mayShowTheOther({ ledger }: Evidence, look: LedgerEntry, id: string): boolean {
  const setting = ledger.findLast((row) => row.n < look.n && row.action === "control:putLag")?.params["lag"] ?? "0";
  const lag = JSON.parse(setting) as number | { readonly maxMs: number };
  const lagMs = typeof lag === "number" ? lag : lag.maxMs;
  return ledger.some(
    (row) =>
      row.n < look.n &&
      isAbout(row, id) &&
      row.effect.includes("SerialNumber") &&
      lagMs > 0 &&
      msOf(look) - msOf(row) <= lagMs,
  );
}

/** A fresh look may be this old, by the world's clock. */
const freshMs = 10_000;

export const releaseInvariants: readonly Invariant[] = [
  {
    name: "S1",
    promise: "a release is asked for only by create or update, and only where released is declared now",
    broken: (evidence) =>
      eachWrite(
        evidence,
        (row, id, operation) => {
          if (operation.kind !== "up" || declaredIn(operation, id)?.isReleased !== true) {
            return {
              because: `${row.action} ${id} in a ${operation.kind} that does not declare it released`,
              rows: [row],
            };
          }
          // Two runs at once share a ledger: a call of the one falls into the time of the other.
          const span = evidence.operations
            .flatMap(({ spans = [] }) => spans)
            .find(({ afterN, toN, id: of }) => of === id && row.n > afterN && row.n <= toN);
          if (operation.spans === undefined || span?.method === "create" || span?.method === "update") return undefined;
          return { because: `${row.action} ${id} by ${span?.method ?? "no method at all"}`, rows: [row] };
        },
        isRelease,
      ),
  },
  {
    name: "S2",
    promise: "no force, no lifted protection and no other means than what is declared",
    broken: (evidence) =>
      eachWrite(evidence, (row, id, operation, rows) => {
        const declared = declaredIn(operation, id);
        const stops = declared ?? recordedIn(operation, id);
        const { params, action } = row;
        const says = (because: string): Found => ({
          because: `${because} of ${id}, which is not declared`,
          rows: [row],
        });
        if (params["TerminateSubscription"] === "true") return says("TerminateSubscription");
        if (params["InitLocalDisk"] === "true") return says("InitLocalDisk");
        if (action === "ModifyInstanceChargeType") return says("a change of the charge type");
        if (isRelease(row) && params["Force"] === "true" && declared?.mayForceRelease !== true)
          return says("forced release");
        if (params["ForceStop"] === "true" && !isRelease(row) && stops?.mayForceStop !== true)
          return says("forced stop");
        if (action !== "ModifyInstanceAttribute" || params["DeletionProtection"] !== "false") return undefined;
        if (declared?.mayLiftProtection !== true) return says("lifted protection");
        // Refused, and the refusal heard: nothing was lifted, and a new look decides anew.
        if (row.code !== null && isHeard(row) && !isEffective(row)) return undefined;
        const next = rows.find(
          ({ n, ...other }) => n > row.n && isWrite({ n, ...other }) && isAbout({ n, ...other }, id),
        );
        const isNextFine = next === undefined || isRelease(next) || next.action === "ModifyInstanceAttribute";
        return isNextFine
          ? undefined
          : { because: `protection of ${id} was lifted for something else than its release`, rows: [row, next] };
      }),
  },
  {
    name: "S3",
    promise:
      "one effective release; sent again only after a look that shows the machine; nothing is sent after an accepted one",
    broken: (evidence) => {
      const rows = evidence.ledger.filter((row) => !isByItself(row));
      const ids = new Set(rows.filter(isRelease).flatMap(idsOf));
      return [...ids].flatMap((id): readonly Found[] => {
        const sent = rows.filter((row) => isRelease(row) && isAbout(row, id));
        const effective = sent.filter(isEffective);
        if (effective.length > 1) return [{ because: `${id} was released ${effective.length} times`, rows: effective }];
        const again = sent.slice(1).flatMap((row, index): readonly Found[] => {
          const before = sent[index] as LedgerEntry;
          const between = rows.filter(({ n }) => n > before.n && n < row.n);
          const look = between.findLast((other) => shownOf(other, id) !== undefined);
          if (look !== undefined && shownOf(look, id) !== "absent") return [];
          return [{ because: `a release of ${id} was sent again without a look that shows it`, rows: [before, row] }];
        });
        const accepted = sent.find(
          (row) => row.status === 200 && row.code === null && isEffective(row) && isHeard(row),
        );
        // A later run may ask once more, after a look of its own: the first may have come to nothing.
        const knownTo = evidence.operations.find(
          ({ afterN, toN }) => accepted !== undefined && accepted.n > afterN && accepted.n <= toN,
        );
        const after = rows.filter(
          (row) =>
            accepted !== undefined &&
            row.n > accepted.n &&
            isWrite(row) &&
            isAbout(row, id) &&
            (row.n <= (knownTo?.toN ?? 0) ||
              (!isRelease(row) && knownTo?.exit !== "killed" && isKnownBy(evidence, row, id))),
        );
        const [late] = after;
        if (accepted === undefined || late === undefined) return again;
        return [...again, { because: `${late.action} ${id} after its release was accepted`, rows: [accepted, late] }];
      });
    },
  },
  {
    name: "S4",
    promise:
      "every write rests on a look at that machine in the same operation, at most 10 s old, and on the machine that was recorded",
    broken: (evidence) =>
      eachWrite(
        evidence,
        (row, id, operation, rows) => {
          // Putting protection back can do no harm, whatever is there by now.
          if (row.params["DeletionProtection"] === "true") return undefined;
          const look = rows.findLast((other) => other.n < row.n && shownOf(other, id) !== undefined);
          if (look === undefined || shownOf(look, id) === "absent") {
            return {
              because: `${row.action} ${id} without a look that shows it`,
              rows: look === undefined ? [row] : [look, row],
            };
          }
          if (msOf(row) - msOf(look) > freshMs) {
            return {
              because: `${row.action} ${id} rests on a look of ${(msOf(row) - msOf(look)) / 1_000} s before`,
              rows: [look, row],
            };
          }
          const writtenSince = rows.find(
            (other) => other.n > look.n && other.n < row.n && isWrite(other) && isAbout(other, id),
          );
          if (writtenSince !== undefined) {
            return {
              because: `${row.action} ${id} rests on a look from before another write`,
              rows: [look, writtenSince, row],
            };
          }
          // Under a new name nothing is recorded yet.
          const name = operation.declarations.find(({ args }) => args["instanceId"] === id)?.name;
          const recorded = operation.stateBefore
            .filter((resource) => resource.id === id && (name === undefined || resource.name === name))
            .map(({ outputs }) => outputs["serialNumber"])
            .filter((serial) => typeof serial === "string");
          const there = operation.worldBefore.instances.get(id)?.SerialNumber;
          // Half-way through a renaming both names are recorded, and one of them may have adopted the other machine.
          if (recorded.length === 0 || there === undefined || recorded.includes(there)) return undefined;
          if (mayShowTheOther(evidence, look, id)) return undefined;
          return { because: `${row.action} ${id}, which is another machine than the one recorded`, rows: [row] };
        },
        (row) => isWrite(row) && row.params["InstanceId"] !== undefined,
      ),
  },
  {
    name: "S11",
    promise:
      "what protects a machine keeps it from being released: protection, a subscription, a security lock, an unmet expectation, another owner",
    broken: (evidence) =>
      eachWrite(
        evidence,
        (row, id, operation, rows) => {
          const there = operation.worldBefore.instances.get(id);
          const declared = declaredIn(operation, id);
          const wasTouched = rows.some((other) => isByItself(other) && isAbout(other, id));
          if (there === undefined || declared === undefined || wasTouched) return undefined;
          const says = (because: string): Found => ({ because: `${row.action} ${id}, ${because}`, rows: [row] });
          if (there.InstanceChargeType === "PrePaid") return says("which is a subscription");
          if (there.DeletionProtection && !declared.mayLiftProtection) return says("which is protected");
          if (there.OperationLocks.LockReason.some(({ LockReason }) => LockReason === "security"))
            return says("which has a security lock");
          const expect = (declared.args["expect"] ?? {}) as { instanceName?: string; tags?: Record<string, string> };
          if (expect.instanceName !== undefined && expect.instanceName !== there.InstanceName)
            return says("whose name is not the expected one");
          const tags = new Map(there.Tags.Tag.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
          if (Object.entries(expect.tags ?? {}).some(([key, value]) => tags.get(key) !== value))
            return says("whose tags are not the expected ones");
          const owner = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"].find((key) => tags.has(key));
          if (owner !== undefined && expect.tags?.[owner] === undefined) return says(`which belongs to ${owner}`);
          return undefined;
        },
        isRelease,
      ),
  },
  {
    name: "S15",
    promise:
      "where saving is declared, a release waits until every disk has an accomplished snapshot of the stopped machine",
    broken: (evidence) =>
      eachWrite(
        evidence,
        (row, id, operation) => {
          if (declaredIn(operation, id)?.isSaved !== true || !isEffective(row)) return undefined;
          const disks = operation.worldBefore.disks.get(id) ?? [];
          const unsaved = disks.filter((diskId) => !isSavedBefore(evidence, operation, diskId, row));
          return unsaved.length === 0
            ? undefined
            : { because: `${id} was released before ${unsaved.join(", ")} was saved`, rows: [row] };
        },
        isRelease,
      ),
  },
];

/** A resource that is new in its run (renamed, or its state was lost) has no record of a release, and can only go by what a look shows. */
function isKnownBy(evidence: Evidence, row: LedgerEntry, id: string): boolean {
  const operation = evidence.operations.find(({ afterN, toN }) => row.n > afterN && row.n <= toN);
  const name = operation?.declarations.find(({ args }) => args["instanceId"] === id)?.name;
  return name === undefined || operation?.stateBefore.some((one) => one.id === id && one.name === name) === true;
}

/** The world at the end still has the snapshots; that they were ready by then shows in an answer that was given before. */
function isSavedBefore(evidence: Evidence, operation: Operation, diskId: string, release: LedgerEntry): boolean {
  const made = operation.worldAfter.snapshots.filter((snapshot) => snapshot.diskId === diskId);
  const looked = evidence.ledger.some(
    (row) => row.n < release.n && row.n > operation.afterN && row.action === "DescribeSnapshots" && row.code === null,
  );
  return (
    looked && made.some(({ status, createdAt }) => status === "accomplished" && Date.parse(createdAt) <= msOf(release))
  );
}
