import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Violation } from "../evidence";
import { declarationIn } from "./declared";
import type { Invariant } from "./invariant";
import { idsOf, isAbout, isEffective, isWrite, rowsOf } from "./rows";

type Found = Omit<Violation, "invariant">;

/**
 * What has to hold for a machine in a run, whatever changes its arguments on the way, whichever provider it is given to and
 * whether it is declared, taken out or destroyed.
 */
export const wholeRunInvariants: readonly Invariant[] = [
  {
    name: "S1",
    promise: "a release is asked for only where the program itself has written it, for that very machine",
    broken: (evidence) =>
      eachWrite(evidence, (row, id, operation) => {
        const written = declarationIn(operation, id)?.written;
        if (!row.action.startsWith("DeleteInstance") || written === undefined) return undefined;
        const isWritten = written["state"] === "released" || written["schedule"] !== undefined;
        if (isWritten && written["instanceId"] === id) return undefined;
        const wish = `state ${String(written["state"])} of ${String(written["instanceId"])}`;
        return { because: `${row.action} ${id}, and the program has written ${wish}`, rows: [row] };
      }),
  },
  {
    name: "S4",
    promise: "what is declared is written to only where the program's own side has looked at that machine in this run",
    broken: (evidence) =>
      eachWrite(evidence, (row, id, operation, rows) => {
        const spans = operation.spans?.filter(({ afterN, toN }) => row.n > afterN && row.n <= toN) ?? [];
        if (operation.kind !== "up" || !spans.some(({ method }) => method === "create" || method === "update"))
          return undefined;
        // A member that leaves its fleet is taken out while others are updated: what is taken out, no program looks at.
        if (spans.some((span) => span.method === "delete" && span.id === id)) return undefined;
        const program = operation.spans?.find(({ method }) => method === "program");
        const looks = rows.filter(({ n }) => program !== undefined && n > program.afterN && n <= program.toN);
        if (looks.some((look) => isAbout(look, id))) return undefined;
        return { because: `${row.action} ${id}, at which the program has not looked`, rows: [row] };
      }),
  },
  {
    name: "S9",
    promise:
      "for what is taken out, nothing is called while it is declared elsewhere, but for a release time that nobody declares",
    broken: (evidence) =>
      eachWrite(evidence, (row, id, operation) => {
        const declared = declarationIn(operation, id);
        const span = operation.spans?.find(({ afterN, toN, id: of }) => of === id && row.n > afterN && row.n <= toN);
        if (operation.kind !== "up" || span?.method !== "delete" || declared === undefined) return undefined;
        const { autoReleaseAt, autoReleaseAfter } = declared.args;
        const isCancelling =
          row.action === "ModifyInstanceAutoReleaseTime" && row.params["AutoReleaseTime"] === undefined;
        if (isCancelling && autoReleaseAt === undefined && autoReleaseAfter === undefined) return undefined;
        return { because: `${row.action} ${id} by a delete, and the run declares it as ${declared.name}`, rows: [row] };
      }),
  },
  {
    name: "S10",
    promise:
      "no run sends more stops, releases and new or earlier release times than allowed, also for what it removes",
    broken: (evidence) => evidence.operations.flatMap((operation) => tooMany(evidence, operation)),
  },
];

function eachWrite(
  evidence: Evidence,
  search: (row: LedgerEntry, id: string, operation: Operation, rows: readonly LedgerEntry[]) => Found | undefined,
): readonly Found[] {
  return evidence.operations.flatMap((operation) => {
    const rows = rowsOf(evidence, operation);
    return rows.filter(isWrite).flatMap((row) => idsOf(row).flatMap((id) => search(row, id, operation, rows) ?? []));
  });
}

interface Limit {
  readonly key: string;
  readonly byDefault: number;
  readonly counts: (row: LedgerEntry, id: string, operation: Operation) => boolean;
}

const limits: readonly Limit[] = [
  { key: "lifecycle:maxStops", byDefault: Number.POSITIVE_INFINITY, counts: ({ action }) => action === "StopInstance" },
  { key: "lifecycle:maxReleases", byDefault: 1, counts: ({ action }) => action.startsWith("DeleteInstance") },
  { key: "lifecycle:maxReleaseTimes", byDefault: 10, counts: isDangerousTime },
];

/** Each provider has limits of its own. */
function tooMany(evidence: Evidence, operation: Operation): readonly Found[] {
  const rows = rowsOf(evidence, operation).filter((row) => isWrite(row) && isEffective(row));
  return limits.flatMap(({ key, byDefault, counts }) => {
    const limit = Number(operation.settings[key] ?? byDefault);
    const sent = new Map<string | undefined, Map<string, LedgerEntry>>();
    for (const row of rows) {
      for (const id of idsOf(row).filter((one) => counts(row, one, operation))) {
        const provider = providerOf(operation, id);
        sent.set(provider, (sent.get(provider) ?? new Map<string, LedgerEntry>()).set(id, row));
      }
    }
    return [...sent.values()].flatMap((ids): readonly Found[] =>
      ids.size <= limit
        ? []
        : [{ because: `${key} is ${limit}, and it was done to ${ids.size}`, rows: [...ids.values()] }],
    );
  });
}

function isDangerousTime({ params }: LedgerEntry, id: string, { worldBefore }: Operation): boolean {
  const at = params["AutoReleaseTime"];
  const before = worldBefore.instances.get(id)?.AutoReleaseTime ?? "";
  return at !== undefined && (before === "" || Date.parse(at) < Date.parse(before));
}

function providerOf(operation: Operation, id: string): string | undefined {
  const declared = declarationIn(operation, id);
  return declared === undefined ? operation.stateBefore.find((one) => one.id === id)?.provider : declared.provider;
}
