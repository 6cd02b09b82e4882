import { answerAll } from "../explore/ask-workers";
import { VirtualTime } from "../model/virtual-time";
import type { Measured } from "./fleet";
import { loads } from "./loads";

/** One process that bears the loads that it is told, one after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  answerAll((name: string) => bear(name, time));
}

async function bear(name: string, time: VirtualTime): Promise<Measured> {
  const load = loads.find((one) => one.name === name);
  if (load === undefined) throw new Error(`there is no load ${name}`);
  return await load.bear(time, load.size);
}

main();
