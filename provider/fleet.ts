import * as pulumi from "@pulumi/pulumi";
import { FleetMembers } from "./fleet-members";
import { withDefaults } from "./program/defaults";
import { refuseHiddenPackage, refuseIgnoreChanges, refuseOptions } from "./program/options";
import { refuseWrongSettings } from "./program/settings-check";
import type { InstanceLifecycleArgs } from "./resource";
import { refuseForeignProvider } from "./resource";

/** By what a selection finds its instances. Each criterion narrows the others; at least one is required. */
export interface SelectArgs {
  /** Tags that an instance must have, at most 20, with exactly these values. ECS: DescribeInstances, Tag.N. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The name, letter for letter; a `*` stands for anything, but not alone. ECS: DescribeInstances, InstanceName. */
  instanceName?: pulumi.Input<string>;
  /** ECS: DescribeInstances, VpcId. */
  vpcId?: pulumi.Input<string>;
  /** ECS: DescribeInstances, ZoneId. */
  zoneId?: pulumi.Input<string>;
  /** ECS: DescribeInstances, ResourceGroupId. */
  resourceGroupId?: pulumi.Input<string>;
  /** `PostPaid` (pay-as-you-go, spot included) or `PrePaid` (subscription). ECS: DescribeInstances, InstanceChargeType. */
  chargeType?: pulumi.Input<"PostPaid" | "PrePaid">;
}

/**
 * Arguments of {@link FleetLifecycle}: which instances, and what {@link InstanceLifecycle} takes for each of them. A wrong
 * one is reported by its name before anything is called.
 */
export interface FleetLifecycleArgs extends Omit<InstanceLifecycleArgs, "instanceId"> {
  /** Ids of existing instances. Each once; one that is taken out is only forgotten. This or `select` is required. */
  instanceIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Finds the instances anew in each run, in one region. What is found never decides what is destroyed: `state: "released"`
   * and release times (but not `never`) are refused, and `onDelete` is `retain`. Losing more than half of the instances of
   * the last run is refused. One that is gone stays listed, without a state, until it is excluded.
   */
  select?: pulumi.Input<SelectArgs>;
  /** Ids that are left out, whether listed or found. Default: none. */
  exclude?: pulumi.Input<pulumi.Input<string>[]>;
  /** With fewer instances than this nothing is done, and none is forgotten. Default: 1. */
  minMatches?: pulumi.Input<number>;
  /** With more instances than this nothing is done. Default: no limit. */
  maxMatches?: pulumi.Input<number>;
  /**
   * `parallel`: side by side. `forward`: one after the other, as `instanceIds` lists them, or by name. `backward`: from the
   * last to the first. One that fails holds back those after it. Default: `parallel`.
   */
  order?: pulumi.Input<"parallel" | "forward" | "backward">;
}

/**
 * The same lifecycle for several instances: for those that are listed, or for those that a selection finds. All are one
 * resource, so a thousand cost the engine no more than one. The preview groups them by what is done; each release is
 * listed by itself. Limits count over the whole program.
 *
 * ```ts
 * new FleetLifecycle("dev", { select: { tags: { env: "dev" } }, state: "stopped" });
 * ```
 */
export class FleetLifecycle extends pulumi.ComponentResource {
  /** The type token, by which policies and other copies of this package know the class. */
  static readonly __pulumiType = "pulumi-alicloud-lifecycle:index:FleetLifecycle";

  /** The members. Not known in a preview as long as an argument that they come from is not. */
  readonly instanceIds: pulumi.Output<readonly string[]>;
  /** Of each member by its id: `running`, `stopped`, …, as `InstanceLifecycle` says it. */
  readonly status: pulumi.Output<Record<string, string>>;
  /** When the schedule declares another state next, RFC 3339 in UTC. Null without a schedule, and when nothing changes any more. */
  readonly nextChangeAt: pulumi.Output<string | null>;

  /** Whether an object is one of these, also when it was made by another copy of this package. */
  static override isInstance(value: unknown): value is FleetLifecycle {
    return (
      typeof value === "object" &&
      value !== null &&
      (value as { __pulumiType?: unknown }).__pulumiType === FleetLifecycle.__pulumiType
    );
  }

  /**
   * @param name The fleet's name in the program.
   * @param args Which instances, and what is declared for each.
   * @param opts Pulumi's options; `provider` takes a LifecycleProvider.
   * @throws pulumi.RunError when an `alicloud.Provider` is passed as `provider`, or a setting of the stack's
   *   configuration is unknown, wrong, or a key in clear. Whatever else is wrong ends the run as a failed check, before any member is registered.
   */
  constructor(name: string, args: FleetLifecycleArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseWrongSettings();
    refuseHiddenPackage();
    refuseOptions("FleetLifecycle", name, { ...args }, opts);
    refuseIgnoreChanges(name, opts);
    super(FleetLifecycle.__pulumiType, name, {}, refuseForeignProvider("FleetLifecycle", name, opts));
    const members = new FleetMembers(name, { ...withDefaults(args) }, this);
    const { look } = members;
    // Where no check has run, as under mocks, what was found.
    this.instanceIds = members.instanceIds.apply(async (ids) => ids ?? (await look).run.instanceIds);
    this.status = members.members.apply((found) => mapValues(found ?? {}, ({ status }) => String(status)));
    this.nextChangeAt = pulumi.output(look.then(({ scheduled }) => scheduled?.nextChangeAt ?? null));
    this.registerOutputs({ instanceIds: this.instanceIds, status: this.status });
  }
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
