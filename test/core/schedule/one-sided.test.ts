import { describe, expect, it } from "vitest";
import { declaredStateAt } from "../../../provider/core/schedule/declared-state";
import { everBefore, lastBoundary } from "../../../provider/core/schedule/last-boundary";
import { normalizeSchedule } from "../../../provider/core/schedule/normalize-schedule";
import type { Schedule } from "../../../provider/core/schedule/schedule";

const office = { zone: "Asia/Shanghai", running: [{ days: "mon-fri", from: "08:00", to: "20:00" }] };

function scheduleOf(schedule: object, overrides: object = {}): Schedule {
  const found = normalizeSchedule({ schedule, ...overrides });
  if (found.schedule === undefined) throw new Error(found.failures.join("\n"));
  return found.schedule;
}

const ms = (time: string) => Date.parse(`${time}+08:00`);
const utc = (time: string) => `${new Date(ms(time)).toISOString().slice(0, 16)}:00Z`;

function at(schedule: Schedule, time: string) {
  const { state, nextChangeAt } = declaredStateAt(schedule, ms(time));
  return { state, nextChangeAt, ...lastBoundary(schedule, ms(time)) };
}

describe("the last boundary", () => {
  it.each([
    ["2026-12-07T08:00", "2026-12-07T08:00"],
    ["2026-12-07T19:59", "2026-12-07T08:00"],
    ["2026-12-07T20:00", "2026-12-07T20:00"],
    ["2026-12-13T12:00", "2026-12-11T20:00"],
  ])("at %s is %s", (time, since) => {
    expect(at(scheduleOf(office), time)).toMatchObject({ since: utc(since), once: false });
  });

  it("is none between two periods that touch", () => {
    const running = [
      { from: "08:00", to: "12:00" },
      { from: "12:00", to: "20:00" },
    ];
    expect(at(scheduleOf({ ...office, running }), "2026-12-07T15:00").since).toBe(utc("2026-12-07T08:00"));
  });

  it("is found months back, and given up after 400 days", () => {
    const yearly = { zone: office.zone, cron: [{ start: "0 8 1 1 *", stop: "0 20 1 1 *" }] };
    expect(at(scheduleOf(yearly), "2026-12-07T15:00").since).toBe(utc("2026-01-01T20:00"));
    const rare = { zone: office.zone, cron: [{ start: "0 8 29 2 *", stop: "0 20 29 2 *" }] };
    expect(at(scheduleOf(rare), "2026-12-07T15:00").since).toBe(everBefore);
  });

  it("is the end of an override", () => {
    const held = scheduleOf(office, { holdUntil: "2026-12-07T10:00:00+08:00" });
    expect(at(held, "2026-12-07T12:00").since).toBe(utc("2026-12-07T10:00"));
    expect(at(held, "2026-12-07T09:00").since).toBe(everBefore);
  });
});

describe("one side", () => {
  it("of stops: nobody's by day, stopped once in the evening", () => {
    const stops = scheduleOf({ ...office, apply: "stops" });
    expect(at(stops, "2026-12-07T12:00")).toMatchObject({ state: undefined, nextChangeAt: utc("2026-12-07T20:00") });
    expect(at(stops, "2026-12-07T21:00")).toEqual({
      state: "stopped",
      nextChangeAt: utc("2026-12-08T08:00"),
      since: utc("2026-12-07T20:00"),
      once: true,
    });
    expect(declaredStateAt(stops, ms("2026-12-07T12:00")).because).toMatch(
      /only stops are applied \(schedule\.apply\)/,
    );
  });

  it("of starts: started once in the morning, nobody's in the evening", () => {
    const starts = scheduleOf({ ...office, apply: "starts" });
    expect(at(starts, "2026-12-07T12:00")).toMatchObject({
      state: "running",
      since: utc("2026-12-07T08:00"),
      once: true,
    });
    expect(at(starts, "2026-12-07T21:00")).toMatchObject({ state: undefined, nextChangeAt: utc("2026-12-08T08:00") });
  });

  it("leaves overrides and the stages of a life as they are, until they end", () => {
    const life = { since: "2026-12-06T22:00:00+08:00", stopAfter: "24h", releaseAfter: "48h" };
    const stops = scheduleOf({ ...office, apply: "stops", life }, { keepRunningUntil: "2026-12-07T10:00:00+08:00" });
    expect(at(stops, "2026-12-07T09:00")).toMatchObject({ state: "running", once: false });
    expect(at(stops, "2026-12-07T12:00")).toMatchObject({ state: undefined });
    expect(at(stops, "2026-12-07T21:00")).toMatchObject({ once: true, nextChangeAt: utc("2026-12-07T22:00") });
    expect(at(stops, "2026-12-07T22:00")).toMatchObject({
      state: "stopped",
      once: false,
      since: utc("2026-12-07T22:00"),
    });
    expect(at(stops, "2026-12-08T22:00")).toMatchObject({ state: "released", once: false });
  });

  it.each([
    [{ ...office, apply: "both" }, /^schedule\.apply: must be "stops" or "starts"; leave it out for both$/],
    [
      { zone: office.zone, apply: "stops", life: { stopAfter: "48h" } },
      /^schedule\.apply: chooses a side of periods, and there are none; declare running or cron, or take apply out$/,
    ],
  ])("is refused where it is wrong: %j", (schedule, fault) => {
    expect(normalizeSchedule({ schedule }).failures).toEqual([expect.stringMatching(fault)]);
  });
});
