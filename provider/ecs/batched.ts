import DataLoader from "dataloader";
import type { Present } from "../core/model";
import { Departure, quietMs } from "./departure";
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
  let departure: Departure | undefined;
  const looks = new DataLoader<string, Seen>(
    async (ids) => {
      const begunMs = Date.now();
      const { found, atMs, queuedMs = 0 } = await port.observe(ids);
      return ids.map((id) => ({ present: found.get(id), atMs, begunMs, queuedMs }));
    },
    // No cache: every look has to be a fresh one.
    {
      cache: false,
      maxBatchSize: instancesPerCall,
      // While the call limit holds looks back, more of them find room in the same call.
      batchScheduleFn: (send) => {
        departure = new Departure(instancesPerCall, () => void port.untilMayLook().then(send));
      },
    },
  );
  const lookAt = (id: string): Promise<Seen> => {
    const seen = looks.load(id);
    departure?.join();
    return seen;
  };
  return {
    ...passedOn(port),
    observe: async (instanceIds): Promise<Look> => {
      if (instanceIds.length === 0) return { found: new Map(), atMs: Date.now() };
      const askedMs = Date.now();
      const seen = await Promise.all([...new Set(instanceIds)].map(lookAt));
      const heldBackMs = seen.map(({ begunMs, queuedMs }) => queuedMs + Math.max(0, begunMs - askedMs - quietMs));
      return {
        found: new Map(seen.flatMap(({ present }) => (present === undefined ? [] : [[present.instanceId, present]]))),
        atMs: Math.min(...seen.map(({ atMs }) => atMs)),
        queuedMs: Math.max(...heldBackMs),
      };
    },
  };
}
