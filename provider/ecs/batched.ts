import DataLoader from "dataloader";
import type { Present } from "../core/model";
import { Departure, quietMs } from "./departure";
import type { EcsPort, Look } from "./port";

interface Seen {
  readonly present: Present | undefined;
  readonly atMs: number;
  /** When its call began, by the local clock, and for how long that was held back. */
  readonly begunMs: number;
  readonly queuedMs: number;
}

/** The vendor's limit of ids in one call. */
const idsPerCall = 100;

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
      maxBatchSize: idsPerCall,
      // While the call limit holds looks back, more of them find room in the same call.
      batchScheduleFn: (send) => {
        departure = new Departure(idsPerCall, () => void port.untilMayLook().then(send));
      },
    },
  );
  const lookAt = (id: string): Promise<Seen> => {
    const seen = looks.load(id);
    departure?.join();
    return seen;
  };
  return {
    regionId: port.regionId,
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
    list: (criteria) => port.list(criteria),
    inTurn: (call, work) => port.inTurn(call, work),
    untilMayLook: () => port.untilMayLook(),
    confirm: (id) => port.confirm(id),
    mayObserve: () => port.mayObserve(),
    accountId: () => port.accountId(),
    inspect: (id) => port.inspect(id),
    createSnapshot: (diskId, options) => port.createSnapshot(diskId, options),
    setDeletionProtection: (id, on) => port.setDeletionProtection(id, on),
    start: (id) => port.start(id),
    stop: (id, options) => port.stop(id, options),
    release: (id, options) => port.release(id, options),
    setReleaseTime: (id, at) => port.setReleaseTime(id, at),
    cancelReleaseTime: (id) => port.cancelReleaseTime(id),
  };
}
