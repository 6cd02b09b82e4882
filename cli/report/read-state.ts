import type { Found, FoundInstance } from "./found";
import { UsageError } from "../usage-error";
import { isObject, type Json, objectsIn, parseJson, textIn } from "./parse-json";
import { readFleetState } from "./read-fleet-state";
import { readResource, recordedDrift } from "./read-resource";
import { fleetType, instanceType, isForeign, placeOf, stackOf } from "./urn";

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
  const found = known.map((resource) => {
    switch (textIn(resource, "type")) {
      case fleetType:
        return readFleetState(resource);
      case instanceType:
        return { instances: [instanceIn(resource)], notes: [], isHidden: false };
      default:
        return { instances: [], notes: [], isHidden: false };
    }
  });
  const pending = objectsIn(exported.deployment.pending_operations).length;
  const interrupted = `the last update was interrupted: ${pending} operations are pending; run \`pulumi up\` again`;
  return {
    kind: "state",
    stack: stackOf(textIn(resources[0] ?? {}, "urn")),
    instances: withoutTakenOver(found.flatMap(({ instances }) => instances)),
    ignored: known.filter((resource) => isForeign(textIn(resource, "type"))).length,
    notes: [...(pending === 0 ? [] : [interrupted]), ...found.flatMap(({ notes }) => notes)],
    errors: [],
    hiddenFleets: found.filter(({ isHidden }) => isHidden).length,
  };
}

function instanceIn(resource: Json): FoundInstance {
  const outputs = isObject(resource.outputs) ? resource.outputs : undefined;
  const inputs = isObject(resource.inputs) ? resource.inputs : {};
  // A refresh makes the inputs say what it found; what was declared stands among the outputs.
  const declared = outputs === undefined || outputs.status === undefined ? inputs : outputs;
  const machine = readResource({ urn: textIn(resource, "urn"), inputs: declared, outputs });
  return { ...machine, planned: undefined, drift: recordedDrift(outputs, machine.instanceId) };
}

/** An update that was interrupted while the fleet took over the resources of an earlier version has both. */
function withoutTakenOver(instances: readonly FoundInstance[]): readonly FoundInstance[] {
  const keyOf = ({ urn, instanceId }: FoundInstance) => `${placeOf(urn)} ${instanceId}`;
  const held = new Set(
    instances.filter(({ fleet, recorded }) => fleet !== undefined && recorded !== undefined).map(keyOf),
  );
  return instances.filter((one) => one.fleet !== undefined || !held.has(keyOf(one)));
}
