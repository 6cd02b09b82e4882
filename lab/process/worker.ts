import { endOnSignals } from "./end-on-signals";
import { type Killed, tryKills, type Unit } from "./try-kills";

export type Finished = { readonly killed: Killed } | { readonly error: string };
/** On the way there: the name of a kill whose story was told. */
export interface StoryTold {
  readonly told: string;
}

endOnSignals();
process.once("disconnect", () => process.exit(1));

process.on("message", (unit: Unit) => {
  tryKills(unit, (told) => process.send?.({ told } satisfies StoryTold)).then(
    (killed) => process.send?.({ killed }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
