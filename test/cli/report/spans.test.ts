import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declaredTime, joined } from "../../../cli/report/spans";
import { hoursOf } from "../../../cli/report/hours";
import { declaredStateAt } from "../../../provider/core/schedule/declared-state";
import { normalizeSchedule } from "../../../provider/core/schedule/normalize-schedule";
import { timedArgs } from "../../core/schedule/random-schedules";
import { officeHours, secret } from "./written";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Right before a change of the clock, where there is one: spring, autumn, a half hour, and a date that was left out. */
const places = [
  ["Europe/Berlin", "2026-03-28T12:00:00Z"],
  ["Europe/Berlin", "2026-10-24T12:00:00Z"],
  ["America/New_York", "2026-11-01T00:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T12:00:00Z"],
  ["Pacific/Apia", "2011-12-29T12:00:00Z"],
  ["Asia/Shanghai", "2026-09-30T00:00:00Z"],
] as const;

describe("declaredTime", () => {
  it.each(places)(
    "says at every minute what the program says, in %s after %s",
    (zone, around) => {
      const aroundMs = Date.parse(around);
      fc.assert(
        fc.property(
          timedArgs(zone, aroundMs),
          fc.integer({ min: -3 * 1440, max: 3 * 1440 }),
          fc.integer({ min: 1, max: 31 }),
          fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
          (args, offset, days, picks) => {
            const life = args.schedule.life;
            const declared = {
              ...args,
              schedule: life === undefined ? args.schedule : { ...args.schedule, life: { ...life, since: around } },
            };
            const { schedule } = normalizeSchedule(declared);
            if (schedule === undefined) throw new Error("not a schedule");
            const fromMs = aroundMs + offset * minuteMs;
            const toMs = fromMs + days * dayMs;
            const spans = declaredTime(declared).spansBetween(fromMs, toMs);
            expect(spans[0]?.fromMs).toBe(fromMs);
            expect(spans.at(-1)?.toMs).toBe(toMs);
            for (const [index, span] of spans.entries()) expect(span.fromMs).toBe(spans[index - 1]?.toMs ?? fromMs);
            for (const pick of picks) {
              const atMs = fromMs + (pick % (days * 1440)) * minuteMs;
              const span = spans.find((candidate) => candidate.fromMs <= atMs && atMs < candidate.toMs);
              const { state, because } = declaredStateAt(schedule, atMs);
              expect([span?.power, span?.because]).toEqual([state ?? "unmanaged", because]);
            }
          },
        ),
        // A schedule that seldom changes is looked through for years: one draw may take a second, on a busy machine many.
        { numRuns: 30, interruptAfterTimeLimit: 15_000 },
      );
    },
    120_000,
  );

  it("knows the release of a life where the timeline has it, also behind overrides", () => {
    const life = { since: "2026-11-23T00:00:00Z", releaseAfter: "48h" };
    const schedule = { zone: "Asia/Shanghai", life };
    const at = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
    expect(at(declaredTime({ schedule }).releaseAtMs)).toBe("2026-11-25T00:00:00.000Z");
    const held = { schedule, keepRunningUntil: "2026-11-25T06:00:00Z", holdUntil: "2026-11-25T09:00:00Z" };
    expect(at(declaredTime(held).releaseAtMs)).toBe("2026-11-25T09:00:00.000Z");
    expect(declaredTime({ schedule: officeHours }).releaseAtMs).toBeUndefined();
  });

  it.each([
    ["a plain state", { state: "stopped" }, "stopped"],
    ["no state", {}, "unmanaged"],
    ["a secret state", { state: secret }, "unknown"],
    ["a state of a preview that is secret", { state: "[secret]" }, "unknown"],
    ["a secret part of a schedule", { schedule: { zone: "Asia/Shanghai", running: secret } }, "unknown"],
    ["a secret override", { schedule: { zone: "Asia/Shanghai" }, holdUntil: secret }, "unknown"],
    ["a state that is not known yet", { state: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, "unknown"],
    ["a schedule that can't be read", { schedule: { zone: "Nowhere" } }, "unknown"],
  ])("takes %s for what it is", (_, args, power) => {
    expect(
      declaredTime(args)
        .spansBetween(0, dayMs)
        .map((span) => [span.fromMs, span.toMs, span.power]),
    ).toEqual([[0, dayMs, power]]);
  });

  it("joins what differs in its reasons only, and loses no time", () => {
    const schedule = {
      zone: "Asia/Shanghai",
      running: [
        { from: "08:00", to: "12:00" },
        { from: "10:00", to: "20:00" },
      ],
    };
    const fromMs = Date.parse("2026-11-22T16:00:00Z");
    const spans = declaredTime({ schedule }).spansBetween(fromMs, fromMs + dayMs);
    expect(spans.map(({ power }) => power)).toEqual(["stopped", "running", "running", "stopped"]);
    expect(joined(spans).map(({ power, fromMs: from, toMs }) => [power, (toMs - from) / 3_600_000])).toEqual([
      ["stopped", 8],
      ["running", 12],
      ["stopped", 4],
    ]);
    expect(hoursOf(spans)).toEqual({ running: 12, stopped: 12, released: 0, unmanaged: 0, unknown: 0 });
  });
});
