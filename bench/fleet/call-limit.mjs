/** The most ids that ECS takes in one call. */
const idsPerCall = 100;
export const callsFor = (count) => Math.ceil(count / idsPerCall);

/** So many are released at most, whatever the size of the fleet. */
export const releasedOf = (count) => Math.min(count, 100);

/**
 * What arithmetic leaves: every call holds as many ids as ECS takes, and each wait ends at its first look. The program's side
 * looks at all; the provider looks once before it writes and once after. Pure.
 */
export function callLimit(step, count) {
  const all = callsFor(count);
  const some = callsFor(releasedOf(count));
  switch (step) {
    case "preview":
    case "no-op":
      return { reads: all, writes: 0 };
    case "stop":
      return { reads: 3 * all, writes: all };
    case "refresh":
      return { reads: all, writes: 0 };
    case "refreshed preview":
      return { reads: 2 * all, writes: 0 };
    case "release":
      return { reads: all + 2 * some, writes: some };
    default:
      throw new Error(`no limit for ${step}`);
  }
}

/** As Cloud Custodian does it: list what fits, send the calls, and don't look whether they came true. Undefined where it has nothing to do. Pure. */
export function withoutLooking(step, count) {
  if (step === "stop") return { reads: callsFor(count), writes: callsFor(count) };
  return undefined;
}

/** What is aimed at; `polls`: the most looks at one instance. Empty where nothing is. Pure. */
export function aimOf(step, count, polls) {
  const calls = callsFor(count);
  if (step === "stop") return { writes: calls + 10, reads: Math.ceil(1.2 * (polls ?? Number.NaN) * calls) };
  if (step === "no-op") return { programReads: calls + 5 };
  if (step === "refresh") return { reads: calls + 20 };
  return {};
}
