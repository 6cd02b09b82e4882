import type { Action, Call } from "../call";
import { cutPage, readPage } from "../paging";
import { checkPermission } from "../permission";
import type { Tag } from "../model";
import { withTags } from "../tag-list";
import { readNewTags, readTagFilter, readTagPatterns } from "../tag-params";
import {
  invalidParameter,
  missingTagParameter,
  regionNotFound,
  resourceNotFound,
  resourceTypeNotFound,
  tagQuota,
  tagValueWithoutKey,
  tooManyResourceIds,
  tooManyTags,
} from "../wire-error";
import { accountOf } from "../world";

const mostTagsOfAThing = 20;

export const tagResources: Action = (call) => {
  const regionId = readTagRegion(call);
  const type = readType(call);
  const ids = readResourceIds(call);
  const tags = readNewTags(call.params, tooManyTags);
  if (tags.length === 0) throw missingTagParameter("Tags");

  const things = ids.map((id) => findThing(call, type, id, regionId));
  checkPermission(call);
  const tagged = things.map((thing) => ({ thing, tags: withTags(thing.tags, tags) }));
  if (tagged.some((each) => each.tags.length > mostTagsOfAThing)) throw tagQuota();
  for (const { thing, tags: all } of tagged) call.effects.push(...thing.tag(all));
  return {};
};

export const untagResources: Action = (call) => {
  const { params } = call;
  const regionId = readTagRegion(call);
  const type = readType(call);
  const ids = readResourceIds(call);
  const keys = params.list("TagKey");
  if (keys.length > 20) throw tooManyTags();
  const all = params.boolean("All", false);

  const things = ids.map((id) => findThing(call, type, id, regionId));
  checkPermission(call);
  // `All` counts only where no key is named.
  const goes = (tag: Tag) => (keys.length === 0 ? all : keys.includes(tag.TagKey));
  for (const thing of things) call.effects.push(...thing.tag(thing.tags.filter((tag) => !goes(tag))));
  return {};
};

export const listTagResources: Action = (call) => {
  const { params, world } = call;
  const regionId = readTagRegion(call);
  const type = readType(call);
  const ids = params.list("ResourceId");
  if (ids.length > 50) throw tooManyResourceIds();
  const byTag = params.indexesOf("Tag").length > 0;
  const byPattern = params.indexesOf("TagFilter").length > 0;
  if (byTag && byPattern) throw invalidParameter("TagFilter");
  if (ids.length === 0 && !byTag && !byPattern) throw missingTagParameter("ResourceIds");
  const hasTags = readTagFilter(params, tagValueWithoutKey);
  const fitsTags = readTagPatterns(params);
  // The only page there is: NextToken goes on from it.
  const page = readPage(params, { largestPage: 50, mostResults: 50, fewestResults: 50, only: "token" });
  checkPermission(call);

  const accountId = accountOf(call.credential);
  const { disks, snapshots } = world.storage;
  const all = {
    instance: () => [...world.compute.all()].map(({ instance }) => ({ ...instance, id: instance.InstanceId })),
    disk: () => disks.items().map((disk) => ({ ...disk, id: disk.DiskId })),
    snapshot: () => snapshots.items().map((snapshot) => ({ ...snapshot, id: snapshot.SnapshotId })),
    none: () => [],
  }[type]();
  const tagged = all.filter(
    (thing) =>
      thing.RegionId === regionId &&
      thing.accountId === accountId &&
      (ids.length === 0 || ids.includes(thing.id)) &&
      hasTags(thing.Tags.Tag) &&
      fitsTags(thing.Tags.Tag),
  );
  const rows = tagged
    .flatMap((thing) => thing.Tags.Tag.map((tag) => ({ ResourceType: type, ResourceId: thing.id, ...tag })))
    .map((item, index) => ({ sequence: index + 1, item }));
  const { shown, about } = cutPage(rows, page);
  return { NextToken: about["NextToken"], TagResources: { TagResource: shown.map((row) => row.item) } };
};

/** Something with tags, of whatever type. */
interface Thing {
  tags: readonly Tag[];
  /** Puts these in their place; the effects, if that changes anything. */
  tag(tags: Tag[]): string[];
}

type ThingType = "instance" | "disk" | "snapshot" | "none";

function findThing(call: Call, type: ThingType, id: string, regionId: string): Thing {
  const { world, credential } = call;
  const { disks, snapshots } = world.storage;
  const accountId = accountOf(credential);
  const isOurs = (found: { RegionId: string; accountId: string }) =>
    found.RegionId === regionId && found.accountId === accountId;
  const changed = (before: readonly Tag[], after: readonly Tag[], change: () => void): string[] => {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    change();
    return [`${id}: Tags -> changed`];
  };
  if (type === "instance") {
    const held = world.find(id);
    if (held !== undefined && !held.released && isOurs(held.instance)) {
      const { Tag } = held.instance.Tags;
      return {
        tags: Tag,
        tag: (tags) => changed(Tag, tags, () => world.compute.modify(held, { Tags: { Tag: tags } })),
      };
    }
  }
  const disk = type === "disk" ? disks.get(id) : undefined;
  if (disk !== undefined && isOurs(disk)) {
    const { Tag } = disk.Tags;
    return {
      tags: Tag,
      tag: (tags) =>
        changed(Tag, tags, () => {
          disks.set(id, { ...disk, Tags: { Tag: tags } });
        }),
    };
  }
  const snapshot = type === "snapshot" ? snapshots.get(id) : undefined;
  if (snapshot !== undefined && isOurs(snapshot)) {
    const { Tag } = snapshot.Tags;
    return {
      tags: Tag,
      tag: (tags) =>
        changed(Tag, tags, () => {
          snapshots.set(id, { ...snapshot, Tags: { Tag: tags } });
        }),
    };
  }
  throw resourceNotFound();
}

function readTagRegion({ world, params }: Call): string {
  const regionId = params.text("RegionId") ?? "";
  if (regionId === "") throw missingTagParameter("RegionId");
  if (!world.places.hasRegion(regionId)) throw regionNotFound();
  return regionId;
}

/** The vendor knows more types; there are no such things here. */
const otherTypes = ["image", "securitygroup", "volume", "eni", "ddh", "ddhcluster", "keypair", "launchtemplate"].concat(
  ["reservedinstance", "snapshotpolicy", "elasticityassurance", "capacityreservation", "command", "invocation"],
  ["activation", "managedinstance"],
);

function readType({ params }: Call): ThingType {
  const type = params.text("ResourceType") ?? "";
  if (type === "") throw missingTagParameter("ResourceType");
  if (type === "instance" || type === "disk" || type === "snapshot") return type;
  if (otherTypes.includes(type)) return "none";
  throw resourceTypeNotFound();
}

function readResourceIds({ params }: Call): string[] {
  const ids = [...new Set(params.list("ResourceId"))];
  if (ids.length === 0) throw missingTagParameter("ResourceIds");
  if (ids.length > 50) throw tooManyResourceIds();
  return ids;
}
