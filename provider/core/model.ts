/** Pulumi's marker for a value that is not known yet in a preview, at any depth and for any type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A moment cut to its minute, always written `YYYY-MM-DDTHH:mm:00Z`, so that text order is time order. */
export type UtcMinute = string;

export type LifecycleState = "running" | "stopped" | "released";
export type StopMode = "KeepCharging" | "StopCharging";
export type ChargeType = "PostPaid" | "PrePaid";
/** What a difference made by others means: it is corrected, or only reported. */
export type Drift = "correct" | "report";
export type OnDelete = "retain" | "retainTimer" | "stop";

/** What a release time is wanted to be. `withdrawn`: it was declared before and no longer is. */
export type DesiredReleaseTime =
  | { readonly kind: "unmanaged" }
  | {
      readonly kind: "at";
      readonly at: UtcMinute;
      /** It is the end of a time to live, not a time that was written. */
      readonly counted?: boolean;
    }
  /** A time to live, counted once; `renew` is any text whose change counts again. */
  | { readonly kind: "after"; readonly afterMs: number; readonly renew: string | undefined }
  | { readonly kind: "never" }
  | {
      readonly kind: "withdrawn";
      /** Only these times are ours to cancel; any other is left alone. Undefined: whatever is set. */
      readonly only?: readonly UtcMinute[];
    };

export interface Expectation {
  readonly instanceName?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly chargeType?: ChargeType;
  readonly accountId?: string;
}

export interface DesiredStop {
  readonly mode: StopMode;
  readonly force: boolean;
  /** Gently first, and by force when it has not stopped after this long. */
  readonly forceAfterMs: number | undefined;
  readonly hibernate: boolean;
  /** A stopped instance with another mode is started and stopped again. */
  readonly applyModeNow: boolean;
}

export interface DesiredSnapshot {
  readonly retentionDays: number | undefined;
  readonly name: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface DesiredRelease {
  readonly force: boolean;
  /** Undefined: none is made. */
  readonly snapshot: DesiredSnapshot | undefined;
  readonly liftProtection: boolean;
  readonly ownedHere: boolean;
}

/** The one strict form of what a user declared. */
export interface Desired {
  readonly instanceId: string;
  readonly regionId: string;
  /** Undefined: the power state is not managed. */
  readonly state: LifecycleState | undefined;
  readonly releaseTime: DesiredReleaseTime;
  readonly stop: DesiredStop;
  readonly release: DesiredRelease;
  readonly expect: Expectation;
  readonly drift: Drift;
  readonly onDelete: OnDelete;
  /** The resource is being removed, so that `state` is what `onDelete` makes of it. */
  readonly isTakenOut?: boolean;
  readonly timeouts: {
    readonly startMs: number;
    readonly stopMs: number;
    readonly releaseMs: number;
    readonly snapshotMs: number;
  };
  /** The schedule and its overrides as they were written. The program has made `state` of them; here they are only recorded. */
  readonly timed?: Readonly<Record<string, unknown>>;
}

export interface Disk {
  readonly diskId: string;
  readonly type: string;
  readonly category: string;
  readonly sizeGiB: number;
  /** Goes with the instance when that is released. */
  readonly deleteWithInstance: boolean;
  /** Its automatic snapshots go with it. */
  readonly deleteAutoSnapshot: boolean;
}

export interface Snapshot {
  readonly snapshotId: string;
  readonly diskId: string;
  /** `progressing`, `accomplished`, `failed`. */
  readonly status: string;
  /** `user`, `auto`, `timer`. */
  readonly type: string;
  /** RFC 3339, by the server's clock. */
  readonly createdAt: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An instance as ECS listed it. Statuses are lower case; one that we do not know is kept as it came. */
export interface Present {
  readonly presence: "present";
  readonly instanceId: string;
  readonly regionId: string;
  readonly status: string;
  readonly stoppedMode: string;
  readonly chargeType: string;
  readonly instanceName: string;
  readonly instanceType: string;
  readonly networkType: string;
  readonly releaseTime: UtcMinute | undefined;
  readonly deletionProtection: boolean;
  /** Reasons of operation locks, lower case: `financial`, `security`, `recycling`, … */
  readonly locks: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly serialNumber: string;
  /** The last start, RFC 3339, whole minutes; empty when it never ran. */
  readonly startedAt: string;
  /** Addresses that change or stay: public ones of its own, and the elastic one. */
  readonly publicIps: readonly string[];
  readonly elasticIp: string | undefined;
  /** Undefined: not looked at. A second look, made only for what needs it. */
  readonly disks: readonly Disk[] | undefined;
  /** Of the disks above. Undefined: not looked at. */
  readonly snapshots: readonly Snapshot[] | undefined;
}

/** The instance is not listed. Whether that proves anything is another question. */
export interface Absent {
  readonly presence: "absent";
}

export type Observed = Present | Absent;

/** How an instance went: by a declaration of ours, by a release time that was declared here, or for a reason not known here. */
export type ReleasedBy = "declaration" | "timer" | "unknown";

/** What the state remembers of earlier runs. */
export interface Recorded {
  /** The arguments of the last run, as they were written. */
  readonly declared: Readonly<Record<string, unknown>>;
  /** The declared release time of the last run, if it was a time. */
  readonly declaredReleaseTime: UtcMinute | undefined;
  /** The release time in force that this resource has put there, whatever is declared by now. */
  readonly ownReleaseTime?: UtcMinute | undefined;
  /** The end of a declared time to live, as it was fixed at its first apply. */
  readonly fixedReleaseTime?: UtcMinute | undefined;
  /** The moment of the schedule that was applied last. */
  readonly scheduleAppliedAt?: UtcMinute | undefined;
  readonly releasedBy: ReleasedBy | undefined;
  readonly releasedAt: string | undefined;
  readonly lastSeenAt: string | undefined;
  /** The last run's DeleteInstance was accepted, but the instance was not seen to go. */
  readonly releaseAccepted?: boolean;
  /** How many runs in a row have undone what others had changed. */
  readonly corrections?: number;
  /** How many updates in a row have moved the declared release time with the clock, or changed `renew`. */
  readonly moves?: number;
  /** The end of the last update, RFC 3339, by the server's clock. */
  readonly lastRunAt?: string | undefined;
  /** Identity of the machine: a reused id with another one is another machine. */
  readonly createdAt: string | undefined;
  readonly serialNumber: string | undefined;
}

/** What is waited for. `snapshots`: every snapshot of this release is accomplished. */
export type Target = "running" | "stopped" | "snapshots" | "gone";

export type Step =
  | { readonly kind: "cancelReleaseTime"; readonly because: string }
  | {
      readonly kind: "setReleaseTime";
      readonly at: UtcMinute;
      /** Later than the time in force, and ECS takes it: it protects, and is never held back by expectations or limits. */
      readonly postpones: boolean;
      readonly because: string;
    }
  | { readonly kind: "start"; readonly because: string }
  | {
      readonly kind: "stop";
      readonly mode: StopMode;
      readonly force: boolean;
      readonly forceAfterMs: number | undefined;
      readonly hibernate: boolean;
      readonly because: string;
    }
  | { readonly kind: "snapshot"; readonly diskId: string; readonly because: string }
  | { readonly kind: "liftProtection"; readonly because: string }
  | { readonly kind: "release"; readonly force: boolean; readonly because: string }
  | { readonly kind: "await"; readonly until: Target; readonly because: string };

export type Write = Exclude<Step, { kind: "await" }>;

export interface Plan {
  /** In the order in which they are done. */
  readonly steps: readonly Step[];
  /** Why steps that act must not be done. Protective steps are done all the same. */
  readonly refusals: readonly string[];
  /** Those of them that no machine could meet, so they are refused also where a difference is only reported. */
  readonly impossible: readonly string[];
  /** What the user should know although nothing is refused. */
  readonly warnings: readonly string[];
}
