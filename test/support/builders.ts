import type { Absent, Desired, Present, Recorded } from "../../provider/core/model";

export const instanceId = "i-bp67acfmxazb4p";
export const regionId = "cn-hangzhou";

/** A whole minute, so that the borders of the release window can be hit exactly. */
export const now = "2026-06-01T12:00:00Z";
export const nowMs = Date.parse(now);

/** A minute so many minutes after `now`, in the one form that the model knows. */
export function minutesFromNow(minutes: number): string {
  return `${new Date(nowMs + minutes * 60_000).toISOString().slice(0, 16)}:00Z`;
}

export const absent: Absent = { presence: "absent" };

/** A pay-as-you-go instance that is running and has nothing special; a row says only what is different. */
export function present(different: Partial<Present> = {}): Present {
  return {
    presence: "present",
    instanceId,
    regionId,
    status: "running",
    stoppedMode: "Not-applicable",
    chargeType: "PostPaid",
    instanceName: "worker",
    instanceType: "ecs.g7.large",
    networkType: "vpc",
    releaseTime: undefined,
    deletionProtection: false,
    locks: [],
    tags: {},
    createdAt: "2026-01-01T00:00Z",
    serialNumber: "serial-1",
    ...different,
  };
}

/** Nothing is managed; the machine is named, so that a first up may release it. */
export function desired(different: Partial<Desired> = {}): Desired {
  return {
    instanceId,
    regionId,
    state: undefined,
    releaseTime: { kind: "unmanaged" },
    stop: { mode: "KeepCharging", force: false },
    release: { force: false },
    expect: { instanceName: "worker" },
    onDelete: "retain",
    timeouts: { startMs: 600_000, stopMs: 600_000, releaseMs: 600_000 },
    ...different,
  };
}

/** What an earlier run has left behind: it saw this very machine a day ago. */
export function recorded(different: Partial<Recorded> = {}): Recorded {
  return {
    declared: { instanceId, regionId },
    declaredReleaseTime: undefined,
    releasedBy: undefined,
    releasedAt: undefined,
    lastSeenAt: "2026-05-31T12:00:00.000Z",
    createdAt: "2026-01-01T00:00Z",
    serialNumber: "serial-1",
    ...different,
  };
}
