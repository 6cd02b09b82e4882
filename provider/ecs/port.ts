import type { Candidate, Criteria } from "../core/fleet";
import type { Disk, Present, Snapshot, StopMode, UtcMinute } from "../core/model";
import type { EcsError } from "./errors";

/** The vendor's limit: ids in InstanceIds, and InstanceId.N of a call about several. */
export const instancesPerCall = 100;

/** What one look at a set of instances found. */
export interface Look {
  /** The instances that were listed, by id. An id that is missing here was not listed; that alone proves nothing. */
  readonly found: ReadonlyMap<string, Present>;
  /** The server's clock (Date header) when it answered, in ms since 1970. */
  readonly atMs: number;
  /** For how long the account's call limit held it back; 0 where it is left out. */
  readonly queuedMs?: number;
}

/** The receipt of an accepted write. Those that were sent in one call share its id. */
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

/** What became of each instance in a call about many; where the answer does not tell, its error is of class `unknownOutcome`. */
export type Outcomes = (instanceId: string) => Receipt | EcsError;

/** Calls about up to 100 instances, each of which gets its own answer: one that can't be done keeps no other from it. Sent once; rejects where the call as a whole came to nothing, or nobody knows. */
export interface PowerBatch {
  /** StartInstances, SuccessFirst. */
  startTogether(instanceIds: readonly string[]): Promise<Outcomes>;
  /** StopInstances, SuccessFirst. It has no Hibernate. */
  stopTogether(instanceIds: readonly string[], options: Omit<StopOptions, "hibernate">): Promise<Outcomes>;
}

/**
 * Whether a start or stop may still be sent. Asked in its turn, right before the call, and once more where nothing was sent
 * after it was asked: so it begins with a look of its own where the last one has grown old. A rejection ends the write.
 */
export type Precondition = () => Promise<boolean>;

/** ECS as the reconciler sees it: one region, one account. Everything throws EcsError and nothing else. */
export interface EcsPort {
  readonly regionId: string;
  /**
   * Does what ends in this write when the account's call limit, as far as it is known here, lets one more through. That may
   * take minutes, so the work begins with a look of its own. Refused all the same, the work's error is passed on, and whoever
   * wants to try again comes here again. Rejects with `callLimit` when nothing has been let through for long.
   * The work makes one such write and lets every rejection of it through.
   */
  inTurn<T>(call: string, work: () => Promise<T>): Promise<T>;
  /** Until such a call would be let through at once, and a little longer where they are scarce: more find room in one. Never rejects. */
  untilOpen(call: string): Promise<void>;
  /** Whether somebody waits for the account's call limit just now, whatever the call. */
  isHeldBack(): boolean;
  /** DescribeInstances, 100 ids a call. Changes nothing, is retried, and never throws because an id is not listed. No id: no call. */
  observe(instanceIds: readonly string[]): Promise<Look>;
  /**
   * DescribeInstances by criteria, page after page. All that ECS lists for them, or it throws: a part of a list would look
   * like a smaller fleet. What ECS would make of a criterion is for the caller to judge.
   */
  list(criteria: Criteria): Promise<readonly Candidate[]>;
  /** DescribeInstanceAttribute: a second opinion that names an unknown id instead of leaving it out. */
  confirm(instanceId: string): Promise<"present" | "absent">;
  /** DescribeInstances with DryRun: whether this identity may list instances at all. */
  mayObserve(): Promise<boolean>;
  /** DescribeDisks and DescribeSnapshots of one instance: what goes with it, and what was saved of it. */
  inspect(instanceId: string): Promise<Storage>;
  /**
   * STS GetCallerIdentity. What was answered once is kept. `brief`: one try of two seconds, whose failure is kept, too; for
   * whoever can do without.
   */
  accountId(patience?: "brief"): Promise<string>;
  /**
   * StartInstance in its turn, or its share of a StartInstances. Sent once; an unknown outcome is the caller's to look at.
   * Undefined where the precondition didn't hold, and nothing was sent.
   */
  start(instanceId: string, precondition: Precondition): Promise<Receipt | undefined>;
  /** StopInstance, as above. The mode is always sent: left out, it would depend on a setting of the account. */
  stop(instanceId: string, options: StopOptions, precondition: Precondition): Promise<Receipt | undefined>;
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
