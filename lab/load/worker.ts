import { VirtualTime } from "../model/virtual-time";
import type { Measured } from "./fleet";
import { loads } from "./loads";

export type Borne = { readonly name: string; readonly measured: Measured } | { readonly error: string };

/** One process that bears the loads that it is told, one after another. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const time = new VirtualTime(0);
  time.install();
  process.on("message", (name: string) => {
    void bear(name, time).then((borne) => process.send?.(borne));
  });
}

async function bear(name: string, time: VirtualTime): Promise<Borne> {
  const load = loads.find((one) => one.name === name);
  if (load === undefined) return { error: `there is no load ${name}` };
  try {
    return { name, measured: await load.bear(time, load.size) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

main();
