import * as pulumi from "@pulumi/pulumi";

/** What every Output knows about itself, although the SDK keeps it out of its types. */
interface OutputFacts {
  readonly isKnown?: Promise<boolean>;
  readonly allResources?: () => Promise<Set<pulumi.Resource>>;
  readonly resources?: () => Set<pulumi.Resource>;
}

/** False while any part of the value is not known yet, as in a preview that creates what it depends on. */
export async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  const facts: OutputFacts = output as unknown as OutputFacts;
  return (await facts.isKnown) ?? true;
}

/** The resources of this program that a value comes from. */
export async function resourcesBehind(value: pulumi.Input<unknown>): Promise<readonly pulumi.Resource[]> {
  if (!pulumi.Output.isInstance(value)) return [];
  const facts: OutputFacts = value as unknown as OutputFacts;
  return [...((await facts.allResources?.()) ?? [])];
}

/** Those of them that are known at once: the resources that the value itself is an output of. */
export function directlyBehind(value: unknown): ReadonlySet<pulumi.Resource> {
  if (!pulumi.Output.isInstance(value)) return new Set();
  return (value as unknown as OutputFacts).resources?.() ?? new Set();
}

/** The names of the `alicloud.ecs.Instance` resources of this program that a value comes from. */
export async function instancesBehind(value: pulumi.Input<unknown>): Promise<readonly string[]> {
  return instanceNames(await resourcesBehind(value));
}

/** The names of those among resources that are an `alicloud.ecs.Instance`. */
export function instanceNames(resources: readonly pulumi.Resource[]): readonly string[] {
  return resources.flatMap((resource) => {
    const { __pulumiType: type, __name: name } = resource as unknown as { __pulumiType?: string; __name?: string };
    return type === "alicloud:ecs/instance:Instance" ? [name ?? "?"] : [];
  });
}
