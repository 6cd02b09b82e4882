import type { FoundInstance } from "./found";
import { memberMachine } from "./fleet-machine";
import { isWhole, readFleet, withSecretsOf } from "./fleet-record";
import { hiddenIn } from "./hidden-value";
import { isObject, type Json, textIn } from "./parse-json";
import { recordedDrift, refuseNewer } from "./read-resource";
import { nameOf } from "./urn";

export interface FleetFound {
  readonly instances: readonly FoundInstance[];
  readonly notes: readonly string[];
  /** Which machines it has can't be told, or what is done with them. */
  readonly isHidden: boolean;
}

/** The resource of a fleet in a state → its members. One of an earlier version has none: they are resources of their own. Pure. */
export function readFleetState(resource: Json): FleetFound {
  const urn = textIn(resource, "urn");
  const inputs = isObject(resource.inputs) ? resource.inputs : {};
  const outputs = isObject(resource.outputs) ? resource.outputs : {};
  refuseNewer(urn, outputs);
  const properties = { ...inputs, ...withSecretsOf(outputs, inputs) };
  if (!isWhole(properties)) return { instances: [], notes: [], isHidden: false };
  const hidden = hiddenIn(properties.instanceIds);
  if (hidden !== undefined) return { instances: [], notes: [hiddenMembers(urn, hidden)], isHidden: true };
  const { instanceIds, goneIds, shared, members } = readFleet(properties);
  // One that could not be taken out is recorded, and listed no more.
  const ids = [...new Set([...instanceIds, ...members.keys()])];
  const instances = ids.map((instanceId): FoundInstance => {
    const recorded = members.get(instanceId);
    const declared = recorded ?? shared;
    const machine = memberMachine({ urn, instanceId, declared, outputs: recorded, isGone: goneIds.has(instanceId) });
    return { ...machine, planned: undefined, drift: recordedDrift(recorded, instanceId) };
  });
  return { instances, notes: [], isHidden: false };
}

/** Pure. */
export function hiddenMembers(urn: string, hidden: string): string {
  return `${nameOf(urn)}: which instances it has is ${hidden}, so none of them is shown`;
}
