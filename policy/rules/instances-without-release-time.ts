import { hasReleaseTime } from "./has-release-time";
import { isWritten, own } from "./plain-object";
import { productionExample, productionTagOf, purposeOf } from "./production-tag";
import { fleetType, instanceType, lifecycleType } from "./types";

/** A resource of the stack, as far as the rule looks at it. */
export interface StackResource {
  readonly type: string;
  readonly urn: string;
  readonly props: unknown;
  /** The resources that have to be there before it. */
  readonly dependencies: readonly { readonly urn: string }[];
  /** By property, the resources that it comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** An instance, and what is wrong with it. */
export interface InstanceViolation {
  readonly urn: string;
  readonly message: string;
}

/**
 * An `alicloud.ecs.Instance` that is not for production has an end: its own `autoReleaseTime`, or that of an InstanceLifecycle
 * whose `instanceId` comes from it, or of a fleet that lists it. All of its tags stand in the program, so without the tag it
 * isn't for production. Pure.
 */
export function instancesWithoutReleaseTime(
  resources: readonly StackResource[],
  config: unknown,
): readonly InstanceViolation[] {
  const ended = resources
    .filter(({ props }) => hasReleaseTime(props))
    .flatMap(machinesOf)
    .map((instance) => own(instance, "urn"));
  const tag = productionTagOf(config);
  return resources
    .filter(({ type, urn, props }) => type === instanceType && !ended.includes(urn) && isEndless(props))
    .filter(({ props }) => purposeOf(own(props, "tags"), tag) !== "production")
    .map(({ urn }) => ({
      urn,
      message: `autoReleaseTime: not declared, and tag ${JSON.stringify(tag.tagKey)} in tags does not mark production; declare autoReleaseTime, or tags ${productionExample(tag)} if it is for production`,
    }));
}

/** A fleet depends on the resources that its ids come from; which property they are for, the engine doesn't know. */
function machinesOf({ type, dependencies, propertyDependencies }: StackResource): readonly unknown[] {
  if (type === fleetType) return dependencies;
  const behindId = type === lifecycleType ? own(propertyDependencies, "instanceId") : undefined;
  return Array.isArray(behindId) ? behindId : [];
}

/** ECS sets no release time for a subscription, which has an end of its own. */
function isEndless(props: unknown): boolean {
  return !isWritten(own(props, "autoReleaseTime")) && own(props, "instanceChargeType") !== "PrePaid";
}
