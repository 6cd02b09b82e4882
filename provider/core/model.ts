/** Pulumi's marker for a value that is not known yet in a preview, at any depth and for any type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A moment cut to its minute, always written `YYYY-MM-DDTHH:mm:00Z`, so that text order is time order. */
export type UtcMinute = string;

export type LifecycleState = "running" | "stopped" | "released";
export type StopMode = "KeepCharging" | "StopCharging";
export type ChargeType = "PostPaid" | "PrePaid";
export type OnDelete = "retain" | "retainTimer" | "stop";

/** What a release time is wanted to be. `withdrawn`: it was declared before and no longer is. */
export type DesiredReleaseTime =
  | { readonly kind: "unmanaged" }
  | { readonly kind: "at"; readonly at: UtcMinute }
  | { readonly kind: "never" }
  | { readonly kind: "withdrawn" };

export interface Expectation {
  readonly instanceName?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly chargeType?: ChargeType;
  readonly accountId?: string;
}

/** The one strict form of what a user declared. */
export interface Desired {
  readonly instanceId: string;
  readonly regionId: string;
  /** Undefined: the power state is not managed. */
  readonly state: LifecycleState | undefined;
  readonly releaseTime: DesiredReleaseTime;
  readonly stop: { readonly mode: StopMode; readonly force: boolean };
  readonly release: { readonly force: boolean };
  readonly expect: Expectation;
  readonly onDelete: OnDelete;
  readonly timeouts: { readonly startMs: number; readonly stopMs: number; readonly releaseMs: number };
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
  readonly releasedBy: ReleasedBy | undefined;
  readonly releasedAt: string | undefined;
  readonly lastSeenAt: string | undefined;
  /** The last run's DeleteInstance was accepted, but the instance was not seen to go. */
  readonly releaseAccepted?: boolean;
  /** Identity of the machine: a reused id with another one is another machine. */
  readonly createdAt: string | undefined;
  readonly serialNumber: string | undefined;
}

export type Step =
  | { readonly kind: "cancelReleaseTime"; readonly because: string }
  | {
      readonly kind: "setReleaseTime";
      readonly at: UtcMinute;
      /** Later than the time in force: it protects, and is never held back by expectations or limits. */
      readonly postpones: boolean;
      readonly because: string;
    }
  | { readonly kind: "start"; readonly because: string }
  | { readonly kind: "stop"; readonly mode: StopMode; readonly force: boolean; readonly because: string }
  | { readonly kind: "release"; readonly force: boolean; readonly because: string }
  | { readonly kind: "await"; readonly until: "running" | "stopped" | "gone"; readonly because: string };

export type Write = Exclude<Step, { kind: "await" }>;

export interface Plan {
  /** In the order in which they are done. */
  readonly steps: readonly Step[];
  /** Why steps that act must not be done. Protective steps are done all the same. */
  readonly refusals: readonly string[];
  /** What the user should know although nothing is refused. */
  readonly warnings: readonly string[];
}

export function isWrite(step: Step): step is Write {
  return step.kind !== "await";
}

/** Cancelling or postponing keeps data alive, so nothing but the account may hold it back. */
export function isProtective(step: Step): boolean {
  return step.kind === "cancelReleaseTime" || (step.kind === "setReleaseTime" && step.postpones);
}
