import { type ExploredOnTheWire, exploreShare, type Share } from "./explore-share";
import { WireTime } from "./wire-time";

export type Told =
  | { readonly stories: number; readonly failures: number }
  | { readonly explored: ExploredOnTheWire }
  | { readonly error: string };

const everyStories = 20;

/** A process of its own, because its clock and its timers are virtual. It tells one share and waits to be ended. */
function main(): void {
  const send = (told: Told) => process.send?.(told);
  // Nobody is there to be told any more.
  process.once("disconnect", () => process.exit());
  process.once("message", (share: Share) => {
    const time = new WireTime(0);
    time.install();
    exploreShare(share, time, (stories, failures) => {
      if (stories % everyStories === 0) send({ stories, failures });
    }).then(
      (explored) => send({ explored }),
      (error: unknown) => send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

main();
