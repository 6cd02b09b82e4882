import type { Disk, Present, Snapshot, StopMode, UtcMinute } from "../core/model";

/** What one look at a set of instances found. */
export interface Look {
  /** The instances that were listed, by id. An id that is missing here was not listed; that alone proves nothing. */
  readonly found: ReadonlyMap<string, Present>;
  /** The server's clock (Date header) when it answered, in ms since 1970. */
  readonly atMs: number;
  /** For how long the account's call limit held it back; 0 where it is left out. */
  readonly queuedMs?: number;
}

/** The receipt of an accepted write. */
export interface Receipt {
  readonly requestId: string;
}

export interface StopOptions {
  readonly mode: StopMode;
  readonly force: boolean;
  readonly hibernate: boolean;
}

export interface SnapshotOptions {
  /** At most 64 ASCII characters, the same for every repetition of one intent. */
  readonly clientToken: string;
  readonly name: string | undefined;
  readonly retentionDays: number | undefined;
  /** At most 20. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Storage {
  readonly disks: readonly Disk[];
  readonly snapshots: readonly Snapshot[];
  /** As in Look. */
  readonly queuedMs?: number;
}

/** ECS as the reconciler sees it: one region, one account. Everything throws EcsError and nothing else. */
export interface EcsPort {
  readonly regionId: string;
  /**
   * Does what ends in this write when the account's call limit, as far as it is known here, lets one more through. That may
   * take minutes, so the work begins with a look of its own. Refused all the same, the work's error is passed on, and whoever
   * wants to try again comes here again. Rejects with `callLimit` when nothing has been let through for long.
   */
  inTurn<T>(call: string, work: () => Promise<T>): Promise<T>;
  /** Until a look would be let through at once, and a little longer where calls are scarce: more of them find room in one. Never rejects. */
  untilMayLook(): Promise<void>;
  /** DescribeInstances, 100 ids a call. Changes nothing, is retried, and never throws because an id is not listed. No id: no call. */
  observe(instanceIds: readonly string[]): Promise<Look>;
  /** DescribeInstanceAttribute: a second opinion that names an unknown id instead of leaving it out. */
  confirm(instanceId: string): Promise<"present" | "absent">;
  /** DescribeInstances with DryRun: whether this identity may list instances at all. */
  mayObserve(): Promise<boolean>;
  /** DescribeDisks and DescribeSnapshots of one instance: what goes with it, and what was saved of it. */
  inspect(instanceId: string): Promise<Storage>;
  /** STS GetCallerIdentity, asked once. */
  accountId(): Promise<string>;
  /** StartInstance. Sent once; an unknown outcome is the caller's to look at. */
  start(instanceId: string): Promise<Receipt>;
  /** StopInstance. The mode is always sent: left out, it would depend on a setting of the account. */
  stop(instanceId: string, options: StopOptions): Promise<Receipt>;
  /** CreateSnapshot. The token makes a repetition harmless: ECS answers with the snapshot that it began the first time. */
  createSnapshot(diskId: string, options: SnapshotOptions): Promise<Receipt>;
  /** ModifyInstanceAttribute, DeletionProtection. */
  setDeletionProtection(instanceId: string, on: boolean): Promise<Receipt>;
  /** DeleteInstance. There is no way back. */
  release(instanceId: string, options: { readonly force: boolean }): Promise<Receipt>;
  /** ModifyInstanceAutoReleaseTime with a time. */
  setReleaseTime(instanceId: string, at: UtcMinute): Promise<Receipt>;
  /** ModifyInstanceAutoReleaseTime without a time, which cancels. A method of its own, because one forgotten value must not turn one into the other. */
  cancelReleaseTime(instanceId: string): Promise<Receipt>;
}
