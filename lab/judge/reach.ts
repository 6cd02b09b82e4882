import type { Evidence, Operation, Violation } from "../evidence";
import { readDeclared, recordBefore } from "./declared";
import type { Invariant } from "./invariant";
import { idsOf, isAbout, isByItself, isEffective, isWrite, msOf, rowsOf, shownOf } from "./rows";

type Found = Omit<Violation, "invariant">;

export const reachInvariants: readonly Invariant[] = [
  {
    name: "S5",
    promise:
      "released or absent is recorded only after two looks 5 s apart, the second by name, and a proof of the right to see; and never of a machine that is there",
    broken: (evidence) => evidence.operations.flatMap((operation) => wronglyGone(evidence, operation)),
  },
  {
    name: "S8",
    promise: "preview, refresh, check, diff, read and the program's side send no write, not even a dry run of one",
    broken: (evidence) =>
      evidence.operations.flatMap((operation) =>
        rowsOf(evidence, operation)
          .filter(isWrite)
          .flatMap((row): readonly Found[] => {
            if (operation.kind === "preview" || operation.kind === "refresh") {
              return [{ because: `${row.action} in a ${operation.kind}`, rows: [row] }];
            }
            // Several methods may be at work at once, each for its own instance, and two runs may share the ledger.
            const spans = evidence.operations
              .flatMap((one) => one.spans ?? [])
              .filter(({ afterN, toN }) => row.n > afterN && row.n <= toN);
            if (
              operation.spans === undefined ||
              spans.some(({ method }) => method === "create" || method === "update" || method === "delete")
            )
              return [];
            return [
              {
                because: `${row.action} by ${spans.map(({ method }) => method).join(", ") || "no method at all"}`,
                rows: [row],
              },
            ];
          }),
      ),
  },
  {
    name: "S9",
    promise:
      "only machines that this program declares, or has declared, are written to; an empty list of ids is never sent",
    broken: (evidence) =>
      evidence.operations.flatMap((operation) => {
        const ids = new Set([
          ...operation.declarations.map(({ args }) => String(args["instanceId"])),
          ...operation.stateBefore.map(({ id }) => id),
        ]);
        return rowsOf(evidence, operation).flatMap((row): readonly Found[] => {
          if (row.params["InstanceIds"] === "[]")
            return [{ because: `${row.action} with an empty list of ids`, rows: [row] }];
          const foreign = isWrite(row) ? idsOf(row).filter((id) => !ids.has(id)) : [];
          return foreign.length === 0
            ? []
            : [{ because: `${row.action} ${foreign.join(", ")}, which is not declared`, rows: [row] }];
        });
      }),
  },
  {
    name: "S10",
    promise:
      "releases of a run stay within their limit, as a whole or not at all; and none if half of five or more are missing without explanation",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        const released = rowsOf(evidence, operation).filter((row) => row.action.startsWith("DeleteInstance"));
        if (released.length === 0) return [];
        const limit = Number(operation.settings["lifecycle:maxReleases"] ?? 1);
        const due = operation.declarations.filter(
          ({ args }) =>
            readDeclared(args).isReleased &&
            !readDeclared(args).isWrong &&
            operation.worldBefore.instances.has(String(args["instanceId"])),
        );
        if (due.length > limit)
          return [{ because: `${due.length} releases were due, ${limit} allowed, and some were sent`, rows: released }];
        const absent = operation.declarations.filter(({ args }) => isMissing(evidence, operation, args));
        // One that may have gone at the end of its time to live tells neither way.
        const telling = operation.declarations.filter(
          (one) => one.args["autoReleaseAfter"] === undefined || !absent.includes(one),
        );
        const missing = telling.filter((one) => absent.includes(one) && !readDeclared(one.args).isReleased);
        if (telling.length < 5 || missing.length * 2 < telling.length) return [];
        return [
          {
            because: `${missing.length} of ${telling.length} were missing without explanation, and a release was sent`,
            rows: released,
          },
        ];
      }),
  },
  {
    name: "S13",
    promise: "a wrong declaration leads to no request for its instance",
    broken: (evidence) =>
      evidence.operations.flatMap((operation) =>
        operation.declarations.flatMap(({ args }): readonly Found[] => {
          if (!readDeclared(args).isWrong) return [];
          const id = String(args["instanceId"]);
          const rows = rowsOf(evidence, operation).filter((row) => !isByItself(row) && isAbout(row, id));
          return rows.length === 0
            ? []
            : [{ because: `${String(args["instanceId"])} was asked for, although its declaration is wrong`, rows }];
        }),
      ),
  },
];

/** The first look of the run, which the program bases its judgement on, did not show it, and no declared time explains that. */
function isMissing(evidence: Evidence, operation: Operation, args: Readonly<Record<string, unknown>>): boolean {
  const id = String(args["instanceId"]);
  const first = rowsOf(evidence, operation).find((row) => shownOf(row, id) !== undefined);
  const at = args["autoReleaseAt"];
  const isExplained = typeof at === "string" && Date.parse(at) <= operation.worldBefore.atMs;
  return first !== undefined && shownOf(first, id) === "absent" && !isExplained;
}

function wronglyGone(evidence: Evidence, operation: Operation): readonly Found[] {
  if (operation.exit === "killed") return [];
  return operation.stateAfter.flatMap((resource): readonly Found[] => {
    const { id, outputs } = resource;
    const before = recordBefore(operation, resource);
    const isGone = outputs["releasedBy"] !== null && outputs["releasedBy"] !== undefined;
    const wasGone = before?.outputs["releasedBy"] !== null && before?.outputs["releasedBy"] !== undefined;
    if (!isGone || wasGone || resource === before) return [];
    const rows = rowsOf(evidence, operation);
    const about = rows.filter((row) => shownOf(row, id) === "absent");
    if (operation.worldAfter.instances.has(id))
      return [{ because: `${id} is recorded as gone, and it is there`, rows: about }];
    const byName = about.filter(({ action }) => action === "DescribeInstanceAttribute");
    const isApart = byName.some((second) =>
      about.some((first) => first.action === "DescribeInstances" && msOf(second) - msOf(first) >= 5_000),
    );
    const maySee = rows.some(
      (row) => row.action === "DescribeInstances" && (row.code === "DryRunOperation" || (row.shows ?? "") !== ""),
    );
    const wasSeen =
      before !== undefined ||
      rows.some((row) => isEffective(row) && isAbout(row, id)) ||
      rows.some((row) => ![undefined, "absent"].includes(shownOf(row, id)));
    if (isApart && maySee && wasSeen) return [];
    return [
      {
        because: `${id} is recorded as gone without ${isApart ? (maySee ? "having been seen" : "a proof of the right to see") : "two looks 5 s apart"}`,
        rows: about,
      },
    ];
  });
}
