import type { Candidate, Criteria } from "./fleet";

/**
 * Whether an instance is one of those that were asked for. ECS is asked with the same criteria; this holds where it would
 * ignore one of them, so that nothing gets in that doesn't fit. Pure.
 */
export function fitsCriteria(one: Candidate, criteria: Criteria): boolean {
  const isOrFree = (wanted: string | undefined, found: string) => wanted === undefined || wanted === found;
  return (
    Object.entries(criteria.tags).every(([key, value]) => one.tags[key] === value) &&
    (criteria.instanceName === undefined || fitsPattern(one.instanceName, criteria.instanceName)) &&
    isOrFree(criteria.vpcId, one.vpcId) &&
    isOrFree(criteria.zoneId, one.zoneId) &&
    isOrFree(criteria.resourceGroupId, one.resourceGroupId) &&
    isOrFree(criteria.chargeType, one.chargeType)
  );
}

/** Between the stars everything stands as it is written, one part after the other: no expression that could run away. */
function fitsPattern(text: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
