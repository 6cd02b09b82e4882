import { baseScenarios } from "../scenarios/base-scenarios";
import { instanceId, type Scenario } from "../scenarios/scenario";
import { shifted } from "../scenarios/shifted";

/** A scenario with a machine of its own, so that many stand side by side in one program. */
export interface Plan {
  readonly id: string;
  /** The resource's. */
  readonly name: string;
  readonly scenario: Scenario;
  /** A call that ECS refuses in the first run, so that it stops half-way. */
  readonly refused: string | undefined;
  readonly beginsAtMs: number;
}

/** So many of them are in one program. */
const manyAtOnce = {
  "lifecycle:maxReleases": "1000",
  "lifecycle:maxReleaseTimes": "1000",
  "lifecycle:maxStops": "1000",
};

/** @param beginsAtMs About now: the engine's processes have no other clock. */
export function planOf(scenario: Scenario, index: number, beginsAtMs: number, refused?: string): Plan {
  const id = `i-bp1labplan${String(index).padStart(10, "0")}`;
  const now = shifted(scenario, beginsAtMs);
  const own = JSON.parse(JSON.stringify(now).replaceAll(instanceId, id)) as Scenario;
  return { id, name: `plan-${index}`, scenario: { ...now, ...own, settings: manyAtOnce }, refused, beginsAtMs };
}

/** The scenarios in an order in which the first few are spread over all of them. */
export function scenariosInTurn(seed: number): readonly Scenario[] {
  // 89 has no factor in common with 240, so that each comes once.
  return baseScenarios.map((_, index) => baseScenarios[((index + seed) * 89) % baseScenarios.length] as Scenario);
}
