import * as pulumi from "@pulumi/pulumi";
import { timedArguments } from "./core/normalize";
import type { LastRun, ReportedDrift } from "./core/outputs";
import type { ScheduleArgs } from "./core/schedule/schedule";
import { withDefaults } from "./program/defaults";
import { refuseHiddenPackage, refuseOptions, withoutInheritedLoss } from "./program/options";
import { refuseWrongSettings } from "./program/settings-check";
import { transformLast } from "./program/last-transformation";
import { runInfoOf } from "./program/program";
import { providerOf } from "./program/provider-settings";
import type { RunInfo, Scheduled } from "./run-info";
import { hiddenInputs, runInput, writeRunInfo } from "./run-info";
import { providerText } from "./shell";

/** How to stop. */
export interface StopArgs {
  /**
   * `KeepCharging`: capacity and public address stay reserved and are billed. `StopCharging` (economical mode): both are
   * given back, the public address may change and a later start may find no stock. Always sent, because ECS's own default
   * depends on a setting of the account. Default: `KeepCharging`. ECS: StopInstance, StoppedMode.
   */
  mode?: pulumi.Input<"KeepCharging" | "StopCharging">;
  /** Power off without asking the guest; what it had not yet written is lost. Default: false. ECS: StopInstance, ForceStop. */
  force?: pulumi.Input<boolean>;
  /** Gently first; power off when it has not stopped after this long, such as `5m`. Shorter than `timeouts.stop`. Default: never. */
  forceAfter?: pulumi.Input<string>;
  /** Hibernate instead of shutting down, where the instance is set up for it. Not with force. Default: false. ECS: StopInstance, Hibernate. */
  hibernate?: pulumi.Input<boolean>;
  /**
   * Start and stop an instance again that is already stopped in another mode. ECS can't change the mode of a stopped
   * instance; otherwise the difference is only shown, and takes effect at the next stop. Default: false.
   */
  applyModeNow?: pulumi.Input<boolean>;
}

/** What is saved of an instance before its release. */
export interface ReleaseSnapshotArgs {
  /** Days after which ECS deletes the snapshots, 1 to 65536. Default: kept for ever. ECS: CreateSnapshot, RetentionDays. */
  retentionDays?: pulumi.Input<number>;
  /** Name of the snapshots: 2 to 128 characters, beginning with a letter and not with `auto`. Default: none. */
  name?: pulumi.Input<string>;
  /** Tags of the snapshots, besides the one by which a later run knows them. Default: none. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** How to release. */
export interface ReleaseArgs {
  /**
   * Make a snapshot of every disk of the stopped instance first, and release only when all are accomplished. An interrupted
   * run goes on with those that it began. A release time makes none. Default: false. ECS: CreateSnapshot.
   */
  snapshot?: pulumi.Input<boolean | ReleaseSnapshotArgs>;
  /**
   * `respect`: a protected instance is not released. `lift`: protection is switched off right before the release, and back
   * on if that is refused; with a release time it says that protection is known not to stop it, and changes nothing.
   * Default: `respect`. ECS: ModifyInstanceAttribute, DeletionProtection.
   */
  deletionProtection?: pulumi.Input<"respect" | "lift">;
  /**
   * Release an instance although an `alicloud.ecs.Instance` of the same program creates it, and would buy a new one at the
   * next refresh. Default: false.
   */
  ownedHere?: pulumi.Input<boolean>;
  /**
   * Release a running instance in one call, by powering it off. Otherwise it is stopped first, as `stop.force` says.
   * Not with `snapshot`. Default: false. ECS: DeleteInstance, Force.
   */
  force?: pulumi.Input<boolean>;
}

/** What must be found before anything that acts is called. A difference refuses it; cancelling or postponing a release time stays possible. */
export interface ExpectArgs {
  /** The instance's name, letter for letter. */
  instanceName?: pulumi.Input<string>;
  /** Tags that the instance must have; others are no matter. Naming a scaling group's or a cluster's own tag here says that its membership is known. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** `PostPaid` (pay-as-you-go, spot included) or `PrePaid` (subscription). */
  chargeType?: pulumi.Input<"PostPaid" | "PrePaid">;
  /** The account that the credentials belong to (STS GetCallerIdentity). Holds back everything, protective calls too. */
  accountId?: pulumi.Input<string>;
}

/** Budgets, from the moment the first call is let through, waits and retries included. `90s`, `10m`, `1h30m` or ISO 8601; 1s to 24h. */
export interface TimeoutArgs {
  /** Until it is running. Default: `10m`. */
  start?: pulumi.Input<string>;
  /** Until it is stopped. Default: `10m`. */
  stop?: pulumi.Input<string>;
  /** Until it is gone. Default: `10m`. */
  release?: pulumi.Input<string>;
  /** Until every snapshot is accomplished; 1m to 48h. Default: `2h`. */
  snapshot?: pulumi.Input<string>;
}

/** Arguments of {@link InstanceLifecycle}. A wrong one is reported by its name before anything is called for this resource. */
export interface InstanceLifecycleArgs {
  /**
   * Id of an existing instance, `i-…`. A change replaces the resource; the old instance is treated only as `onDelete` says. It
   * can't be kept secret: it is the resource's id too, which the state and the preview have in clear.
   */
  instanceId: pulumi.Input<string>;
  /**
   * Region of the instance, such as `cn-hangzhou`. A change replaces the resource. Default: `alicloud:region`, then
   * ALICLOUD_REGION, then ALIBABA_CLOUD_REGION, resolved once and kept; there is no silent fallback.
   */
  regionId?: pulumi.Input<string>;
  /**
   * `running`, `stopped` or `released`. Left out: the power state is not managed. `released` destroys the instance for ever
   * and is final. ECS: StartInstance, StopInstance, DeleteInstance.
   */
  state?: pulumi.Input<"running" | "stopped" | "released">;
  /**
   * The state as a function of time, in place of `state`: the periods in which it is `running`, at all other times it is
   * `stopped`. Each `pulumi up` applies what is declared for then, by the server's clock. See docs/schedules.md.
   */
  schedule?: pulumi.Input<ScheduleArgs>;
  /** `running` until then, whatever the schedule says: RFC 3339 with any offset. A release by the schedule waits. Default: none. */
  keepRunningUntil?: pulumi.Input<string | undefined>;
  /**
   * The power state is not managed until then, whatever the schedule says: RFC 3339 with any offset. A release by the schedule
   * waits. Default: none.
   */
  holdUntil?: pulumi.Input<string | undefined>;
  /**
   * When ECS releases the instance by itself: RFC 3339 with any offset, 30 minutes to 3 years ahead; seconds are cut to 00.
   * A time that has passed is refused, unless the last run declared it.
   * `never`: a release time is cancelled, whoever set it. Taken out after it was declared: cancelled. Never declared: left
   * alone and shown. Not with state `released`. Release protection does not stop it. ECS: ModifyInstanceAutoReleaseTime.
   */
  autoReleaseAt?: pulumi.Input<string>;
  /**
   * Time to live: `90m`, `8h`, `7d12h` or ISO 8601, 31 minutes to 1094 days. The time at which it ends is fixed once, at the
   * first apply, and kept; a changed value counts again from now. On adoption an earlier release time that is found is kept.
   * Not with `autoReleaseAt`. Default: not managed.
   */
  autoReleaseAfter?: pulumi.Input<string>;
  /** Any text; a change counts `autoReleaseAfter` again from now. Default: none. */
  renew?: pulumi.Input<string>;
  /** How to stop. */
  stop?: pulumi.Input<StopArgs>;
  /** How to release. */
  release?: pulumi.Input<ReleaseArgs>;
  /** What must be found before anything that acts is called. A release by an instance's first `up` needs a name or tags here. */
  expect?: pulumi.Input<ExpectArgs>;
  /**
   * What a difference made by others means. `correct`: it is undone. `report`: each run warns, the output `observedDrift` shows it,
   * and nothing is changed. Default: `correct`.
   */
  drift?: pulumi.Input<"correct" | "report">;
  /**
   * What removing the resource does. `retain`: the power state stays, a release time that this resource set is cancelled.
   * `retainTimer`: nothing is called. `stop`: as retain, then stopped. Never a release. The value of the last `up` counts.
   * Default: `retain`.
   */
  onDelete?: pulumi.Input<"retain" | "retainTimer" | "stop">;
  /** Time budgets. */
  timeouts?: pulumi.Input<TimeoutArgs>;
}

/** How an instance went: by a declaration here, by a release time declared here, or for a reason not known here. */
export type ReleasedBy = "declaration" | "timer" | "unknown";

const outputNames = [
  "status",
  "stoppedMode",
  "chargeType",
  "instanceName",
  "autoReleaseTime",
  "deletionProtection",
  "autoReleaseFixedAt",
  "ownReleaseTime",
  "scheduleAppliedAt",
  "snapshotIds",
  "observedDrift",
  "releasedBy",
  "releasedAt",
  "lastSeenAt",
  "createdAt",
  "serialNumber",
  "accountId",
  "schemaVersion",
  "lastRun",
] as const;

/**
 * Declares which lifecycle state an existing ECS instance shall have. It creates no instance: adopting one is its import.
 * Removing it (a `-` in the preview) only forgets; it never releases.
 *
 * ```ts
 * new InstanceLifecycle("worker", { instanceId: "i-bp67acfmxazb4p", state: "stopped" });
 * ```
 */
export class InstanceLifecycle extends pulumi.CustomResource {
  /** The type token, by which policies and other copies of this package know the class. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";

  declare readonly instanceId: pulumi.Output<string>;
  declare readonly regionId: pulumi.Output<string>;
  declare readonly state: pulumi.Output<"running" | "stopped" | "released" | undefined>;
  declare readonly schedule: pulumi.Output<ScheduleArgs | undefined>;
  declare readonly keepRunningUntil: pulumi.Output<string | undefined>;
  declare readonly holdUntil: pulumi.Output<string | undefined>;
  declare readonly autoReleaseAt: pulumi.Output<string | undefined>;
  declare readonly autoReleaseAfter: pulumi.Output<string | undefined>;
  declare readonly renew: pulumi.Output<string | undefined>;
  declare readonly stop: pulumi.Output<pulumi.Unwrap<StopArgs> | undefined>;
  declare readonly release: pulumi.Output<pulumi.Unwrap<ReleaseArgs> | undefined>;
  declare readonly expect: pulumi.Output<pulumi.Unwrap<ExpectArgs> | undefined>;
  declare readonly drift: pulumi.Output<"correct" | "report" | undefined>;
  declare readonly onDelete: pulumi.Output<"retain" | "retainTimer" | "stop" | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutArgs> | undefined>;
  /** What was last observed: `running`, `stopped`, a status in between, `released`, or `absent` when it went for an unknown reason. */
  declare readonly status: pulumi.Output<string>;
  /** `KeepCharging`, `StopCharging`, or `Not-applicable`, as ECS answers while it runs. */
  declare readonly stoppedMode: pulumi.Output<string | null>;
  /** `PostPaid` or `PrePaid`. */
  declare readonly chargeType: pulumi.Output<string | null>;
  declare readonly instanceName: pulumi.Output<string | null>;
  /** The release time in force, RFC 3339 in UTC, whole minutes; null when there is none. */
  declare readonly autoReleaseTime: pulumi.Output<string | null>;
  /** Release protection; null once the instance is gone. */
  declare readonly deletionProtection: pulumi.Output<boolean | null>;
  /** The end of the declared time to live, RFC 3339 in UTC; null when none is declared. */
  declare readonly autoReleaseFixedAt: pulumi.Output<string | null>;
  /** The release time in force if this resource has set it, RFC 3339 in UTC; null when there is none, or it is another's. */
  declare readonly ownReleaseTime: pulumi.Output<string | null>;
  /** The moment of the schedule that was applied last, RFC 3339 in UTC; null when none was. */
  declare readonly scheduleAppliedAt: pulumi.Output<string | null>;
  /** The snapshots that were made before the release. */
  declare readonly snapshotIds: pulumi.Output<readonly string[]>;
  /** With `drift: "report"`: what differs, as of the last refresh; null when nothing does. */
  declare readonly observedDrift: pulumi.Output<ReportedDrift | null>;
  /** Null as long as it is there. */
  declare readonly releasedBy: pulumi.Output<ReleasedBy | null>;
  /** When it was found to be gone, RFC 3339. */
  declare readonly releasedAt: pulumi.Output<string | null>;
  /** When it was last listed, RFC 3339, by the server's clock. */
  declare readonly lastSeenAt: pulumi.Output<string | null>;
  declare readonly createdAt: pulumi.Output<string | null>;
  declare readonly serialNumber: pulumi.Output<string | null>;
  /** The account of the credentials; null when STS did not say. */
  declare readonly accountId: pulumi.Output<string | null>;
  /** Version of the shape of these outputs. */
  declare readonly schemaVersion: pulumi.Output<number>;
  /** The last run that had something to do: when, and each step with its reason and the vendor's RequestId. */
  declare readonly lastRun: pulumi.Output<LastRun>;
  /**
   * When the schedule declares another state next, RFC 3339 in UTC: when the program should run again. Null without a schedule,
   * and when nothing changes any more. Told by the program in each run, not recorded.
   */
  readonly nextChangeAt: pulumi.Output<string | null>;

  /** Whether an object is one of these, also when it was made by another copy of this package. */
  static override isInstance(value: unknown): value is InstanceLifecycle {
    return (
      typeof value === "object" &&
      value !== null &&
      (value as { __pulumiType?: unknown }).__pulumiType === InstanceLifecycle.__pulumiType
    );
  }

  /**
   * @param name The resource's name in the program.
   * @param args What is declared.
   * @param opts Pulumi's options: docs/pulumi-options.md. `import` and `id` can't work here: declaring is adopting.
   * @throws pulumi.RunError when an option can't be honoured; when an `alicloud.Provider` is passed as `provider`, which
   *   doesn't know this type; and when a setting of the stack's configuration is unknown, wrong, or a key in clear.
   */
  constructor(name: string, args: InstanceLifecycleArgs, opts?: pulumi.CustomResourceOptions) {
    refuseWrongSettings();
    refuseHiddenPackage();
    // Before the SDK begins; what transformations add is refused by the last of them.
    refuseOptions("InstanceLifecycle", name, declaredIn({ ...args }), opts);
    const type = InstanceLifecycle.__pulumiType;
    super(type, name, { ...withDefaults(args, opts?.parent) }, refuseForeignProvider("InstanceLifecycle", name, opts));
    const { scheduled, tellProvider } = finishedOf(this);
    this.nextChangeAt = scheduled.apply((found) => found?.nextChangeAt ?? null);
    // Only now is it known which one was inherited from a parent.
    tellProvider(providerOf(this));
  }
}

interface Finished {
  readonly scheduled: pulumi.Output<Scheduled | undefined>;
  readonly tellProvider: (provider: pulumi.ProviderResource | undefined) => void;
}

const finished = new WeakMap<pulumi.Resource, Finished>();

function finishedOf(resource: pulumi.Resource): Finished {
  const found = finished.get(resource);
  if (found !== undefined) return found;
  throw new pulumi.RunError(
    "InstanceLifecycle: this version of @pulumi/pulumi runs no transformations, by which the arguments are told apart from what others make of them; install a version that docs/reference.md names",
  );
}

/** What is looked at, counted and judged is what all transformations have left, so that what is judged is what is done. */
transformLast(InstanceLifecycle.prototype, ({ resource, name, type, props, opts }) => {
  let tellProvider: (provider: pulumi.ProviderResource | undefined) => void = () => undefined;
  const provider = new Promise<pulumi.ProviderResource | undefined>((resolve) => {
    tellProvider = resolve;
  });
  const declared = declaredIn(props);
  refuseOptions("InstanceLifecycle", name, declared, opts);
  const urn = pulumi.createUrn(name, type, opts.parent);
  const run = runInfoOf({ urn, name, args: declared, ignored: ignoredBy(opts) }, provider);
  const scheduled = scheduledBy(declared, run);
  finished.set(resource, { scheduled, tellProvider });
  const outputs = Object.fromEntries(outputNames.map((output) => [output, undefined]));
  // Names of ours that somebody has written are refused by the program, as any unknown one; the real ones take their place.
  const ours = { __provider: providerText, [runInput]: run.then(writeRunInfo) };
  const written = Object.fromEntries(Object.entries(declared).filter(([key]) => !hiddenInputs.includes(key)));
  return {
    props: { ...outputs, ...written, ...scheduledState(declared, scheduled), ...ours },
    opts: withoutInheritedLoss(declared, opts),
  };
});

/** Every key that was written, known or not, so that a misspelt one can be named. A resource stands for its id, as Pulumi takes it. */
function declaredIn(props: Declared): Declared {
  const entries = Object.entries(props).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name === "instanceId" && pulumi.CustomResource.isInstance(value) ? value.id : value,
    ]),
  );
}

/** The arguments of `ignoreChanges`, whose entries are paths: `stop.mode`, `["stop"].mode`, `*`. */
function ignoredBy({ ignoreChanges = [] }: pulumi.CustomResourceOptions): readonly string[] {
  return ignoreChanges.map((path) => /^(?:\["?)?([^.["\]]+)/.exec(path)?.[1] ?? path);
}

/** What the schedule says now. Not known in a preview as long as the schedule is not. */
function scheduledBy(declared: Declared, run: Promise<RunInfo>): pulumi.Output<Scheduled | undefined> {
  return pulumi.output(timedArguments(declared)).apply(async () => (await run).scheduled);
}

/** The schedule's state takes the place of one that is written; with both the check refuses them. */
function scheduledState(declared: Declared, scheduled: pulumi.Output<Scheduled | undefined>): Declared {
  if (declared.schedule === undefined) return {};
  return { state: pulumi.all([scheduled, declared.state]).apply(([found, written]) => written ?? found?.state) };
}

type Declared = Readonly<Record<string, unknown>>;

/** Checked before anything is registered: the engine would send our resource to a plugin that answers with an obscure error. */
export function refuseForeignProvider<T extends pulumi.CustomResourceOptions | pulumi.ComponentResourceOptions>(
  kind: string,
  name: string,
  opts: T | undefined,
): T | undefined {
  const provider = opts?.provider as unknown as { getPackage?: () => string } | undefined;
  const foreign = provider?.getPackage?.();
  if (foreign === undefined || foreign === "pulumi-nodejs") return opts;
  throw new pulumi.RunError(
    `${kind} "${name}": a provider of package "${foreign}" does not know this type; leave the option out, the alicloud: configuration and environment are used anyway, or pass a LifecycleProvider`,
  );
}
