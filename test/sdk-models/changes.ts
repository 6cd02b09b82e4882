import type { World } from "../../emulator/index";

export type Kind = "instances" | "disks" | "snapshots" | "snapshotGroups";

type Thing = Readonly<Record<string, unknown>>;

export interface Change {
  kind: Kind;
  id: string;
  before: Thing | undefined;
  after: Thing | undefined;
  /** The members that differ; empty where the thing came or went. */
  fields: string[];
}

/** Everything that can change: the world as a file, and who is only listed still. */
export interface Look {
  things: Record<Kind, ReadonlyMap<string, Thing>>;
  /** The rest of the file, as text. */
  rest: string;
  credentials: readonly string[];
  listed: string;
  text: string;
}

const idNames = {
  instances: "InstanceId",
  disks: "DiskId",
  snapshots: "SnapshotId",
  snapshotGroups: "SnapshotGroupId",
} as const;
const kinds = Object.keys(idNames) as Kind[];

export function lookAt(world: World): Look {
  const listed = [...world.compute.all()].map(({ instance, released }) => `${instance.InstanceId} ${released}`).join();
  // Through text: a thing that is changed in place must not change in here too.
  const text = JSON.stringify(world.toFile());
  const { instances, disks, snapshots, snapshotGroups, credentials, ...rest } = JSON.parse(text) as Record<
    Kind | "credentials",
    Thing[]
  >;
  const lists = { instances, disks, snapshots, snapshotGroups };
  const things = Object.fromEntries(
    kinds.map((kind) => [kind, new Map(lists[kind].map((thing) => [String(thing[idNames[kind]]), thing]))]),
  ) as unknown as Record<Kind, ReadonlyMap<string, Thing>>;
  return {
    things,
    rest: JSON.stringify(rest),
    credentials: credentials.map((credential) => JSON.stringify(credential)),
    listed,
    text: text + listed,
  };
}

/** What came, went or became different. Pure. */
export function changesBetween(before: Look, after: Look): Change[] {
  return kinds.flatMap((kind) => {
    const [old, now] = [before.things[kind], after.things[kind]];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((id): Change[] => {
      const [was, is] = [old.get(id), now.get(id)];
      if (was === undefined || is === undefined) return [{ kind, id, before: was, after: is, fields: [] }];
      const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
      const fields = names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
      return fields.length === 0 ? [] : [{ kind, id, before: was, after: is, fields }];
    });
  });
}
