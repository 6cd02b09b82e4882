import { instanceIdPattern } from "./core/argument-schemas";
import type { Settings } from "./ecs/config";

const key = "lifecycle:only";

/**
 * `lifecycle:only`: the ids of the only instances that a run may act on. A list, as `pulumi config set --path` writes it, or
 * a text with commas. Pure.
 *
 * @returns Undefined where it is not set. Faults hold back everything: what nobody can read names no instance.
 */
export function onlyOf(settings: Settings): ReadonlySet<string> | undefined {
  const text = settings(key);
  if (text === undefined) return undefined;
  const { ids, fault } = read(text);
  return new Set(fault === undefined ? ids : []);
}

/** What is wrong with the setting; undefined: nothing. Pure. */
export function onlyFault(text: string): string | undefined {
  const { fault } = read(text);
  return fault === undefined
    ? undefined
    : `${key}: ${fault}; run \`pulumi config set --path '${key}[0]' i-bp67acfmxazb4p\`, or for one run \`pulumi up -c ${key}=i-bp67acfmxazb4p\``;
}

function read(text: string): { readonly ids: readonly string[]; readonly fault?: string } {
  const list = text.trim().startsWith("[") ? parsed(text) : text.split(",").map((id) => id.trim());
  if (!Array.isArray(list) || list.length === 0) return { ids: [], fault: "must be a list of instance ids" };
  const wrong: unknown = list.find((id) => typeof id !== "string" || !instanceIdPattern.test(id));
  if (wrong !== undefined)
    return { ids: [], fault: `must be a list of instance ids, and ${JSON.stringify(wrong)} is none` };
  return { ids: list as readonly string[] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
