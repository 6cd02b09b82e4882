import type { Tag } from "./model";
import { fitsPattern } from "./fits-pattern";
import type { Parameters } from "./parameters";
import {
  invalidParameter,
  tagCountExceeded,
  tagKeyMalformed,
  tagKeyTwice,
  tagMismatch,
  tagValueMalformed,
  type WireError,
} from "./wire-error";

/** Whether a thing has all the tags that the call asks for; a value that is left out or empty is any. */
export function readTagFilter(
  params: Parameters,
  noKey: () => WireError = tagMismatch,
): (tags: readonly Tag[]) => boolean {
  const indexes = params.indexesOf("Tag");
  if (indexes.length > 20) throw tagCountExceeded();
  const wanted = indexes.map((index) => {
    const key = params.text(`Tag.${index}.Key`);
    if (key === undefined || key === "") throw noKey();
    return { key, value: params.text(`Tag.${index}.Value`) ?? "" };
  });
  return (tags) =>
    wanted.every(({ key, value }) =>
      tags.some((tag) => tag.TagKey === key && (value === "" || tag.TagValue === value)),
    );
}

/**
 * `TagFilter.N`: a key that may have stars, or an exact key with values that may have some. All the keys must be there, and
 * one of each key's values.
 */
export function readTagPatterns(params: Parameters): (tags: readonly Tag[]) => boolean {
  const indexes = params.indexesOf("TagFilter");
  if (indexes.length > 5) throw tagCountExceeded();
  const wanted = indexes.map((index) => {
    const key = params.text(`TagFilter.${index}.TagKey`) ?? "";
    const values = params.list(`TagFilter.${index}.TagValues`);
    if (key === "" || values.length > 5 || (values.length > 0 && key.includes("*"))) {
      throw invalidParameter(`TagFilter.${index}`);
    }
    return { key, values };
  });
  return (tags) =>
    wanted.every(({ key, values }) =>
      tags.some(
        ({ TagKey, TagValue }) =>
          fitsPattern(key, TagKey) && (values.length === 0 || values.some((value) => fitsPattern(value, TagValue))),
      ),
    );
}

/** The tags that a new thing is given. */
export function readNewTags(params: Parameters, tooMany: () => WireError = tagCountExceeded): Tag[] {
  const indexes = params.indexesOf("Tag");
  if (indexes.length > 20) throw tooMany();
  const tags = indexes.map((index) => {
    const TagKey = params.text(`Tag.${index}.Key`) ?? "";
    const TagValue = params.text(`Tag.${index}.Value`) ?? "";
    if (!isTagText(TagKey) || TagKey === "" || /^(acs:|aliyun)/i.test(TagKey)) throw tagKeyMalformed();
    if (!isTagText(TagValue)) throw tagValueMalformed();
    return { TagKey, TagValue };
  });
  if (new Set(tags.map((tag) => tag.TagKey)).size < tags.length) throw tagKeyTwice();
  return tags;
}

function isTagText(text: string): boolean {
  return text.length <= 128 && !/https?:\/\//i.test(text);
}
