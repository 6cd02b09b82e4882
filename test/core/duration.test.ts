import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDurationMs } from "../../provider/core/duration";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("parseDurationMs", () => {
  it.each([
    ["90m", 90 * minute],
    ["8h", 8 * hour],
    ["7d12h", 7 * day + 12 * hour],
    ["1d", day],
    ["45s", 45_000],
    ["1h30m15s", hour + 30 * minute + 15_000],
    ["PT10M", 10 * minute],
    ["PT1H30M", 90 * minute],
    ["P7DT12H", 7 * day + 12 * hour],
    ["P1D", day],
    ["PT0.5H", 30 * minute],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it.each([
    "",
    " ",
    "10",
    "m",
    "10 m",
    "10x",
    "h1",
    "30m1h",
    "1.5h",
    "ten",
    "P",
    "PT",
    "P1M",
    "P1Y",
    "10m ",
    "９m",
    "99999999999999999999h",
  ])("%j is none", (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });

  it("both ways to write it agree", () => {
    const part = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(part, part, part, part, (d, h, m, s) => {
        expect(parseDurationMs(`${d}d${h}h${m}m${s}s`)).toBe(parseDurationMs(`P${d}DT${h}H${m}M${s}S`));
        expect(parseDurationMs(`${d}d${h}h${m}m${s}s`)).toBe(d * day + h * hour + m * minute + s * 1_000);
      }),
    );
  });

  it("any text: a number or nothing, never a throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDurationMs(text);
        expect(ms === undefined || Number.isFinite(ms)).toBe(true);
      }),
    );
  });
});
