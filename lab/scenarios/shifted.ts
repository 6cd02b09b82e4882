import { type Scenario, startsAt } from "./scenario";

const minuteMs = 60_000;

/** Where a story begins that is told at this time: with the same seconds as in the scenarios. */
export function beginningAt(nowMs: number): number {
  const scenarioMs = Date.parse(startsAt);
  return nowMs - ((nowMs - scenarioMs) % minuteMs);
}

/** The same scenario at another time: every time in it is as far ahead or behind as it was. For runs by the machine's own clock. */
export function shifted(scenario: Scenario, beginsAtMs: number): Scenario {
  const byMs = beginsAtMs - Date.parse(startsAt);
  const text = JSON.stringify(scenario).replace(
    /"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?Z"/g,
    (_, minute: string, seconds: string | undefined) => {
      const moved = new Date(Date.parse(`${minute}${seconds ?? ":00"}Z`) + byMs).toISOString();
      return JSON.stringify(seconds === undefined ? `${moved.slice(0, 16)}Z` : `${moved.slice(0, 19)}Z`);
    },
  );
  // JSON leaves out what is undefined.
  return { ...scenario, ...(JSON.parse(text) as Scenario) };
}
