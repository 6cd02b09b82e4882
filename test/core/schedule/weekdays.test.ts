import { describe, expect, it } from "vitest";
import { parseWeekdays, weekdayName, weekdayNumber } from "../../../provider/core/schedule/weekdays";

describe("parseWeekdays", () => {
  it.each([
    ["mon", [1]],
    ["sun", [7]],
    ["mon-fri", [1, 2, 3, 4, 5]],
    ["sat,sun", [6, 7]],
    ["fri-mon", [1, 5, 6, 7]],
    ["mon-sun", [1, 2, 3, 4, 5, 6, 7]],
    ["sun-sun", [7]],
    ["sat, mon-tue, sat", [1, 2, 6]],
    ["Mon-FRI", [1, 2, 3, 4, 5]],
  ])("%s is %j", (text, days) => {
    expect(parseWeekdays(text)).toEqual(days);
  });

  it.each(["", "monday", "mon-", "-fri", "mon-wed-fri", "mon fri", "1-5", "mon,,tue", "mo"])("%j is none", (text) => {
    expect(parseWeekdays(text)).toBeUndefined();
  });
});

it("Monday is 1, and Sunday 7", () => {
  expect([weekdayNumber("mon"), weekdayNumber("sun"), weekdayName(1), weekdayName(7)]).toEqual([
    1,
    7,
    "Monday",
    "Sunday",
  ]);
});
