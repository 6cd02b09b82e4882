import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { directlyBehind, instanceNames } from "./output-facts";

type Options = pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
type Args = Readonly<Record<string, unknown>>;

/**
 * Refuses in one line what Pulumi's options ask for and this resource can't honour. The constructor sees them; the provider
 * never does.
 *
 * @throws pulumi.RunError that names the option and what to do instead.
 */
export function refuseOptions(kind: string, name: string, args: Args, opts: Options = {}): void {
  const refuse = (option: string, why: string): never => {
    throw new pulumi.RunError(`${kind} "${name}": ${option}: ${why}`);
  };
  if (opts.import !== undefined) {
    refuse("import", "declaring is adopting, there is nothing to import; take the option out");
  }
  if (opts.id !== undefined) {
    refuse("id", "would only read the resource, and nothing that is declared would be done; take the option out");
  }
  if (opts.urn !== undefined) {
    refuse("urn", "would only read the resource, and nothing that is declared would be done; take the option out");
  }
  if (opts.customTimeouts !== undefined) {
    refuse("customTimeouts", 'never reaches the provider; declare timeouts, for example timeouts: { stop: "20m" }');
  }
  // Everything, or a property of ours: what the program has looked at would not reach the provider.
  if (opts.ignoreChanges?.some((path) => path === "*" || path.startsWith("__")) === true) {
    refuse("ignoreChanges", "would keep from the provider what the program has looked at; name the arguments");
  }
  const skipsDelete = { retainOnDelete: opts.retainOnDelete === true, deletedWith: isAnother(opts.deletedWith, args) };
  for (const option of ["retainOnDelete", "deletedWith"] as const) {
    if (skipsDelete[option] && isLost(args)) {
      refuse(
        option,
        'would keep the provider from being asked when the resource is taken out, so its release time would stay in force, or onDelete would not be done; declare onDelete "retainTimer" if that is meant, or take the option out',
      );
    }
  }
}

/**
 * Pulumi applies `ignoreChanges` to the resource that it is given to, and the members of a fleet are in another one.
 *
 * @throws pulumi.RunError where a fleet has it.
 */
export function refuseIgnoreChanges(name: string, { ignoreChanges = [] }: pulumi.ResourceOptions = {}): void {
  if (ignoreChanges.length === 0) return;
  throw new pulumi.RunError(
    `FleetLifecycle "${name}": ignoreChanges: does not reach the fleet's instances, so ${ignoreChanges.join(", ")} would be applied all the same; take the option out, and change the argument when it is to change`,
  );
}

/**
 * A component's `retainOnDelete` reaches its children in the engine, where no constructor sees it. Whatever is at stake is for
 * `onDelete` to say, which never releases either.
 */
export function withoutInheritedLoss<T extends pulumi.ResourceOptions>(args: Args, opts: T): T {
  return opts.retainOnDelete === undefined && isLost(args) ? { ...opts, retainOnDelete: false } : opts;
}

/** Whether the provider's delete has something to do, as far as that is known when the program is written. */
function isLost({ autoReleaseAt, autoReleaseAfter, onDelete }: Args): boolean {
  if (onDelete === "retainTimer") return false;
  const isTimed = autoReleaseAfter !== undefined || (autoReleaseAt !== undefined && autoReleaseAt !== "never");
  return isTimed || (onDelete !== undefined && onDelete !== "retain");
}

/** Whether something is named that does not take the machine with it: with the machine goes all that a removal would have to do. */
function isAnother(resource: pulumi.Resource | undefined, { instanceId }: Args): boolean {
  if (resource === undefined) return false;
  const isItsMaker = instanceNames([resource]).length > 0 && directlyBehind(instanceId).has(resource);
  return !isItsMaker;
}

let isFound = false;

/**
 * The engine runs the provider in the program's folder, by the package's name.
 *
 * @throws pulumi.RunError when the package is there only for a library that the program uses.
 */
export function refuseHiddenPackage(folder = process.cwd()): void {
  // Elsewhere the program's folder is not where the engine starts the provider: inline programs, unit tests.
  const runsByEngine = /[\\/]cmd[\\/]run(?:[\\/]|$)/.test(process.argv[1] ?? "");
  if (isFound || !runsByEngine) return;
  try {
    createRequire(join(folder, "program.js")).resolve("pulumi-alicloud-lifecycle/provider");
    isFound = true;
  } catch {
    throw new pulumi.RunError(
      `pulumi-alicloud-lifecycle can't be found from ${folder}, where Pulumi looks for it; run \`npm install pulumi-alicloud-lifecycle\` there, also if a library brings it`,
    );
  }
}
