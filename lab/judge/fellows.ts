import type { Operation, Violation } from "../evidence";
import { notAsDeclared } from "./as-declared";

/** L7: where what fails holds up nothing else, every machine but the bad ones is as declared. Pure. */
export function fellowsReached(operation: Operation, bad: readonly string[]): readonly Violation[] {
  return operation.declarations
    .filter(({ args }) => !bad.includes(String(args["instanceId"])))
    .flatMap(({ args }) => notAsDeclared(operation, args))
    .map((because) => ({ invariant: "L7", because: `held up by another one: ${because}`, rows: [] }));
}
