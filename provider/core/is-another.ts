import type { Present, Recorded } from "./model";

/** An id alone is no identity: whether it is another machine that carries it now than the one that was recorded. Pure. */
export function isAnother(observed: Present, { createdAt, serialNumber }: Recorded): boolean {
  const differs = (before: string | undefined, now: string) => before !== undefined && before !== now;
  return differs(createdAt, observed.createdAt) || differs(serialNumber, observed.serialNumber);
}
