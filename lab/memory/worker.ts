import { answerAll } from "../explore/ask-workers";
import { type Explored, type Exploration, explore } from "../explore/explore";
import { VirtualTime } from "../model/virtual-time";
import { baseScenarios } from "../scenarios/base-scenarios";

/** A scenario to be explored, and in which way. */
export interface Unit {
  readonly exploration: Exploration;
  readonly scenario: string;
  readonly share: number;
  readonly draw?: number | undefined;
  readonly only?: string | undefined;
}

/** One process that explores what it is sent, one unit after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  answerAll<Unit, Explored>((unit) => work(unit, time));
}

async function work(
  { exploration, scenario: name, share, draw = 0, only }: Unit,
  time: VirtualTime,
): Promise<Explored> {
  const scenario = baseScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return await explore(exploration, scenario, time, { share, draw, only });
}

main();
