import { Temporal } from "temporal-polyfill";
import type { UtcMinute } from "./model";

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;
const withoutZone = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/i;
/** How the engine writes a time of the stack's file that has no quotes around it. */
const madeByYaml = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? [+-]\d{4} \S+$/;

export type ParsedTime = { readonly minute: UtcMinute } | { readonly wrong: string };

/** Reads RFC 3339 with any offset; seconds are cut to 00, as ModifyInstanceAutoReleaseTime does. Pure. */
export function parseReleaseTime(text: string): ParsedTime {
  if (withoutZone.test(text)) {
    return { wrong: `"${text}" has no time zone; end it with Z or an offset such as +08:00` };
  }
  if (madeByYaml.test(text)) {
    return { wrong: `has no quotes, so YAML has made "${text}" of it; put the time in quotes` };
  }
  if (!rfc3339.test(text)) {
    return { wrong: 'must be "never" or a time such as "2026-12-24T18:00:00+08:00" (RFC 3339)' };
  }
  // Temporal would read it as :59.
  if (/:60(\.\d+)?(Z|[+-])/i.test(text)) {
    return { wrong: `"${text}" is in a leap second, which the vendor's clock does not have; write :59` };
  }
  try {
    return { minute: toMinute(Temporal.Instant.from(text).epochMilliseconds) };
  } catch {
    return { wrong: `"${text}" does not exist in the calendar; write a real date and time` };
  }
}

/** The minute that contains a moment. */
export function toMinute(epochMs: number): UtcMinute {
  const minute = Math.floor(epochMs / 60_000) * 60_000;
  return Temporal.Instant.fromEpochMilliseconds(minute).toString();
}

export function minuteToEpochMs(minute: UtcMinute): number {
  return Temporal.Instant.from(minute).epochMilliseconds;
}

export type Window = "passed" | "tooSoon" | "open" | "tooFar";

/** Where a minute lies in the window of ModifyInstanceAutoReleaseTime: 30 minutes to 3 years ahead of the server's clock. */
export function releaseWindow(minute: UtcMinute, nowMs: number): Window {
  const at = minuteToEpochMs(minute);
  if (at <= nowMs) return "passed";
  if (at < nowMs + 30 * 60_000) return "tooSoon";
  const limit = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO("UTC").add({ years: 3 });
  return at > limit.epochMilliseconds ? "tooFar" : "open";
}
