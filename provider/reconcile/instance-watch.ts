import type { Observed, Present } from "../core/model";
import type { Verdict } from "../core/steps";
import type { Clock } from "./clock";
import type { Surroundings } from "./surroundings";
import type { Outcome } from "./waiter";
import { waitFor } from "./waiter";

/** What rests on a look must not rest on an older one than this. */
const mostLookAgeMs = 5_000;
/** A wait shorter than this needs no words. */
const quietMs = 2_000;
/** How long to go on looking for an instance that should be there. */
export const turnsUpMs = 60_000;

/** One instance, as it was seen last, and the waiting for it to be seen otherwise. It changes nothing. */
export class InstanceWatch {
  observed: Observed | undefined;
  lastSeen: { readonly present: Present; readonly atMs: number } | undefined;
  /** The server's clock at the last look, and ours. */
  atMs = 0;
  lookedMs = 0;
  /** For how long the account's call limit held looks back: that counts against no budget. */
  private queuedMs = 0;
  /** The clock of the budgets. */
  readonly clock: Clock = {
    nowMs: () => this.around.clock.nowMs() - this.queuedMs,
    sleep: (ms) => this.around.clock.sleep(ms),
  };

  constructor(
    private readonly instanceId: string,
    private readonly around: Pick<Surroundings, "ecs" | "clock" | "progress">,
  ) {}

  async look(): Promise<Observed> {
    const look = await this.around.ecs.observe([this.instanceId]);
    this.observed = look.found.get(this.instanceId) ?? { presence: "absent" };
    this.atMs = look.atMs;
    if (this.observed.presence === "present") this.lastSeen = { present: this.observed, atMs: look.atMs };
    this.lookedMs = this.around.clock.nowMs();
    this.queuedMs += look.queuedMs ?? 0;
    return this.observed;
  }

  /** Whether the last look is too old for a write to rest on. */
  isOld(): boolean {
    return this.around.clock.nowMs() - this.lookedMs > mostLookAgeMs;
  }

  /** From now on the last look is too old. */
  outdate(): void {
    this.lookedMs = Number.NEGATIVE_INFINITY;
  }

  /** With its disks and their snapshots, which are asked for by calls of their own. */
  async withStorage<T extends Observed>(observed: T): Promise<T> {
    if (observed.presence === "absent") return observed;
    const { disks, snapshots, queuedMs = 0 } = await this.around.ecs.inspect(this.instanceId);
    this.queuedMs += queuedMs;
    return { ...observed, disks, snapshots };
  }

  async lookWithStorage(): Promise<Observed> {
    return await this.withStorage(await this.look());
  }

  /** Looks until the verdict is another than pending; `target` is the word for what is waited for. */
  async until(
    deadlineMs: number,
    target: string,
    judge: (seen: Observed) => Verdict,
    poll: () => Promise<Observed> = () => this.look(),
  ): Promise<Outcome<Observed>> {
    const { clock, instanceId: id } = this;
    const { progress } = this.around;
    const startedMs = clock.nowMs();
    const seconds = () => Math.round((clock.nowMs() - startedMs) / 1_000);
    let spoke = false;
    const outcome = await waitFor({
      poll,
      judge,
      deadlineMs,
      clock,
      progress: (seen, waitedMs) => {
        if (waitedMs < quietMs) return;
        spoke = true;
        progress(`waiting for ${id} to be ${target}, ${seconds()} s (now ${describeSeen(seen)})`);
      },
    });
    // Without a terminal the last line stays in the resource's row, so it has to be the result.
    if (spoke) progress(`${id} is ${describeSeen(outcome.last)}, after ${seconds()} s`, "result");
    return outcome;
  }

  /** Undefined if it stays unlisted. */
  async untilListed(): Promise<Present | undefined> {
    const target = `listed in ${this.around.ecs.regionId}`;
    const { last } = await this.until(this.clock.nowMs() + turnsUpMs, target, (seen) =>
      seen.presence === "present" ? "reached" : "pending",
    );
    return last.presence === "present" ? last : undefined;
  }
}

export function describeSeen(seen: Observed): string {
  return seen.presence === "absent" ? "not listed" : seen.status;
}
