import { atPlace } from "../../provider/core/alike";
import { declaredOnly } from "../../provider/core/outputs";
import { hiddenIn } from "./hidden-value";
import { isObject, type Json, objectsIn } from "./parse-json";

/** A fleet as a state or a preview writes the one resource that holds its members. */
export interface WrittenFleet {
  /** Those that it lists, in their order. */
  readonly instanceIds: readonly string[];
  /** Those of them that a selection had found once, and that are gone. */
  readonly goneIds: ReadonlySet<string>;
  /** What all of them declare. */
  readonly shared: Json;
  /** The outputs of each member that has been adopted, as an InstanceLifecycle of its own would have them. */
  readonly members: ReadonlyMap<string, Json>;
}

/** With this in its place an argument is known to be secret, whatever stands in clear elsewhere. */
const secretValue = "[secret]";

/** Properties of FleetMembers → the fleet. What is secret as an argument is so in each member's declaration too. Pure. */
export function readFleet(properties: Json): WrittenFleet {
  const shared = declaredOnly(properties);
  return {
    instanceIds: textsOf(properties.instanceIds),
    goneIds: new Set(textsOf(properties.goneIds)),
    shared,
    members: membersOf(properties, shared),
  };
}

/** Whether the members are in it. An earlier version had a resource for each of them, and here their ids only. Pure. */
export function isWhole(properties: Json): boolean {
  return properties.regionId !== undefined || properties.members !== undefined;
}

/** Whether it is the list of an earlier version, beside resources for the members. Pure. */
export function isListOnly(inputs: Json): boolean {
  const names = Object.keys(inputs).filter((name) => !name.startsWith("__"));
  return names.every((name) => name === "instanceIds" || name === "goneIds");
}

/** The same arguments, with those that another place has as secret hidden here too. Pure. */
export function withSecretsOf(declared: Json, elsewhere: Json | undefined): Json {
  const names = secretNames(elsewhere ?? {}).filter((name) => declared[name] !== undefined);
  return { ...declared, ...hidden(names) };
}

function membersOf({ members, declarations, alike, schemaVersion }: Json, shared: Json): Map<string, Json> {
  if (!isObject(members) || hiddenIn(members) !== undefined) return new Map();
  const secret = secretNames(shared);
  // Of members that lag behind what the fleet declares. The engine encrypts them.
  const earlier = objectsIn(declarations);
  const read = Object.entries(members).flatMap(([instanceId, record]): [string, Json][] => {
    if (!isObject(record)) return [];
    const { of, like, ...own } = record;
    const facts = { ...atPlace(alike, like), ...own };
    const declaration = of === undefined ? shared : typeof of === "number" ? earlier[of] : undefined;
    const declared = { ...declaration, ...hidden(secret.filter((name) => declaration?.[name] !== undefined)) };
    // Where it is missing, a state of old is meant: there the release time that is declared counts as set here.
    return [[instanceId, { ownReleaseTime: null, ...declared, ...facts, instanceId, schemaVersion }]];
  });
  return new Map(read);
}

function secretNames(properties: Json): readonly string[] {
  return Object.keys(properties).filter((name) => hiddenIn(properties[name]) === "secret");
}

function hidden(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, secretValue]));
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
