import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minuteToEpochMs, parseReleaseTime, releaseWindow, toMinute } from "../../provider/core/release-time";
import { minutesFromNow, nowMs } from "../support/builders";

describe("parseReleaseTime", () => {
  it.each([
    ["2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"],
    ["2026-12-24T18:00:00+08:00", "2026-12-24T10:00:00Z"],
    ["2026-12-24T18:00:59.999Z", "2026-12-24T18:00:00Z"],
    ["2026-12-31T23:59:59-00:00", "2026-12-31T23:59:00Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"],
    ["2028-02-29T12:00:00+05:45", "2028-02-29T06:15:00Z"],
    ["2026-12-24t18:00:00z", "2026-12-24T18:00:00Z"],
    ["2026-12-24T18:00+08:00", "2026-12-24T10:00:00Z"],
  ])("%s is the minute %s", (text, minute) => {
    expect(parseReleaseTime(text)).toEqual({ minute });
  });

  const noZone = /no time zone.*Z.*\+08:00/;
  const notATime = /^must be "never" or a time such as .*RFC 3339/;
  const notInTheCalendar = /does not exist in the calendar/;

  it.each([
    ["", notATime],
    ["now", notATime],
    ["2026-12-24T18:00:00", noZone],
    ["2026-12-24t18:00:00.5", noZone],
    ["2026-12-24T18:00:00.123", noZone],
    ["2026-12-24 18:00", noZone],
    ["2026-12-24", noZone],
    ["on 2026-12-24", notATime],
    ["on 2026-12-24T18:00:00Z", notATime],
    ["2026-12-24T18:00:00Z or so", notATime],
    ["2026-12-24T18:00:00.Z", notATime],
    ["2026-12-24T18:00:00+0800", notATime],
    ["2026-1-2T03:04:05Z", notATime],
    ["2026-12-24T18Z", notATime],
    [
      "2026-12-01 20:00:00 +0800 +0800",
      /^has no quotes, so YAML has made "2026-12-01 20:00:00 \+0800 \+0800" of it; put/,
    ],
    ["2026-12-01 12:00:00 +0000 UTC", /^has no quotes/],
    ["2026-06-30T23:59:60Z", /^"2026-06-30T23:59:60Z" is in a leap second.*write :59$/],
    ["2026-07-01T07:59:60.5+08:00", /is in a leap second/],
    ["2027-02-29T00:00:00Z", notInTheCalendar],
    ["2026-12-24T25:00:00Z", notInTheCalendar],
    ["2026-12-24T18:00:00+99:00", notInTheCalendar],
  ])("%j is wrong, and what is right is said", (text, says) => {
    expect(parseReleaseTime(text)).toEqual({ wrong: expect.stringMatching(says) as unknown });
  });

  it("any text: a minute or a reason, never a throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Object.keys(parseReleaseTime(text))).toHaveLength(1);
      }),
    );
  });

  it("any time in any offset: the minute that it lies in", () => {
    const time = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(time, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const two = (value: number) => String(Math.abs(Math.trunc(value))).padStart(2, "0");
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const text = `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
        const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000).toISOString().replace(".000", "");
        expect(parseReleaseTime(text)).toEqual({ minute });
      }),
    );
  });
});

describe("minutes", () => {
  it("text order is time order, and both ways lead back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (a, b) => {
          expect(toMinute(a) <= toMinute(b)).toBe(Math.floor(a / 60_000) <= Math.floor(b / 60_000));
          expect(minuteToEpochMs(toMinute(a))).toBe(Math.floor(a / 60_000) * 60_000);
          expect(toMinute(a)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
        },
      ),
    );
  });
});

describe("releaseWindow", () => {
  it.each([
    [minutesFromNow(-1), "passed"],
    [minutesFromNow(0), "passed"],
    [minutesFromNow(1), "tooSoon"],
    [minutesFromNow(29), "tooSoon"],
    [minutesFromNow(30), "open"],
    ["2029-06-01T12:00:00Z", "open"],
    ["2029-06-01T12:01:00Z", "tooFar"],
    ["9999-12-31T23:59:00Z", "tooFar"],
  ])("%s is %s", (minute, window) => {
    expect(releaseWindow(minute, nowMs)).toBe(window);
  });

  it("three years after a leap day end on the last day of February", () => {
    const leap = Date.parse("2028-02-29T00:00:00Z");
    expect(releaseWindow("2031-02-28T00:00:00Z", leap)).toBe("open");
    expect(releaseWindow("2031-03-01T00:01:00Z", leap)).toBe("tooFar");
  });

  it("thirty minutes count to the millisecond", () => {
    expect(releaseWindow(minutesFromNow(30), nowMs + 1)).toBe("tooSoon");
  });
});
