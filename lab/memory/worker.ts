import { type Explored, type Exploration, explore } from "../explore/explore";
import { VirtualTime } from "../model/virtual-time";
import { baseScenarios } from "../scenarios/base-scenarios";

/** A scenario to be explored, and in which way. */
export interface Unit {
  readonly exploration: Exploration;
  readonly scenario: string;
  readonly share: number;
  readonly only?: string | undefined;
}

export type Finished =
  | { readonly unit: Unit; readonly explored: Explored }
  | { readonly unit: Unit; readonly error: string };

/** One process that explores what it is sent, one unit after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  process.on("message", (unit: Unit) => {
    void work(unit, time).then((finished) => process.send?.(finished));
  });
}

async function work(unit: Unit, time: VirtualTime): Promise<Finished> {
  const scenario = baseScenarios.find(({ name }) => name === unit.scenario);
  if (scenario === undefined) return { unit, error: `there is no scenario ${unit.scenario}` };
  try {
    return { unit, explored: await explore(unit.exploration, scenario, time, { share: unit.share, only: unit.only }) };
  } catch (error) {
    return { unit, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

main();
