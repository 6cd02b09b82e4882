import type { WireError } from "./wire-error";

/** `["i-a","i-b"]`, at most a hundred. Undefined when there is no such filter; `[]` finds nothing. */
export function readIdList(
  text: string | undefined,
  malformed: () => WireError,
  tooMany: () => WireError = malformed,
): string[] | undefined {
  if (text === undefined) return undefined;
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!Array.isArray(ids)) throw malformed();
  if (ids.length > 100) throw tooMany();
  return ids.map((id: unknown) => {
    if (typeof id !== "string") throw malformed();
    return id;
  });
}
