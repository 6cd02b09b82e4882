import { Alike, atPlace, type Facts } from "../core/alike";
import type { Properties } from "../core/outputs";
import { declaredOnly, schemaVersion, without } from "../core/outputs";
import { fleetInput, fleetMark } from "../fleet-run";

/** What is recorded of one member: its outputs but for what is empty. */
export type MemberRecord = Readonly<Record<string, unknown>> & {
  /** Place in `declarations` of what it has reached. Undefined: what the fleet declares. */
  readonly of?: number;
  /** Place in `alike` of what is not its own alone. */
  readonly like?: number;
};

/** Outputs that are each member's own; of all others hundreds have the same. */
const ownOutputs: readonly string[] = ["status", "instanceName", "createdAt", "serialNumber"];

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

/** A fleet as it is recorded. */
export interface FleetRecord {
  /** The members, in their order. */
  readonly instanceIds: readonly string[];
  /** Those of them that a selection had found once, and that are gone. */
  readonly goneIds: readonly string[];
  readonly members: Members;
}

/** Where what is recorded of a member stands, and what is its own. */
interface Part {
  readonly declared: number;
  readonly like: number;
  readonly own: Facts;
}

/**
 * The outputs of each member that has been adopted, by its id, as `InstanceLifecycle` has them. They are held as they are
 * recorded: what members have declared or reached in common is there once, and no member is spelt out before it is asked for.
 */
export class Members {
  private readonly parts = new Map<string, Part>();
  private readonly declarations = new Alike();
  private readonly alike = new Alike();

  /** @param version Of the shape in which the outputs were recorded. */
  constructor(private readonly version: unknown = schemaVersion) {}

  static read({ members, declarations, alike, ...properties }: Properties): Members {
    const read = new Members(properties.schemaVersion ?? schemaVersion);
    const current = read.declarations.placeOf(declaredOnly(properties));
    const placeIn = (places: Alike, all: unknown) => once((place) => places.placeOf(atPlace(all, place)));
    const [declaredAt, likeAt] = [placeIn(read.declarations, declarations), placeIn(read.alike, alike)];
    for (const [id, { of, like, ...own }] of Object.entries(
      (members ?? {}) as Readonly<Record<string, MemberRecord>>,
    )) {
      read.parts.set(id, { declared: of === undefined ? current : declaredAt(of), like: likeAt(like), own });
    }
    return read;
  }

  ids(): readonly string[] {
    return [...this.parts.keys()];
  }

  get(instanceId: string): Properties | undefined {
    const part = this.parts.get(instanceId);
    if (part === undefined) return undefined;
    const facts = { ...this.declarations.at(part.declared), ...this.alike.at(part.like), ...part.own };
    return { ...emptyOutputs, ...facts, instanceId, schemaVersion: this.version };
  }

  nameOf(instanceId: string): string {
    const name = this.parts.get(instanceId)?.own.instanceName;
    return typeof name === "string" ? name : "";
  }

  set(instanceId: string, outputs: Properties): void {
    const facts = factsOf(outputs);
    this.parts.set(instanceId, {
      declared: this.declarations.placeOf(without(declaredOnly(outputs), "instanceId")),
      like: this.alike.placeOf(without(facts, ...ownOutputs)),
      own: only(facts, ownOutputs),
    });
  }

  delete(instanceId: string): void {
    this.parts.delete(instanceId);
  }

  /** To be recorded: of what is declared earlier only what one of them has still reached. */
  write(current: Properties): Facts {
    const isReached = this.declarations.placeOf(current);
    const [declarations, alike]: [Facts[], Facts[]] = [[], []];
    const declaredAt = once((place: number) => declarations.push(this.declarations.at(place)) - 1);
    const likeAt = once((place: number) => alike.push(this.alike.at(place)) - 1);
    const members = Array.from(this.parts, ([id, { declared, like, own }]): [string, MemberRecord] => [
      id,
      { ...(declared === isReached ? {} : { of: declaredAt(declared) }), like: likeAt(like), ...own },
    ]);
    return {
      ...(declarations.length === 0 ? {} : { declarations }),
      alike,
      members: Object.fromEntries(members),
    };
  }
}

/** The recorded properties of a fleet, read. Undefined: nothing is recorded of its members yet. */
export function readRecord(properties: Properties): FleetRecord | undefined {
  const { instanceIds, goneIds } = properties;
  if (!Array.isArray(instanceIds)) return undefined;
  return { instanceIds: textsOf(instanceIds), goneIds: textsOf(goneIds), members: Members.read(properties) };
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
  return { ...current, instanceIds, goneIds, ...members.write(current), schemaVersion, [fleetInput]: fleetMark };
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

function only(facts: Facts, names: readonly string[]): Facts {
  return Object.fromEntries(names.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
}

/** The same answer to the same question, worked out once. */
function once<T, U>(work: (given: T) => U): (given: T) => U {
  const known = new Map<T, U>();
  return (given) => {
    const found = known.get(given) ?? work(given);
    known.set(given, found);
    return found;
  };
}

/** The texts of a list. Pure. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
