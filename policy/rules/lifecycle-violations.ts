import { plainObject } from "./plain-object";
import { fleetType, lifecycleType } from "./types";

/** A resource, as far as a rule about lifecycles looks at it. */
export interface LifecycleResource {
  readonly type: string;
  readonly name: string;
  readonly props: unknown;
}

export type LifecycleRule = (inputs: unknown, config: unknown) => readonly string[];

/**
 * What a rule about one lifecycle says of a resource: nothing of one of another type, and once of a fleet, whose members declare
 * the same. Pure.
 */
export function lifecycleViolations(
  { type, name, props }: LifecycleResource,
  config: unknown,
  violationsOf: LifecycleRule,
): readonly string[] {
  if (type === lifecycleType) return violationsOf(props, config);
  if (type !== fleetType || isListOnly(props)) return [];
  return violationsOf(props, config).map((violation) => `fleet ${JSON.stringify(name)}: ${violation}`);
}

/**
 * An earlier version of the package has a resource for each member, and in the fleet's own the list of them alone. Values are not
 * looked at, since the ids may be unknown.
 */
function isListOnly(props: unknown): boolean {
  const names = Object.keys(plainObject(props)).filter((name) => !name.startsWith("__"));
  return names.every((name) => name === "instanceIds" || name === "goneIds");
}
