import DataLoader from "dataloader";
import type { Present } from "../core/model";
import type { EcsPort, Look } from "./port";

interface Seen {
  readonly present: Present | undefined;
  readonly atMs: number;
  /** When its call began, by the local clock, and for how long that was held back. */
  readonly begunMs: number;
  readonly queuedMs: number;
}

/** Reads of a refresh arrive about 1 ms apart, up to 4 × cores at once; a window of 15 ms catches a wave without being felt. */
const windowMs = 15;

/** The same port, but looks that are asked for at about the same time share their DescribeInstances calls. */
export function batched(port: EcsPort): EcsPort {
  const looks = new DataLoader<string, Seen>(
    async (ids) => {
      const begunMs = Date.now();
      const { found, atMs, queuedMs = 0 } = await port.observe(ids);
      return ids.map((id) => ({ present: found.get(id), atMs, begunMs, queuedMs }));
    },
    // No cache: every look has to be a fresh one. 100 is the vendor's limit of ids in one call.
    {
      cache: false,
      maxBatchSize: 100,
      // While the call limit holds looks back, more of them find room in the same call.
      batchScheduleFn: (send) => setTimeout(() => void port.untilMayLook().then(send), windowMs),
    },
  );
  return {
    regionId: port.regionId,
    observe: async (instanceIds): Promise<Look> => {
      if (instanceIds.length === 0) return { found: new Map(), atMs: Date.now() };
      const askedMs = Date.now();
      const seen = await Promise.all([...new Set(instanceIds)].map((id) => looks.load(id)));
      const heldBackMs = seen.map(({ begunMs, queuedMs }) => queuedMs + Math.max(0, begunMs - askedMs - windowMs));
      return {
        found: new Map(seen.flatMap(({ present }) => (present === undefined ? [] : [[present.instanceId, present]]))),
        atMs: Math.min(...seen.map(({ atMs }) => atMs)),
        queuedMs: Math.max(...heldBackMs),
      };
    },
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
