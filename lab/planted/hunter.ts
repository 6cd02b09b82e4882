import { explain } from "../judge/judge";
import { VirtualTime } from "../model/virtual-time";
import { probes } from "./probes";

/** What a hunter is sent. */
export interface Quarry {
  readonly caughtBy: readonly string[];
  readonly seconds: number;
}

/** What it comes back with. */
export interface Catch {
  readonly found:
    | { readonly invariant: string; readonly story: string; readonly variant: string; readonly says: string }
    | undefined;
  readonly stories: number;
  readonly seconds: number;
  /** Invariants that were broken on the way, besides those that were looked for. */
  readonly alsoBroken: readonly string[];
}

/** One process that hunts once, in the build that it belongs to. Its timers and its clock are virtual, so it does nothing else. */
function main(): void {
  const nowMs = Date.now.bind(Date);
  const time = new VirtualTime(0);
  time.install();
  // It stays until it is ended: a process that ends by itself may take its last word along.
  process.on("message", (quarry: Quarry) => {
    void hunt(quarry, time, nowMs).then(
      (caught) => process.send?.({ caught }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

async function hunt({ caughtBy, seconds }: Quarry, time: VirtualTime, nowMs: () => number): Promise<Catch> {
  const startedMs = nowMs();
  const took = () => (nowMs() - startedMs) / 1_000;
  const alsoBroken = new Set<string>();
  let stories = 0;
  for await (const { story, variant, violations } of probes(time)) {
    stories += 1;
    const violation = violations.find(({ invariant }) => caughtBy.includes(invariant));
    if (violation !== undefined) {
      const { invariant } = violation;
      const found = { invariant, story, variant, says: explain(violation) };
      return { found, stories, seconds: took(), alsoBroken: [...alsoBroken] };
    }
    for (const { invariant } of violations) alsoBroken.add(invariant);
    if (took() > seconds) break;
  }
  return { found: undefined, stories, seconds: took(), alsoBroken: [...alsoBroken] };
}

main();
