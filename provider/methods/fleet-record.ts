import { Alike, atPlace } from "../core/alike";
import type { Properties } from "../core/outputs";
import { declaredOnly, schemaVersion, without } from "../core/outputs";
import { fleetInput, fleetMark } from "../fleet-run";
import { canonicalText } from "../judged-arguments";

/** What is recorded of one member: its outputs but for what is empty. */
export type MemberRecord = Readonly<Record<string, unknown>> & {
  /** Place in `declarations` of what it has reached. Undefined: what the fleet declares. */
  readonly of?: number;
  /** Place in `alike` of what is not its own alone. */
  readonly like?: number;
};

/** Outputs that are each member's own; of all others hundreds have the same. */
const ownOutputs: readonly string[] = ["status", "instanceName", "createdAt", "serialNumber"];

/** A fleet as it is recorded. */
export interface FleetRecord {
  /** The members, in their order. */
  readonly instanceIds: readonly string[];
  /** Those of them that a selection had found once, and that are gone. */
  readonly goneIds: readonly string[];
  /** The outputs of each member that has been adopted, by its id, as `InstanceLifecycle` has them. */
  readonly members: ReadonlyMap<string, Properties>;
}

/** Outputs that are always there, so that one that is missing is known to be empty. */
const emptyOutputs = {
  status: null,
  stoppedMode: null,
  chargeType: null,
  instanceName: null,
  autoReleaseTime: null,
  deletionProtection: null,
  autoReleaseFixedAt: null,
  ownReleaseTime: null,
  scheduleAppliedAt: null,
  snapshotIds: [],
  observedDrift: null,
  releasedBy: null,
  releasedAt: null,
  lastSeenAt: null,
  createdAt: null,
  serialNumber: null,
  accountId: null,
};

/** The recorded properties of a fleet, read. Pure. Undefined: nothing is recorded of its members yet. */
export function readRecord(properties: Properties): FleetRecord | undefined {
  const { instanceIds, goneIds, declarations, alike, members } = properties;
  if (!Array.isArray(instanceIds)) return undefined;
  const current = declaredOnly(properties);
  const entries = Object.entries((members ?? {}) as Readonly<Record<string, MemberRecord>>);
  const read = entries.map(([instanceId, { of, like, ...own }]): [string, Properties] => {
    const declared = of === undefined ? current : atPlace(declarations, of);
    const facts = { ...atPlace(alike, like), ...own };
    const version = properties.schemaVersion ?? schemaVersion;
    return [instanceId, { ...emptyOutputs, ...declared, ...facts, instanceId, schemaVersion: version }];
  });
  return { instanceIds: textsOf(instanceIds), goneIds: textsOf(goneIds), members: new Map(read) };
}

/** Whether it holds its members. An earlier version had a resource for each of them, and here their ids only. Pure. */
export function isWhole(properties: Properties): boolean {
  return properties.regionId !== undefined || properties.members !== undefined;
}

/**
 * The same, to be recorded. What the members have declared in common is recorded once, as the fleet's own arguments, which the
 * engine keeps encrypted where they are secret. Only of those that have not reached that yet an earlier one is kept. Pure.
 */
export function writeRecord(
  declared: Properties,
  { instanceIds, goneIds, members }: FleetRecord,
): Record<string, unknown> {
  const current = declaredOnly(declared);
  const currentText = canonicalText(current);
  const [declarations, alike] = [new Alike(), new Alike()];
  const records = Array.from(members, ([instanceId, outputs]): [string, MemberRecord] => {
    const reached = without(declaredOnly(outputs), "instanceId");
    const of = canonicalText(reached) === currentText ? {} : { of: declarations.placeOf(reached) };
    const facts = factsOf(outputs);
    const own = Object.fromEntries(
      ownOutputs.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])),
    );
    return [instanceId, { ...of, like: alike.placeOf(without(facts, ...ownOutputs)), ...own }];
  });
  return {
    ...current,
    instanceIds,
    goneIds,
    ...(declarations.all.length === 0 ? {} : { declarations: declarations.all }),
    alike: alike.all,
    members: Object.fromEntries(records),
    schemaVersion,
    [fleetInput]: fleetMark,
  };
}

function factsOf(outputs: Properties): Properties {
  const names = [...Object.keys(emptyOutputs), "lastRun"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = outputs[name];
      const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
      return isEmpty ? [] : [[name, value]];
    }),
  );
}

/** The texts of a list. Pure. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
