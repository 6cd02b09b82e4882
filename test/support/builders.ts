import type { Absent, Desired, Disk, Present, Recorded, Snapshot } from "../../provider/core/model";
import { snapshotTag } from "../../provider/core/snapshots";

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
    startedAt: "2026-05-01T00:00Z",
    publicIps: [],
    elasticIp: undefined,
    disks: undefined,
    snapshots: undefined,
    ...different,
  };
}

/** What is wished differently; of a group only what differs in it. */
export type Wish = Partial<Omit<Desired, "stop" | "release" | "timeouts">> & {
  readonly stop?: Partial<Desired["stop"]>;
  readonly release?: Partial<Desired["release"]>;
  readonly timeouts?: Partial<Desired["timeouts"]>;
};

/** Nothing is managed; the machine is named, so that a first up may release it. */
export function desired({ stop, release, timeouts, ...different }: Wish = {}): Desired {
  return {
    instanceId,
    regionId,
    state: undefined,
    releaseTime: { kind: "unmanaged" },
    stop: {
      mode: "KeepCharging",
      force: false,
      forceAfterMs: undefined,
      hibernate: false,
      applyModeNow: false,
      ...stop,
    },
    release: { force: false, snapshot: undefined, liftProtection: false, ownedHere: false, ...release },
    expect: { instanceName: "worker" },
    drift: "correct",
    onDelete: "retain",
    timeouts: { startMs: 600_000, stopMs: 600_000, releaseMs: 600_000, snapshotMs: 7_200_000, ...timeouts },
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

/** A cloud disk that goes with its instance. */
export function disk(diskId: string, different: Partial<Disk> = {}): Disk {
  return {
    diskId,
    type: "data",
    category: "cloud_essd",
    sizeGiB: 40,
    deleteWithInstance: true,
    deleteAutoSnapshot: true,
    ...different,
  };
}

export const systemDisk = disk("d-system", { type: "system" });
export const dataDisk = disk("d-data");
export const localDisk = disk("d-local", { category: "local_ssd_pro" });

/** A snapshot that this release may rest on: ours, accomplished, made an hour ago, long after the last start. */
export function snapshot(diskId: string, different: Partial<Snapshot> = {}): Snapshot {
  return {
    snapshotId: `s-of-${diskId}`,
    diskId,
    status: "accomplished",
    type: "user",
    createdAt: minutesFromNow(-60),
    tags: { [snapshotTag]: instanceId },
    ...different,
  };
}

/** What `release.snapshot: true` means. */
export const plainSnapshot: Desired["release"]["snapshot"] = { retentionDays: undefined, name: undefined, tags: {} };
