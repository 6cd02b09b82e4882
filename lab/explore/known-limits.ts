import type { Violation } from "../evidence";
import { instanceId, type Scenario } from "../scenarios/scenario";
import type { Told } from "./story";

interface KnownLimit {
  readonly name: string;
  /** Why it can't be otherwise. Stands in docs/reliability.md. */
  readonly because: string;
  readonly explains: (scenario: Scenario, told: Told, violations: readonly Violation[]) => boolean;
}

/** Stories that can't end as they would without faults, each with its reason. A story counts here only if nothing else is wrong with it. */
export const knownLimits: readonly KnownLimit[] = [
  {
    name: "released by a first up that was killed",
    because:
      "the release was sent by the very first run and that run was killed before anything was recorded: the machine is gone, as declared, and later runs can't tell an id that is gone from one that is wrong, so they say `not found`",
    explains: (_scenario, told, violations) => {
      const last = told.reruns.at(-1);
      const isUnrecorded = !told.faulted.stateAfter.some(({ id }) => id === instanceId);
      const saysNotFound = last?.printed.some((line) => line.includes("was not found in region")) ?? false;
      const isGone = last !== undefined && !last.worldAfter.instances.has(instanceId);
      return isUnrecorded && saysNotFound && isGone && violations.every(({ because }) => because.startsWith("after "));
    },
  },
];

export function knownLimitOf(scenario: Scenario, told: Told, violations: readonly Violation[]): string | undefined {
  return knownLimits.find(({ explains }) => explains(scenario, told, violations))?.name;
}
