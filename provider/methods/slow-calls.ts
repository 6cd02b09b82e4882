import { delegate } from "../ecs/batching/delegate";
import type { EcsPort } from "../ecs/port";
import { firstWordMs, nextWordMs } from "../spoken-wait";
import type { Surroundings } from "../reconcile/surroundings";

type Progress = Surroundings["progress"];

interface Waiting {
  readonly call: string;
  readonly instanceId: string;
  readonly progress: Progress;
  readonly sinceMs: number;
  spoke: boolean;
}

const lookMs = 1_000;

/**
 * Says what is waited for: others that share the call, the account's call limit, or the answer. Whoever has waited longest
 * speaks for all, because a thousand would say the same.
 */
export class SlowCalls {
  /** In the order in which they came. */
  private readonly waiting = new Set<Waiting>();
  private looking: NodeJS.Timeout | undefined;
  private saidMs = Number.NEGATIVE_INFINITY;

  /** The same port, on behalf of one instance. */
  watched(port: EcsPort, instanceId: string, progress: Progress): EcsPort {
    const during = <T>(call: string, work: () => Promise<T>) => this.during({ call, instanceId, progress }, work);
    return delegate(port, {
      inTurn: (call, work) => during(call, () => port.inTurn(call, work)),
      start: (id, precondition) => during("StartInstance", () => port.start(id, precondition)),
      stop: (id, options, precondition) => during("StopInstance", () => port.stop(id, options, precondition)),
      observe: (ids) => during("DescribeInstances", () => port.observe(ids)),
      confirm: (id) => during("DescribeInstanceAttribute", () => port.confirm(id)),
      inspect: (id) => during("DescribeDisks and DescribeSnapshots", () => port.inspect(id)),
      // Nobody waits long for what is only recorded.
      accountId: (patience) =>
        patience === "brief" ? port.accountId(patience) : during("GetCallerIdentity", () => port.accountId()),
    });
  }

  private async during<T>(of: Omit<Waiting, "sinceMs" | "spoke">, work: () => Promise<T>): Promise<T> {
    const one: Waiting = { ...of, sinceMs: performance.now(), spoke: false };
    this.waiting.add(one);
    this.looking ??= setInterval(() => this.look(), lookMs).unref();
    try {
      return await work();
    } finally {
      this.waiting.delete(one);
      if (this.waiting.size === 0) {
        clearInterval(this.looking);
        this.looking = undefined;
      }
      // Without a terminal the last line stays in the resource's row, so it must not be that something is waited for.
      if (one.spoke) one.progress(`${one.instanceId}: ${one.call} took ${secondsSince(one.sinceMs)} s`, "result");
    }
  }

  private look(): void {
    const nowMs = performance.now();
    const [longest] = this.waiting;
    if (longest === undefined || nowMs - longest.sinceMs < firstWordMs || nowMs - this.saidMs < nextWordMs) return;
    this.saidMs = nowMs;
    longest.spoke = true;
    const others = new Set(Array.from(this.waiting, ({ instanceId }) => instanceId)).size - 1;
    const together = others === 0 ? "" : `, as ${others} more do`;
    longest.progress(
      `${longest.instanceId}: waiting for ${longest.call}, ${secondsSince(longest.sinceMs)} s${together} (many instances share a call, and the account's call limit is kept)`,
    );
  }
}

function secondsSince(ms: number): number {
  return Math.round((performance.now() - ms) / 1_000);
}
