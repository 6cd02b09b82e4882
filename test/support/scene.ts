import { expect } from "vitest";
import type { Present, Recorded, Write } from "../../provider/core/model";
import { reconcile } from "../../provider/reconcile/reconcile";
import { type Reconciled, Unfinished } from "../../provider/reconcile/reconciled";
import { desired, recorded, type Wish } from "./builders";
import { FakeClock } from "./fake-clock";
import { FakeEcs, type FakeEcsOptions, writeNames } from "./fake-ecs";

export interface Scene {
  readonly clock: FakeClock;
  readonly ecs: FakeEcs;
  readonly permitted: Write[];
  readonly said: string[];
  refuse?: (step: Write) => Error | undefined;
  held?: readonly string[];
}

export function scene(instance: Present | undefined, options: FakeEcsOptions = {}): Scene {
  const clock = new FakeClock();
  const ecs = new FakeEcs(clock, instance === undefined ? [] : [instance], options);
  return { clock, ecs, permitted: [], said: [] };
}

export function run(on: Scene, wish: Wish, before: Recorded | "firstUp" = recorded()): Promise<Reconciled> {
  return reconcile(desired(wish), before === "firstUp" ? undefined : before, {
    ecs: on.ecs,
    clock: on.clock,
    progress: (text) => on.said.push(text),
    wrote: (text) => on.said.push(text),
    held: on.held ?? [],
    permit: (step) => {
      // Seen from the wire, the permission is asked between the look and the call.
      on.permitted.push(step);
      const refusal = on.refuse?.(step);
      return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
    },
  });
}

/** The error that it has to end with; anything else fails the test. */
export async function unfinished(running: Promise<Reconciled>): Promise<Unfinished> {
  const error: unknown = await running.then(
    (reached) => new Error(`it ended well: ${JSON.stringify(reached)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Unfinished)) throw error;
  return error;
}

/** What the ledger shows of every run: a look that showed the machine right before each write, and none re-sent without one. */
export function looksBeforeWrites({ ecs }: Scene): void {
  ecs.calls.forEach((call, index) => {
    if (!writeNames.includes(call.name)) return;
    // Putting protection back can do no harm, whatever is there by now.
    if (call.name === "setDeletionProtection" && (call.options as { on: boolean }).on) return;
    // Disks and snapshots are a second look, right behind the first.
    const before = ecs.calls.slice(0, index).findLast(({ name }) => name !== "inspect");
    expect(before?.name, `the call before ${call.name} #${index}`).toBe("observe");
    expect(before?.answered, `the look before ${call.name} showed it`).toBeDefined();
    expect(call.atMs - (before?.atMs ?? 0), `the look before ${call.name} is fresh`).toBeLessThanOrEqual(10_000);
  });
}
