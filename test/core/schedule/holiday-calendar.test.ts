import { describe, expect, it } from "vitest";
import { hasHolidays, lastKnownDate, specialDay } from "../../../provider/core/schedule/holiday-calendar";

describe("China's calendar", () => {
  it.each([
    ["2026-10-01", "holiday", "National Day"],
    ["2026-10-03", "holiday", "National Day"],
    ["2026-10-10", "makeUpDay", "National Day"],
    ["2026-02-17", "holiday", "Spring Festival"],
    ["2024-02-04", "makeUpDay", "Spring Festival"],
  ])("%s is a %s (%s)", (date, kind, name) => {
    expect(specialDay(date)).toEqual({ kind, name });
  });

  it.each([
    "2026-10-09",
    "2026-10-11",
    "2026-12-25",
    "2099-10-01",
    "",
    "constructor",
  ])("%j is nothing of its own", (date) => {
    expect(specialDay(date)).toBeUndefined();
  });

  it("a year of which only the first days are known is not known", () => {
    const begun = new Map([["2031-01-01", "New Year's Day,元旦,1"]]);
    expect(hasHolidays(2031, begun)).toBe(false);
    expect(hasHolidays(2031, begun.set("2031-05-01", "").set("2031-10-01", ""))).toBe(true);
  });

  it("knows of which years it has data", () => {
    expect([2003, 2004, 2025, 2026].map((year) => hasHolidays(year))).toEqual([false, true, true, true]);
    expect(hasHolidays(Number(lastKnownDate.slice(0, 4)) + 1)).toBe(false);
  });
});
