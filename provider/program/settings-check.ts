import * as pulumi from "@pulumi/pulumi";
import { closestName, rightName } from "../core/closest-name";
import { limitFault, limitNames } from "./limits";
import { misspeltArguments } from "../core/normalize";
import { misspeltFleetArguments } from "../core/normalize-fleet";
import { onlyFault } from "../only";
import { isPlain, refusePlainKeys } from "./plain-keys";

const namespace = "lifecycle:";
/** Its program applies what the lists of the configuration say. */
const rootProject = "pulumi-alicloud-lifecycle";
const names = [...limitNames, "only", "showAll", "defaults", "instances", "fleets"];

/**
 * Throws when something is wrong with the stack's configuration, before anything is called: a key of the account in clear, a
 * setting that nobody knows, or a value that can't be read. A misspelt limit would be one that does not hold.
 *
 * @throws pulumi.RunError with a line for each fault, which says what puts it right.
 */
export function refuseWrongSettings(): void {
  refusePlainKeys();
  const settings = pulumi.runtime.allConfig();
  const faults = settingFaults(settings, pulumi.getProject(), (key) => !isPlain(key));
  if (faults.length > 0) throw new pulumi.RunError(faults.join("\n"));
}

/** In a project that is called `lifecycle`, its own keys are in the same namespace: only what comes near to ours is refused. Pure. */
export function settingFaults(
  settings: Readonly<Record<string, string>>,
  project: string,
  isSecret: (key: string) => boolean = () => false,
): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    if (!key.startsWith(namespace)) return misplaced(key, project);
    const name = key.slice(namespace.length);
    if (!names.includes(name)) {
      const isOwn = namespace === `${project}:` && closestName(name, names) === undefined;
      return isOwn ? [] : [`${key}: is not a setting; ${rightName(name, names, namespace)}`];
    }
    if (project === rootProject) {
      if (name === "instances") return misspeltEntries(key, value, misspeltArguments);
      if (name === "fleets") return misspeltEntries(key, value, misspeltFleetArguments);
    }
    // An empty one too: who wrote it meant a limit.
    const fault = faultOf(key, name, value);
    return fault === undefined
      ? []
      : [isSecret(key) || name === "only" ? fault : `${fault}, not ${JSON.stringify(value)}`];
  });
}

/** A limit in a namespace that looks like ours would be one that does not hold. */
const namesakes = ["lifecycle", "alicloud-lifecycle", "pulumi-alicloud-lifecycle"];

function misplaced(key: string, project: string): readonly string[] {
  const [space = "", name = ""] = key.split(":");
  // A project's own keys are its own, but for ours, which has none.
  const isOwn = space === project && project !== rootProject;
  if (isOwn || !namesakes.includes(space.toLowerCase())) return [];
  const meant = closestName(name, names);
  return meant === undefined ? [] : [`${key}: is not a setting; did you mean ${namespace}${meant}?`];
}

function faultOf(key: string, name: string, value: string): string | undefined {
  if (name === "only") return onlyFault(value);
  if (name === "showAll") return ["true", "false"].includes(value) ? undefined : `${key}: must be true or false`;
  return limitNames.includes(name) ? limitFault(key, name, value) : undefined;
}

/** Before any entry is made: the check of one that is misspelt would come too late for those before it. */
function misspeltEntries(
  key: string,
  text: string,
  misspelt: (args: Readonly<Record<string, unknown>>) => readonly string[],
): readonly string[] {
  // That it is a list of objects, its program has seen to.
  const entries = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
  return entries.flatMap((entry, index) => {
    const args = Object.entries(entry).filter(([name]) => name !== "name");
    return misspelt(Object.fromEntries(args)).map((fault) => `${key}[${index}].${fault}`);
  });
}

/** The arguments that there are; of one that has arguments of its own, these. */
export type ArgumentNames = Readonly<Record<string, true | Readonly<Record<string, true>>>>;

/** The same for the settings of an explicit provider, whose names are written without a namespace. Pure. */
export function argumentFaults(args: Readonly<Record<string, unknown>>, names: ArgumentNames): readonly string[] {
  return Object.entries(args).flatMap(([name, value]) => {
    const own = Object.hasOwn(names, name) ? names[name] : undefined;
    if (own === undefined) {
      return [`${name}: is not an argument of LifecycleProvider; ${rightName(name, Object.keys(names))}`];
    }
    if (isLater(value)) return [];
    if (own !== true) return misspeltParts(name, value, Object.keys(own));
    const fault = limitNames.includes(name) ? limitFault(name, name, String(value)) : undefined;
    return fault === undefined ? [] : [`${fault}, not ${JSON.stringify(value)}`];
  });
}

/**
 * Looks at the limits that come later, when they are there; until they are right, they hold back what they are about. Said
 * as an error and not thrown: a rejected input would make an inline program look complete without its resources.
 */
export function sayFaultsOfLimits(args: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(args)) {
    if (!limitNames.includes(name) || !isLater(value)) continue;
    const later: pulumi.Output<unknown> = pulumi.output(value);
    later.apply((found) => {
      const fault = limitFault(name, name, String(found));
      if (fault !== undefined) void pulumi.log.error(`LifecycleProvider: ${fault}`);
    });
  }
}

function isLater(value: unknown): boolean {
  return value instanceof Promise || pulumi.Output.isInstance(value);
}

/** A block is an object, or a list of one. */
function misspeltParts(name: string, value: unknown, known: readonly string[]): readonly string[] {
  const blocks = [value].flat().filter((block) => typeof block === "object" && block !== null);
  return blocks
    .flatMap((block) => Object.keys(block))
    .filter((key) => !known.includes(key))
    .map((key) => `${name}.${key}: is not an argument of ${name}; ${rightName(key, known)}`);
}
