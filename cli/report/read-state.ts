import type { Found, FoundInstance } from "./found";
import { UsageError } from "../usage-error";
import { isObject, objectsIn, parseJson, textIn } from "./parse-json";
import { readResource, recordedDrift } from "./read-resource";
import { instanceType, isForeign } from "./urn";

const remedy = "make it with `pulumi stack export --stack NAME --file FILE`";

/** The text of a `pulumi stack export` → what is recorded. Pure. */
export function readState(text: string, option: string, from: string): Found {
  const exported = parseJson(text, option, from, remedy);
  if (Array.isArray(exported.steps)) {
    throw new UsageError(`${option}: ${from} is the JSON of a preview; pass it with --preview`);
  }
  if (!isObject(exported.deployment)) throw new UsageError(`${option}: ${from} is no export of a stack; ${remedy}`);
  const resources = objectsIn(exported.deployment.resources);
  const known = resources.filter((resource) => resource.delete !== true);
  const instances = known.flatMap((resource): FoundInstance[] => {
    if (textIn(resource, "type") !== instanceType) return [];
    const outputs = isObject(resource.outputs) ? resource.outputs : undefined;
    const inputs = isObject(resource.inputs) ? resource.inputs : {};
    // A refresh makes the inputs say what it found; what was declared stands among the outputs.
    const declared = outputs === undefined || outputs.status === undefined ? inputs : outputs;
    const machine = readResource({ urn: textIn(resource, "urn"), inputs: declared, outputs });
    return [{ ...machine, planned: undefined, drift: recordedDrift(outputs, machine.instanceId) }];
  });
  const pending = objectsIn(exported.deployment.pending_operations).length;
  return {
    kind: "state",
    instances,
    ignored: known.filter((resource) => isForeign(textIn(resource, "type"))).length,
    notes:
      pending === 0
        ? []
        : [`the last update was interrupted: ${pending} operations are pending; run \`pulumi up\` again`],
    errors: [],
  };
}
