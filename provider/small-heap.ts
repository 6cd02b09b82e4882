import { setFlagsFromString } from "node:v8";

/** In percent of what is alive: by so much the old part of the heap may grow before it is collected. */
export const growthFlag = "--heap-growing-percent=100";

/**
 * Where Node's heap may grow beyond 2 GiB, V8 lets its old part become four times what is alive before it collects; in a
 * smaller one, twice. Twice is enough here, and keeps 150 MiB of garbage of ten thousand members out of memory. The flag only
 * says when V8 collects; without it all goes on as before.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(growthFlag);
}
