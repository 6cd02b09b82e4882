import { DelegateBackoff, handleWhen, retry } from "cockatiel";
import type { Candidate, Criteria } from "../core/fleet";
import type { Present, UtcMinute } from "../core/model";
import { batchResults } from "./batching/batch-results";
import { CallQueue } from "./call-queue";
import { EcsError } from "./errors";
import { listInstances, perPage } from "./list-instances";
import { listOf, toDisk, toPresent, toSnapshot } from "./instance";
import type { Answer, Door } from "./door";
import { isRecord } from "./pop-door";
import { instancesPerCall } from "./port";
import type {
  EcsPort,
  Look,
  Outcomes,
  PowerBatch,
  Precondition,
  Receipt,
  SnapshotOptions,
  StopOptions,
  Storage,
} from "./port";
import { tagParameters } from "./tag-parameters";

/** Where calls are scarce, one that can be shared waits so long for others. */
const companyMs = 3_000;
/** A machine with more snapshots than this fills is none that we know how to judge. */
const mostPages = 50;
/** How long a fact is waited for that is only recorded. */
const briefMs = 2_000;

/** What was read, and for how long the account's call limit held it back. */
type Read = Answer & { readonly queuedMs: number };

/** EcsPort over @alicloud/pop-core. Reads are retried with backoff and jitter; writes are sent once. */
export class PopClient implements EcsPort, PowerBatch {
  private account: Promise<string> | undefined;
  private triedAccount: Promise<string> | undefined;
  private readonly queues = new Map<string, CallQueue>();

  constructor(
    readonly regionId: string,
    private readonly ecs: Door,
    private readonly sts: Door,
    private readonly nowMs: () => number,
  ) {}

  inTurn<T>(call: string, work: () => Promise<T>): Promise<T> {
    return this.queue(call).inTurn(work);
  }

  async untilOpen(call: string): Promise<void> {
    await this.queue(call).untilOpen(companyMs);
  }

  isHeldBack(): boolean {
    return [...this.queues.values()].some((queue) => queue.isHeldBack);
  }

  async observe(instanceIds: readonly string[]): Promise<Look> {
    const found = new Map<string, Present>();
    let atMs = this.nowMs();
    let queuedMs = 0;
    for (let from = 0; from < instanceIds.length; from += instancesPerCall) {
      const ids = instanceIds.slice(from, from + instancesPerCall);
      const answer = await this.read("DescribeInstances", {
        RegionId: this.regionId,
        InstanceIds: JSON.stringify(ids),
        // The default page is 10, whatever the number of ids.
        PageSize: perPage,
      });
      if (!isRecord(answer.body.Instances)) {
        throw new EcsError(
          "DescribeInstances",
          "NoInstances",
          "unknownOutcome",
          "the answer has no list of instances",
          undefined,
          answer.requestId,
          undefined,
        );
      }
      for (const raw of listOf(answer.body.Instances, "Instance")) {
        const present = toPresent(raw);
        if (present !== undefined && ids.includes(present.instanceId)) found.set(present.instanceId, present);
      }
      atMs = answer.serverTimeMs ?? this.nowMs();
      queuedMs += answer.queuedMs;
    }
    return { found, atMs, queuedMs };
  }

  list(criteria: Criteria): Promise<readonly Candidate[]> {
    return listInstances((params) => this.read("DescribeInstances", params), this.regionId, criteria);
  }

  async confirm(instanceId: string): Promise<"present" | "absent"> {
    try {
      await this.read("DescribeInstanceAttribute", { RegionId: this.regionId, InstanceId: instanceId });
      return "present";
    } catch (error) {
      if (error instanceof EcsError && error.errorClass === "absent") return "absent";
      throw error;
    }
  }

  async mayObserve(): Promise<boolean> {
    try {
      await this.read("DescribeInstances", { RegionId: this.regionId, DryRun: true });
      return false;
    } catch (error) {
      if (error instanceof EcsError && error.errorClass === "dryRun") return true;
      if (error instanceof EcsError && error.errorClass === "auth") return false;
      throw error;
    }
  }

  accountId(patience?: "brief"): Promise<string> {
    // Both begin with the same try, so that both together ask once where STS answers.
    this.triedAccount ??= this.sts.call("GetCallerIdentity", {}, briefMs).then(accountIn);
    if (patience === "brief") return this.triedAccount;
    this.account ??= this.triedAccount
      .catch(async () => accountIn(await this.read("GetCallerIdentity", {}, this.sts)))
      .catch((error: unknown) => {
        this.account = undefined;
        throw error;
      });
    return this.account;
  }

  async start(instanceId: string, precondition: Precondition): Promise<Receipt | undefined> {
    return await this.sendInTurn("StartInstance", precondition, { RegionId: this.regionId, InstanceId: instanceId });
  }

  async stop(instanceId: string, options: StopOptions, precondition: Precondition): Promise<Receipt | undefined> {
    return await this.sendInTurn("StopInstance", precondition, {
      RegionId: this.regionId,
      InstanceId: instanceId,
      StoppedMode: options.mode,
      ForceStop: options.force,
      ...(options.hibernate ? { Hibernate: true } : {}),
    });
  }

  async startTogether(instanceIds: readonly string[]): Promise<Outcomes> {
    return await this.sendTogether("StartInstances", instanceIds, {});
  }

  async stopTogether(
    instanceIds: readonly string[],
    { mode, force }: Omit<StopOptions, "hibernate">,
  ): Promise<Outcomes> {
    return await this.sendTogether("StopInstances", instanceIds, { StoppedMode: mode, ForceStop: force });
  }

  async inspect(instanceId: string): Promise<Storage> {
    const [disks, snapshots] = await Promise.all([
      this.readAll("DescribeDisks", instanceId, "Disks", "Disk", toDisk),
      this.readAll("DescribeSnapshots", instanceId, "Snapshots", "Snapshot", toSnapshot),
    ]);
    const queuedMs = Math.max(disks.queuedMs, snapshots.queuedMs);
    return { disks: disks.found, snapshots: snapshots.found, queuedMs };
  }

  async createSnapshot(diskId: string, options: SnapshotOptions): Promise<Receipt> {
    return await this.ecs.call("CreateSnapshot", {
      RegionId: this.regionId,
      DiskId: diskId,
      ClientToken: options.clientToken,
      ...(options.name === undefined ? {} : { SnapshotName: options.name }),
      ...(options.retentionDays === undefined ? {} : { RetentionDays: options.retentionDays }),
      ...tagParameters(options.tags),
    });
  }

  async setDeletionProtection(instanceId: string, on: boolean): Promise<Receipt> {
    return await this.ecs.call("ModifyInstanceAttribute", {
      RegionId: this.regionId,
      InstanceId: instanceId,
      DeletionProtection: on,
    });
  }

  async release(instanceId: string, options: { readonly force: boolean }): Promise<Receipt> {
    return await this.ecs.call("DeleteInstance", {
      RegionId: this.regionId,
      InstanceId: instanceId,
      Force: options.force,
    });
  }

  async setReleaseTime(instanceId: string, at: UtcMinute): Promise<Receipt> {
    return await this.ecs.call("ModifyInstanceAutoReleaseTime", {
      RegionId: this.regionId,
      InstanceId: instanceId,
      AutoReleaseTime: at,
    });
  }

  async cancelReleaseTime(instanceId: string): Promise<Receipt> {
    return await this.ecs.call("ModifyInstanceAutoReleaseTime", { RegionId: this.regionId, InstanceId: instanceId });
  }

  private sendInTurn(
    action: string,
    precondition: Precondition,
    params: Readonly<Record<string, string | boolean>>,
  ): Promise<Receipt | undefined> {
    return this.inTurn(action, async () => ((await precondition()) ? await this.ecs.call(action, params) : undefined));
  }

  private async sendTogether(
    action: string,
    instanceIds: readonly string[],
    how: Readonly<Record<string, string | boolean>>,
  ): Promise<Outcomes> {
    const answer = await this.ecs.call(action, {
      RegionId: this.regionId,
      ...Object.fromEntries(instanceIds.map((id, index) => [`InstanceId.${index + 1}`, id])),
      ...how,
      // Left out, what stands against one would stand against all.
      BatchOptimization: "SuccessFirst",
    });
    return batchResults(action, answer);
  }

  /** All pages of a list that belongs to one instance. */
  private async readAll<T>(
    action: string,
    instanceId: string,
    wrapper: string,
    key: string,
    translate: (raw: unknown) => T | undefined,
  ): Promise<{ readonly found: readonly T[]; readonly queuedMs: number }> {
    const found: T[] = [];
    let heldBackMs = 0;
    for (let page = 1; page <= mostPages; page += 1) {
      const params = { RegionId: this.regionId, InstanceId: instanceId, PageSize: perPage, PageNumber: page };
      const { body, requestId, queuedMs } = await this.read(action, params);
      heldBackMs += queuedMs;
      if (!isRecord(body[wrapper])) {
        throw new EcsError(
          action,
          `No${wrapper}`,
          "unknownOutcome",
          "the answer has no list",
          undefined,
          requestId,
          undefined,
        );
      }
      const raws = listOf(body[wrapper], key);
      found.push(...raws.flatMap((raw) => translate(raw) ?? []));
      if (raws.length < perPage) return { found, queuedMs: heldBackMs };
    }
    throw new EcsError(
      action,
      "TooMany",
      "input",
      `more than ${mostPages * perPage} entries`,
      undefined,
      undefined,
      undefined,
    );
  }

  private async read(
    action: string,
    params: Readonly<Record<string, string | boolean | number>>,
    door: Door = this.ecs,
  ): Promise<Read> {
    const { answer, queuedMs } = await this.queue(action).untilThrough(() =>
      readRetry.execute(() => door.call(action, params)),
    );
    return { ...answer, queuedMs };
  }

  private queue(action: string): CallQueue {
    const pace = { nowMs: this.nowMs, sleep, random: () => Math.random() };
    const queue = this.queues.get(action) ?? new CallQueue(action, pace);
    this.queues.set(action, queue);
    return queue;
  }
}

function accountIn({ body, requestId }: Answer): string {
  const id = body.AccountId;
  if (typeof id === "string" || typeof id === "number") return String(id);
  throw new EcsError(
    "GetCallerIdentity",
    "NoAccountId",
    "unknownOutcome",
    "the answer names no account",
    undefined,
    requestId,
    undefined,
  );
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What was refused for the call limit is its queue's to send again. */
const readRetry = retry(
  handleWhen((error) => error instanceof EcsError && error.errorClass === "unknownOutcome"),
  { maxAttempts: 4, backoff: new DelegateBackoff(({ attempt }) => Math.random() * readDelayMs(attempt)) },
);

/** Of this, a part by chance (full jitter). */
function readDelayMs(attempt: number): number {
  return Math.min(20_000, 500 * 2 ** (attempt - 1));
}
