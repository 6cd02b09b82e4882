import { Temporal } from "temporal-polyfill";

const short = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Reads `90m`, `7d12h` or ISO 8601 such as `PT10M`; undefined when it is neither. Unit of the result: ms. Pure. */
export function parseDurationMs(text: string): number | undefined {
  const parts = text === "" ? null : short.exec(text);
  try {
    const duration = parts
      ? Temporal.Duration.from({
          days: Number(parts[1] ?? 0),
          hours: Number(parts[2] ?? 0),
          minutes: Number(parts[3] ?? 0),
          seconds: Number(parts[4] ?? 0),
        })
      : Temporal.Duration.from(text);
    // Months and years have no fixed length, so Temporal refuses to total them, which is what we want.
    return duration.total({ unit: "milliseconds" });
  } catch {
    return undefined;
  }
}

/** What is wrong with a duration that can't be read, as the end of a sentence; empty when nothing more can be said. Pure. */
export function durationFault(text: string): string {
  if (/^P[^T]*\d[YM]/i.test(text)) return "; write days instead, since months and years differ in length";
  if (/^P\d+W/i.test(text)) return "; write days instead of weeks, such as 7d";
  if (/^\d+[.,]\d/.test(text)) return "; write whole numbers, such as 1h30m";
  return "";
}
