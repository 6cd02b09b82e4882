import type { Recorded, ReleasedBy, UtcMinute } from "../core/model";
import { declaredReleaseTime } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { declaredOnly } from "../core/outputs";
import { parseHidden } from "../run-info";

/**
 * The check sees recorded inputs only, never outputs, yet it has to tell a machine that was seen before from one that never
 * was. So it keeps these few words with the inputs, as JSON text in a hidden one.
 */
export interface Memory {
  /** When the instance was last seen, RFC 3339, as a refresh found it in the outputs. No check writes it: it would come from a clock. */
  readonly seenAt?: string;
  readonly releasedBy?: ReleasedBy;
  /** The end of a declared time to live, to the minute or nearly so. */
  readonly fixedAt?: UtcMinute;
  /** A declared release time: a refresh writes what it found over the recorded input. */
  readonly declaredAt?: UtcMinute;
}

export const memoryInput = "__recorded";

export function readMemory(inputs: Properties): Memory {
  return parseHidden<Memory>(inputs[memoryInput]) ?? {};
}

export function writeMemory(memory: Memory): string {
  return JSON.stringify(memory);
}

/** What the next check may know of what is recorded. Pure. */
export function memoryOf({ lastSeenAt, releasedBy, ...times }: Recorded): Memory {
  return {
    ...(lastSeenAt === undefined ? {} : { seenAt: lastSeenAt }),
    ...(releasedBy === undefined ? {} : { releasedBy }),
    ...releaseTimeMemory(times),
  };
}

function releaseTimeMemory({
  fixedReleaseTime,
  declaredReleaseTime: declared,
}: Pick<Recorded, "fixedReleaseTime" | "declaredReleaseTime">): Memory {
  if (fixedReleaseTime !== undefined) return { fixedAt: fixedReleaseTime };
  return declared === undefined ? {} : { declaredAt: declared };
}

/** What is known of earlier runs from recorded inputs alone; undefined for a resource (or an id) that is new here. */
export function recordedFromInputs(olds: Properties, instanceId: unknown): Recorded | undefined {
  if (olds.instanceId === undefined || olds.instanceId !== instanceId) return undefined;
  const memory = readMemory(olds);
  return {
    declared: declaredOnly(olds),
    declaredReleaseTime: memory.fixedAt ?? memory.declaredAt ?? declaredReleaseTime(olds.autoReleaseAt),
    fixedReleaseTime: memory.fixedAt,
    releasedBy: memory.releasedBy,
    releasedAt: undefined,
    lastSeenAt: memory.seenAt,
    createdAt: undefined,
    serialNumber: undefined,
  };
}
