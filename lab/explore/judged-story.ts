import { converges } from "../judge/convergence";
import { judgeWhole } from "../judge/whole";
import type { Sent } from "../model/cloud";
import { type Fault, labelOf } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import { instanceId, type Scenario } from "../scenarios/scenario";
import { knownLimitOf } from "./known-limits";
import type { Variant } from "./longer-stories";
import type { Stage, Told } from "./story";

/**
 * Every single fault at every call of a scenario's first run, compared with the same scenario without faults. The stage is
 * opened when the first of them is told.
 */
export function tellAndJudge(
  scenario: Scenario,
  calls: readonly Sent[],
  open: () => Promise<Stage>,
): readonly Variant[] {
  let opened: Promise<{ readonly stage: Stage; readonly reference: Told }> | undefined;
  const begin = async () => {
    const stage = await open();
    return { stage, reference: await stage.tell() };
  };
  return calls.flatMap(({ index, action }) =>
    faultsAt(action).map(
      (fault): Variant => ({
        name: `${index}/${labelOf(fault)}`,
        isAtWrite: !action.startsWith("Describe"),
        tell: async () => {
          opened ??= begin();
          const { stage, reference } = await opened;
          // An old look may show what is wished for; only the next run can know better.
          const isStale = labelOf(fault).startsWith("stale");
          const told = await stage.tell(new Map([[index, fault]]), { leastReruns: isStale ? 1 : 0 });
          const violations = [
            ...judgeWhole(told.evidence),
            ...converges(told, reference, instanceId, toleranceOf(fault)),
          ];
          return knownLimitOf(scenario, told, violations) === undefined ? violations : [];
        },
      }),
    ),
  );
}

/** Refused after protection was lifted, it is put back and lifted again by the next run. */
function toleranceOf(fault: Fault) {
  return { repeatsModify: fault.kind !== "crash", repeatsSnapshots: labelOf(fault).startsWith("stale") };
}
