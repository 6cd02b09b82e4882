import type { Present } from "../../core/model";
import { type EcsPort, instancesPerCall, type Look } from "../port";
import { Batcher } from "./batcher";
import { delegate } from "./delegate";

interface Seen {
  readonly present: Present | undefined;
  readonly atMs: number;
  /** When its call began, by the local clock, and for how long that was held back. */
  readonly begunMs: number;
  readonly queuedMs: number;
}

/** Nobody who comes alone feels it; looks that belong together come at the same moment or a few milliseconds apart. */
const idleMs = 20;
const maxMs = 1_000;

/** The same port, but looks that are asked for at about the same time share their DescribeInstances calls. */
export function describeBatcher(port: EcsPort): EcsPort {
  const looks = new Batcher<string, Seen>({
    idleMs,
    maxMs,
    maxItems: instancesPerCall,
    untilOpen: () => port.untilOpen("DescribeInstances"),
    execute: async (ids) => {
      const begunMs = Date.now();
      const { found, atMs, queuedMs = 0 } = await port.observe([...new Set(ids)]);
      return ids.map((id) => ({ present: found.get(id), atMs, begunMs, queuedMs }));
    },
  });
  return delegate(port, {
    observe: async (instanceIds): Promise<Look> => {
      if (instanceIds.length === 0) return { found: new Map(), atMs: Date.now() };
      const askedMs = Date.now();
      const seen = await Promise.all([...new Set(instanceIds)].map((id) => looks.add(id)));
      const heldBackMs = seen.map(({ begunMs, queuedMs }) => queuedMs + Math.max(0, begunMs - askedMs - idleMs));
      return {
        found: new Map(seen.flatMap(({ present }) => (present === undefined ? [] : [[present.instanceId, present]]))),
        atMs: Math.min(...seen.map(({ atMs }) => atMs)),
        queuedMs: Math.max(...heldBackMs),
      };
    },
  });
}
