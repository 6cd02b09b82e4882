import { Temporal } from "temporal-polyfill";

/** What is wrong with the name of a zone, or undefined. Pure. */
export function faultOfZone(name: string): string | undefined {
  // An offset such as +08:00 would not know of summer time.
  if (!/^[a-z]/i.test(name) || canonicalZone(name) === undefined) {
    return `must be an IANA time zone such as Asia/Shanghai, not ${JSON.stringify(name)}`;
  }
  if (!fixedOffset.test(name)) return undefined;
  return `must be a place such as America/New_York or Asia/Shanghai, or UTC: ${JSON.stringify(name)} is a fixed offset, which never follows summer time`;
}

/** Undefined: there is no such zone. Pure. */
export function canonicalZone(name: string): string | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return undefined;
  }
}

/**
 * Names of offsets and not of places. Who writes UTC means it; who writes GMT or EST may mean London or New York, which are
 * an hour off for half of the year.
 */
const fixedOffset = /^(EST|MST|HST|GMT\S*|Greenwich|Etc\/(GMT\S*|Greenwich)|SystemV\/\S+)$/i;
