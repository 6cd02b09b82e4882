import { hasReleaseTime } from "./has-release-time";
import { isWritten, own } from "./plain-object";
import { productionExample, productionTagOf, purposeOf } from "./production-tag";
import { instanceType, lifecycleType } from "./types";

/** A resource of the stack, as far as the rule looks at it. */
export interface StackResource {
  readonly type: string;
  readonly urn: string;
  readonly props: unknown;
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
 * whose `instanceId` comes from it. All of its tags stand in the program, so without the tag it isn't for production. Pure.
 */
export function instancesWithoutReleaseTime(
  resources: readonly StackResource[],
  config: unknown,
): readonly InstanceViolation[] {
  const ended = resources
    .filter(({ type, props }) => type === lifecycleType && hasReleaseTime(props))
    .flatMap(({ propertyDependencies }) => own(propertyDependencies, "instanceId") ?? [])
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

/** ECS sets no release time for a subscription, which has an end of its own. */
function isEndless(props: unknown): boolean {
  return !isWritten(own(props, "autoReleaseTime")) && own(props, "instanceChargeType") !== "PrePaid";
}
