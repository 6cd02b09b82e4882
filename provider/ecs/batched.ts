import DataLoader from "dataloader";
import type { Present } from "../core/model";
import { brief, Crowd, Departure, type Patience, quietMs, Waves } from "./departure";
import { passedOn } from "./passed-on";
import { type EcsPort, instancesPerCall, type Look } from "./port";

interface Seen {
  readonly present: Present | undefined;
  readonly atMs: number;
  /** When its call began, by the local clock, and for how long that was held back. */
  readonly begunMs: number;
  readonly queuedMs: number;
}

/** The same port, but looks that are asked for at about the same time share their DescribeInstances calls. */
export function batched(port: EcsPort): EcsPort {
  const hurried = new SharedLooks(port, () => brief, new Waves(instancesPerCall));
  // An engine with a file backend begins a thousand over two minutes. Those who are polling leave every second, and would
  // take these along in small groups, whose polls could then share nothing.
  const crowd = new Crowd(2_000, 15_000);
  const unhurried = new SharedLooks(port, () => crowd.join());
  return {
    ...passedOn(port),
    observe: async (instanceIds, pace): Promise<Look> => {
      if (instanceIds.length === 0) return { found: new Map(), atMs: Date.now() };
      const askedMs = Date.now();
      const looks = pace === "unhurried" ? unhurried : hurried;
      const seen = await Promise.all([...new Set(instanceIds)].map((id) => looks.lookAt(id)));
      const heldBackMs = seen.map(({ begunMs, queuedMs }) => queuedMs + Math.max(0, begunMs - askedMs - quietMs));
      return {
        found: new Map(seen.flatMap(({ present }) => (present === undefined ? [] : [[present.instanceId, present]]))),
        atMs: Math.min(...seen.map(({ atMs }) => atMs)),
        queuedMs: Math.max(...heldBackMs),
      };
    },
  };
}

class SharedLooks {
  private departure: Departure | undefined;
  private readonly looks: DataLoader<string, Seen>;

  constructor(
    port: EcsPort,
    private readonly patience: () => Patience,
    private readonly waves?: Waves,
  ) {
    const look = async (ids: readonly string[]): Promise<readonly Seen[]> => {
      const begunMs = Date.now();
      const send = () => port.observe(ids);
      const { found, atMs, queuedMs = 0 } = await (waves?.call(ids.length, send) ?? send());
      return ids.map((id) => ({ present: found.get(id), atMs, begunMs, queuedMs }));
    };
    this.looks = new DataLoader(look, {
      // Every look has to be a fresh one.
      cache: false,
      maxBatchSize: instancesPerCall,
      // While the call limit holds looks back, more of them find room in the same call.
      batchScheduleFn: (send) => {
        const room = waves?.complete ?? instancesPerCall;
        this.departure = new Departure(room, () => void port.untilMayLook().then(send));
      },
    });
  }

  lookAt(id: string): Promise<Seen> {
    this.waves?.join();
    const seen = this.looks.load(id);
    this.departure?.join(this.patience());
    return seen;
  }
}
