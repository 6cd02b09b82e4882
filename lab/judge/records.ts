import type { Properties, Violation } from "../evidence";
import { recordBefore } from "./declared";
import type { Invariant } from "./invariant";
import { rowsOf, shownOf } from "./rows";

type Found = Omit<Violation, "invariant">;

export const recordInvariants: readonly Invariant[] = [
  {
    name: "S12",
    promise: "no key, secret, token or signature in the state or in anything that is printed",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        const texts = [...operation.printed, JSON.stringify(operation.stateAfter)];
        const leaked = [...evidence.secrets, "Signature="].filter((secret) =>
          texts.some((text) => text.includes(secret)),
        );
        return leaked.length === 0
          ? []
          : [
              {
                because: `a secret of ${leaked.map((secret) => `${secret.length} characters`).join(", ")} stands in the open`,
                rows: [],
              },
            ];
      }),
  },
  {
    name: "S4",
    promise: "the machine that is recorded is the one that was adopted, whatever carries its id by now",
    broken: (evidence) =>
      evidence.operations.flatMap((operation) =>
        operation.stateAfter.flatMap((resource): readonly Found[] => {
          const { id, name } = resource;
          const before = operation.stateBefore.find((one) => one.id === id && one.name === name)?.outputs[
            "serialNumber"
          ];
          const after = resource.outputs["serialNumber"];
          if (typeof before !== "string" || before === after) return [];
          return [
            {
              because: `${id} was recorded as machine ${before}, and is recorded as ${String(after)} now`,
              rows: rowsOf(evidence, operation).slice(-3),
            },
          ];
        }),
      ),
  },
  {
    name: "S14",
    promise: "what is recorded was observed: a status that an answer of this run has shown",
    broken: (evidence) =>
      evidence.operations.flatMap((operation) =>
        operation.stateAfter.flatMap((resource): readonly Found[] => {
          const { id, outputs } = resource;
          const before = recordBefore(operation, resource);
          // Not touched, or recorded as gone for good.
          if (isUntouched(before?.outputs, outputs) || operation.kind === "preview") return [];
          if (before !== undefined && before.outputs["releasedBy"] !== null) return [];
          const status = String(outputs["status"]);
          const shown = rowsOf(evidence, operation).flatMap((row) => shownOf(row, id) ?? []);
          const words = status === "released" ? "absent" : status;
          if (shown.some((one) => one.toLowerCase() === words)) return [];
          return [
            {
              because: `${id} is recorded as ${status}, and no answer of this run has shown that`,
              rows: rowsOf(evidence, operation).slice(-3),
            },
          ];
        }),
      ),
  },
];

/** What could not be looked at is kept as it was, word for word, and claims nothing new. */
function isUntouched(before: Properties | undefined, outputs: Properties): boolean {
  return before === outputs || JSON.stringify(before) === JSON.stringify(outputs);
}
