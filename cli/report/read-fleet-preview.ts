import type { Diagnostic } from "./diagnostic";
import type { FoundInstance } from "./found";
import { memberMachine, memberName } from "./fleet-machine";
import { isListOnly, isWhole, readFleet, withSecretsOf, type WrittenFleet } from "./fleet-record";
import { type FleetSaid, fleetSaid } from "./fleet-said";
import { toldOf } from "./fleet-told";
import { hiddenIn } from "./hidden-value";
import { isObject, type Json } from "./parse-json";
import { driftIn, isNotKnownYet, opOf, planOf } from "./planned";
import { type FleetFound, hiddenMembers } from "./read-fleet-state";
import { refuseNewer } from "./read-resource";
import { nameOf } from "./urn";

export interface PreviewedFleet {
  readonly urn: string;
  readonly steps: readonly Json[];
  readonly diagnostics: readonly Diagnostic[];
  readonly unverified: string | undefined;
  /** What an earlier version has recorded of each member as a resource of its own. */
  readonly inherited: ReadonlyMap<string, Json>;
}

const nobody: WrittenFleet = { instanceIds: [], goneIds: new Set(), shared: {}, members: new Map() };

/** The steps and the words about a fleet's resource → each member with what is said of it. Pure. */
export function readFleetPreview({ urn, steps, diagnostics, unverified, inherited }: PreviewedFleet): FleetFound {
  // What is replaced is the record of the fleet, and no machine.
  const op = opOf(steps).replace("replace", "update");
  const inputs = op === "delete" ? undefined : inputsIn(steps);
  const outputs = steps.map((step) => step.oldState).flatMap(outputsIn)[0];
  refuseNewer(urn, outputs);
  // Previewed by an earlier version: the members have steps of their own.
  if (inputs !== undefined && isListOnly(inputs)) {
    return { instances: [], notes: noted(urn, fleetSaid(diagnostics, new Set()).notes), isHidden: false };
  }
  const hidden = hiddenIn(inputs?.instanceIds) ?? hiddenIn(outputs?.instanceIds);
  if (hidden !== undefined) {
    const { notes } = fleetSaid(diagnostics, new Set());
    return { instances: [], notes: [hiddenMembers(urn, hidden), ...noted(urn, notes)], isHidden: true };
  }
  const before = outputs === undefined || !isWhole(outputs) ? nobody : readFleet(withSecretsOf(outputs, inputs));
  const now = inputs === undefined ? nobody : readFleet(inputs);
  const regionId = inputs?.regionId;
  const recordedOf = (id: string): Json | undefined => {
    const recorded = before.members.get(id) ?? inherited.get(id);
    // In another region it is another machine.
    const isKnown = typeof regionId === "string" && hiddenIn(regionId) === undefined;
    return isKnown && recorded?.regionId !== regionId ? undefined : recorded;
  };
  const listed = new Set(now.instanceIds);
  const leaving = [...before.members.keys()].filter((id) => !listed.has(id));
  const said = fleetSaid(diagnostics, new Set([...listed, ...leaving]));
  const active = now.instanceIds.filter((id) => !now.goneIds.has(id));
  const told = toldOf(said, active);
  const staying = now.instanceIds.map((instanceId): FoundInstance => {
    const recorded = recordedOf(instanceId);
    const refused = told.refused.get(instanceId) ?? [];
    const quoted = refused.length > 0 ? undefined : told.quoted.get(instanceId);
    const isGone = now.goneIds.has(instanceId);
    const kept = quoted === undefined ? op : "update";
    const adopted = recorded === undefined && !isGone ? "create" : kept;
    const machine = memberMachine({ urn, instanceId, declared: now.shared, outputs: recorded, isGone });
    const planned = planOf({
      op: refused.length > 0 ? "refused" : adopted,
      quoted,
      refused,
      others: told.others(instanceId),
      outputs: recorded,
      unverified: isGone ? undefined : unverified,
      untold: isGone || refused.length > 0 ? undefined : told.untold(instanceId),
    });
    const instanceName = quoted?.instanceName ?? machine.instanceName;
    const name = memberName(nameOf(urn), instanceName ?? instanceId);
    const drift = driftIn(planned, { ...now.shared, instanceId }, recorded);
    return { ...machine, instanceName, name, planned, drift };
  });
  const gone = takenOut({ urn, op, ids: leaving, before, said });
  const isHidden = said.notes.some(isNotKnownYet);
  return { instances: [...staying, ...gone], notes: noted(urn, said.notes), isHidden };
}

interface Leaving {
  readonly urn: string;
  readonly op: string;
  readonly ids: readonly string[];
  readonly before: WrittenFleet;
  readonly said: FleetSaid;
}

/** Those that are recorded and not listed any more. A run that acts on others only leaves them alone. */
function takenOut({ urn, op, ids, before, said }: Leaving): readonly FoundInstance[] {
  const left = op === "delete" ? ids.length : said.leaving;
  const isTold = left === ids.length;
  const text = `may be one of ${left} of these ${ids.length}: taken out`;
  const stays = "not listed any more, and stays recorded in this run";
  return ids.map((instanceId) => {
    const outputs = before.members.get(instanceId);
    const planned = planOf({
      op: isTold ? "delete" : op,
      quoted: undefined,
      refused: [],
      others: [...(said.others.get(instanceId) ?? []), ...(left === 0 ? [stays] : [])],
      outputs,
      unverified: undefined,
      untold: isTold || left === 0 ? undefined : { text, mayChangeRelease: true },
    });
    const machine = memberMachine({ urn, instanceId, declared: undefined, outputs, isGone: false });
    return { ...machine, planned, drift: undefined };
  });
}

function inputsIn(steps: readonly Json[]): Json | undefined {
  const after = steps.map((step) => step.newState).findLast(isObject);
  return after !== undefined && isObject(after.inputs) ? after.inputs : undefined;
}

function outputsIn(state: unknown): readonly Json[] {
  if (!isObject(state) || !isObject(state.outputs)) return [];
  return [isObject(state.inputs) ? withSecretsOf(state.outputs, state.inputs) : state.outputs];
}

function noted(urn: string, notes: readonly string[]): readonly string[] {
  return notes.map((note) => `${nameOf(urn)}: ${note}`);
}
