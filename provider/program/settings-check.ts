import * as pulumi from "@pulumi/pulumi";
import { closestName, rightName } from "../core/closest-name";
import { limitFault, limitNames } from "./limits";
import { refusePlainKeys } from "./plain-keys";

const namespace = "lifecycle:";
const names = [...limitNames, "defaults", "instances", "fleets"];

/**
 * Throws when something is wrong with the stack's configuration, before anything is called: a key of the account in clear, a
 * setting that nobody knows, or a value that can't be read. A misspelt limit would be one that does not hold.
 *
 * @throws pulumi.RunError with a line for each fault, which says what puts it right.
 */
export function refuseWrongSettings(): void {
  refusePlainKeys();
  const faults = settingFaults(pulumi.runtime.allConfig(), pulumi.getProject());
  if (faults.length > 0) throw new pulumi.RunError(faults.join("\n"));
}

/** In a project that is called `lifecycle`, its own keys are in the same namespace: only what comes near to ours is refused. Pure. */
export function settingFaults(settings: Readonly<Record<string, string>>, project: string): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    if (!key.startsWith(namespace)) return [];
    const name = key.slice(namespace.length);
    if (!names.includes(name)) {
      const isOwn = namespace === `${project}:` && closestName(name, names) === undefined;
      return isOwn ? [] : [`${key}: is not a setting; ${rightName(name, names, namespace)}`];
    }
    const isLimit = limitNames.includes(name) && value !== "";
    return (isLimit ? limitFault(key, name, value) : undefined) ?? [];
  });
}

/** The same for the settings of an explicit provider, whose names are written without a namespace. Pure. */
export function argumentFaults(
  args: Readonly<Record<string, unknown>>,
  argumentNames: readonly string[],
): readonly string[] {
  return Object.entries(args).flatMap(([name, value]) => {
    if (!argumentNames.includes(name)) {
      return [`${name}: is not an argument of LifecycleProvider; ${rightName(name, argumentNames)}`];
    }
    // What is not known yet is read when it is.
    const isPlain = !(value instanceof Promise) && !pulumi.Output.isInstance(value);
    return (isPlain && limitNames.includes(name) ? limitFault(name, name, String(value)) : undefined) ?? [];
  });
}
