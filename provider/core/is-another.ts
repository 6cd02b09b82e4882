import type { Present, Recorded } from "./model";

type Identity = Pick<Recorded, "createdAt" | "serialNumber">;

const fields = ["createdAt", "serialNumber"] as const;

/** An id alone is no identity: whether it is another machine that carries it now than the one that was recorded. Pure. */
export function isAnother(observed: Present, before: Identity): boolean {
  return differing(observed, before) !== undefined;
}

/** Why nothing is written to it, or undefined where it is the same machine. Pure. */
export function anotherText(observed: Present, before: Identity): string | undefined {
  const field = differing(observed, before);
  return field === undefined
    ? undefined
    : `instanceId: ${observed.instanceId} is another machine than before (${field} was ${before[field]}, is ${observed[field]}); nothing is written, take the resource out and declare it anew`;
}

function differing(observed: Present, before: Identity): (typeof fields)[number] | undefined {
  return fields.find((field) => before[field] !== undefined && before[field] !== observed[field]);
}
