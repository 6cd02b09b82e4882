import type * as pulumi from "@pulumi/pulumi";

type Transformed = pulumi.ResourceTransformationArgs;
type Finish = (args: Transformed) => pulumi.ResourceTransformationResult;

/**
 * Pulumi's SDK collects a resource's transformations in this property, runs them in order, and registers what the last one
 * returns. Ours has to be the last: only then are the arguments what the check will get. The SDK offers no place for that,
 * so the assignment is intercepted.
 */
const collected = "__transformations";

/**
 * Makes `finish` the last transformation of each resource of a class. What it returns is registered.
 *
 * @param prototype Of the class whose resources are meant.
 * @param finish Gets the resource, and its properties and options as all others have left them.
 */
export function transformLast(prototype: pulumi.Resource, finish: Finish): void {
  const lists = new WeakMap<object, readonly pulumi.ResourceTransformation[]>();
  Object.defineProperty(prototype, collected, {
    configurable: true,
    get(this: pulumi.Resource) {
      return lists.get(this);
    },
    set(this: pulumi.Resource, list: readonly pulumi.ResourceTransformation[]) {
      // A child inherits the whole list, and is none of ours.
      lists.set(this, [...list, (args) => (args.resource === this ? finish(args) : undefined)]);
    },
  });
}
