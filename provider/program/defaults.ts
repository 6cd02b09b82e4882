import * as pulumi from "@pulumi/pulumi";
import { closestName } from "../core/closest-name";
import { argumentNames } from "../core/normalize";

const setting = "lifecycle:defaults";

type Args = Readonly<Record<string, unknown>>;

/** What one of these says, a default of the others would contradict. */
const contradicting: Readonly<Record<string, readonly string[]>> = {
  state: ["schedule", "keepRunningUntil", "holdUntil"],
  schedule: ["state"],
  autoReleaseAt: ["autoReleaseAfter", "renew"],
  autoReleaseAfter: ["autoReleaseAt"],
};
const releaseTimes = ["autoReleaseAt", "autoReleaseAfter", "renew"];
/** What is found decides nothing that destroys: a fleet that is selected takes none of these. */
const notForSelections = [...releaseTimes, "onDelete"];

/**
 * The arguments of a resource, and for those that are not written what `lifecycle:defaults` says: "every machine gets a time
 * to live". It counts like what is written.
 *
 * @param args As they are written.
 * @param parent A fleet's members have got the defaults with the fleet's arguments.
 * @throws pulumi.RunError when the setting is no object of such arguments, or would release.
 */
export function withDefaults<T extends object>(args: T, parent?: pulumi.Resource): T {
  if (isFleet(parent)) return args;
  return { ...applicable(args as Args, readDefaults()), ...definedOnly(args) } as T;
}

function applicable(args: Args, defaults: Args): Args {
  const written = Object.keys(definedOnly(args));
  const without = new Set([
    ...written.flatMap((name) => contradicting[name] ?? []),
    ...(args.state === "released" ? releaseTimes : []),
    ...(written.includes("select") ? notForSelections : []),
  ]);
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !without.has(name)));
}

function readDefaults(): Args {
  const text = pulumi.runtime.getConfig(setting) ?? "";
  if (text === "") return {};
  const defaults = parsed(text);
  const allowed = argumentNames.filter((name) => name !== "instanceId");
  const unknown = Object.keys(defaults).filter((name) => !allowed.includes(name));
  if (unknown.length > 0) {
    const meant = unknown.map((name) => closestName(name, allowed)).filter((name) => name !== undefined);
    const help =
      meant.length === unknown.length ? `did you mean ${meant.join(", ")}?` : `there are: ${allowed.join(", ")}`;
    throw new pulumi.RunError(`${setting}: ${unknown.join(", ")} can't have a default; ${help}`);
  }
  if (defaults.state === "released" || JSON.stringify(defaults.schedule ?? null).includes('"releaseAfter"')) {
    throw new pulumi.RunError(`${setting}: a release is declared at each instance, never by default; take it out`);
  }
  return defaults;
}

function parsed(text: string): Args {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Args;
  throw new pulumi.RunError(
    `${setting}: must be an object of arguments; run \`pulumi config set --path ${setting}.autoReleaseAfter 8h\``,
  );
}

function definedOnly(args: object): Args {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

function isFleet(resource: pulumi.Resource | undefined): boolean {
  const type = (resource as { readonly __pulumiType?: unknown } | undefined)?.__pulumiType;
  return type === "pulumi-alicloud-lifecycle:index:FleetLifecycle";
}
