import type { Tag } from "./model";

/** From ECS's form, or from `{ "key": "value" }`. Pure. */
export function tagList(tags: { Tag: Tag[] } | Record<string, string>): Tag[] {
  if (isTagList(tags)) return tags.Tag;
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

function isTagList(tags: { Tag: Tag[] } | Record<string, string>): tags is { Tag: Tag[] } {
  return Array.isArray(tags["Tag"]);
}

/** These tags over those: a key that is there already gets the new value. Pure. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const kept = tags.filter((tag) => !added.some((other) => other.TagKey === tag.TagKey));
  return [...kept, ...added];
}
