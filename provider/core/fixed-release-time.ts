import { parseDurationMs } from "./duration";
import type { Desired, DesiredReleaseTime, Present, Recorded, UtcMinute } from "./model";
import { toMinute } from "./release-time";

type TimeToLive = Extract<DesiredReleaseTime, { kind: "after" }>;

/** What is declared, where a time to live has become the time at which it ends. */
export type PinnedDesired = Desired & { readonly releaseTime: Exclude<DesiredReleaseTime, TimeToLive> };

export interface Pinned {
  readonly desired: PinnedDesired;
  /** What is said when an earlier time that was found is kept. */
  readonly keeps: readonly string[];
}

/** The argument that a release time comes from, for texts. */
export function releaseTimeArgument(desired: Desired): "autoReleaseAt" | "autoReleaseAfter" {
  const { releaseTime } = desired;
  const counted = releaseTime.kind === "after" || (releaseTime.kind === "at" && releaseTime.counted === true);
  return counted ? "autoReleaseAfter" : "autoReleaseAt";
}

/**
 * A declared time to live → the time at which it ends. It is counted once, at the first apply, and kept: counting from now
 * at each run would postpone it for ever. A changed duration or `renew` counts again. Pure.
 */
export function pinReleaseTime(
  desired: Desired,
  observed: Present,
  recorded: Recorded | undefined,
  nowMs: number,
): Pinned {
  const { releaseTime } = desired;
  if (releaseTime.kind !== "after") return { desired: { ...desired, releaseTime }, keeps: [] };
  const at = (minute: UtcMinute, keeps: readonly string[] = []): Pinned => ({
    desired: { ...desired, releaseTime: { kind: "at", at: minute, counted: true } },
    keeps,
  });
  if (recorded?.fixedReleaseTime !== undefined && isSameTimeToLive(releaseTime, recorded.declared)) {
    return at(recorded.fixedReleaseTime);
  }
  const counted = countFrom(nowMs, releaseTime.afterMs);
  const found = observed.releaseTime;
  if (recorded === undefined && found !== undefined && found < counted) {
    return at(found, [
      `autoReleaseAfter: ${observed.instanceId} is to be released at ${found} already, earlier than counted from now; that is kept`,
    ]);
  }
  return at(counted);
}

/** The first whole minute after a time to live: never shorter than declared. */
export function countFrom(nowMs: number, afterMs: number): UtcMinute {
  return toMinute(nowMs + afterMs + 59_999);
}

/** Whether the declared time to live is the one of the last run. Pure. */
export function hasSameTimeToLive({ releaseTime }: Desired, { declared }: Recorded): boolean {
  return releaseTime.kind === "after" && isSameTimeToLive(releaseTime, declared);
}

function isSameTimeToLive(wanted: TimeToLive, declared: Recorded["declared"]): boolean {
  const { autoReleaseAfter, renew } = declared;
  return (
    typeof autoReleaseAfter === "string" &&
    parseDurationMs(autoReleaseAfter) === wanted.afterMs &&
    renew === wanted.renew
  );
}
