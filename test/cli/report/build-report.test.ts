import { describe, expect, it } from "vitest";
import { alarmLines } from "../../../cli/report/alarm";
import { savingLines } from "../../../cli/report/headlines";
import { UsageError } from "../../../cli/usage-error";
import { readPrices } from "../../../cli/report/prices";
import { one, previewReport, pricesOf, spanTexts, stateReport } from "./reported";
import { exported, officeHours, previewed, sampleFleet } from "./written";

const sample = exported(sampleFleet());
const perHour = { "ecs.g7.large": { running: 0.5, stopped: 0.1 } };

describe("hours", () => {
  it("are those of the declared week", () => {
    const report = stateReport(sample);
    const on = Object.fromEntries(report.instances.map(({ name, hours }) => [name, hours.running]));
    // Five days of 12 h; seven of 16 h; all; none; not managed; two days of 12 h, 12 h until 48 h have passed: Mon, Tue, Wed, one hour of Thu.
    expect(on).toEqual({ web: 60, api: 112, db: 168, archive: 0, batch: 0, review: 37 });
    for (const { hours } of report.instances) expect(Object.values(hours).reduce((sum, one) => sum + one)).toBe(168);
  });

  it("end with a release", () => {
    const { hours, release, spans } = one(stateReport(sample), "batch");
    expect(hours).toMatchObject({ unmanaged: 90, released: 78 });
    expect(release?.atMs).toBe(Date.parse("2026-11-26T10:00:00Z"));
    expect(spans.at(-1)?.power).toBe("released");
  });

  it("of a week in which clocks change are 167 or 169", () => {
    const berlin = exported([
      {
        name: "a",
        args: {
          instanceId: "i-bp1a",
          state: "running",
          schedule: { zone: "Europe/Berlin", running: [{ from: "00:00", to: "24:00" }] },
        },
      },
    ]);
    expect(one(stateReport(berlin, { from: "2026-03-23" }), "a").hours.running).toBe(167);
    expect(one(stateReport(berlin, { from: "2026-10-19" }), "a").hours.running).toBe(169);
  });

  it("are summed against always on, and what is billed on is said", () => {
    const report = stateReport(sample);
    expect(report.totals).toEqual({
      counted: 6,
      alwaysOnHours: 1008,
      onHours: 377,
      unmanagedHours: 90,
      savedHours: 541,
      billedOnHours: 56 + 168,
    });
    expect(savingLines(report).join("\n")).toMatch(/224 h of the saved hours are billed on.*: api, archive\./);
  });

  it("of what is gone or not known are in no sum", () => {
    const text = exported([
      {
        name: "gone",
        args: { instanceId: "i-bp1a", state: "released" },
        recorded: { status: "released", releasedBy: "declaration" },
      },
      { name: "secret", args: { instanceId: "i-bp1b", state: "[secret]" } },
      { name: "db", args: { instanceId: "i-bp1c", state: "running" } },
    ]);
    const report = stateReport(text);
    expect(report.totals).toMatchObject({ counted: 1, alwaysOnHours: 168, savedHours: 0 });
    expect(one(report, "gone").release).toBeUndefined();
    expect(savingLines(report).join("\n")).toMatch(/Not counted.*: gone, secret\./);
  });
});

describe("the reported time", () => {
  it("is in the zone of most schedules, whose instances come first", () => {
    const schedule = (zone: string) => ({ ...officeHours, zone });
    const text = exported(
      [
        ["a", "Asia/Shanghai"],
        ["b", "Europe/Berlin"],
        ["c", "Europe/Berlin"],
      ].map(([name = "", zone = ""]) => ({
        name,
        args: { instanceId: `i-${name}`, state: "running", schedule: schedule(zone) },
      })),
    );
    const report = stateReport(text, { days: 1 });
    expect(report.zone).toBe("Europe/Berlin");
    expect(report.instances.map(({ name }) => name)).toEqual(["b", "c", "a"]);
    expect(spanTexts(one(report, "b"))).toEqual([
      "stopped 2026-11-22T23:00Z..2026-11-23T07:00Z",
      "running 2026-11-23T07:00Z..2026-11-23T19:00Z",
      "stopped 2026-11-23T19:00Z..2026-11-23T23:00Z",
    ]);
  });

  it("holds a moment in a zone of its own", () => {
    const report = stateReport(sample, { from: "2026-11-23T09:00:30+09:00", days: 2 });
    expect([report.fromMs, report.toMs]).toEqual(["2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"].map(Date.parse));
  });
});

describe("money", () => {
  const instances = {
    "i-bp1web": "ecs.g7.large",
    "i-bp1api": "ecs.g7.large",
    "i-bp1batch": "ecs.g7.large",
    "i-bp1db": "ecs.huge",
  };
  const report = stateReport(sample, {
    prices: pricesOf({ currency: "CNY", assumptions: ["list price"], perHour, instances }),
  });
  const saved = (name: string) => one(report, name).money;

  it("is saved by economical mode and by releases, and not by KeepCharging", () => {
    expect(saved("web")).toEqual({ type: "ecs.g7.large", alwaysOn: 84, saved: 108 * (0.5 - 0.1) });
    expect(saved("api")).toEqual({ type: "ecs.g7.large", alwaysOn: 84, saved: 0 });
    expect(saved("batch")).toEqual({ type: "ecs.g7.large", alwaysOn: 84, saved: 78 * 0.5 });
  });

  it("is never guessed", () => {
    expect(saved("db")).toEqual({ noPrice: "no price for ecs.huge" });
    expect(saved("archive")).toEqual({ noPrice: 'no price: type not under "instances"' });
    expect(report.money).toMatchObject({ currency: "CNY", priced: 3, alwaysOn: 252 });
    expect(report.money?.saved).toBeCloseTo(82.2, 10);
    const words = savingLines(report).join("\n");
    expect(words).toMatch(/82\.20 CNY saved of 252\.00 CNY/);
    expect(words).toMatch(/Assumptions: list price; /);
    expect(words).toMatch(/Not in the sum: db \(no price for ecs\.huge\)/);
    expect(savingLines(stateReport(sample)).join("\n")).toMatch(/Hours only/);
  });

  it("takes a region's price before the type's alone", () => {
    const prices = pricesOf({
      currency: "CNY",
      perHour: { ...perHour, "cn-hangzhou/ecs.g7.large": { running: 1, stopped: 0 } },
      instances,
    });
    expect(one(stateReport(sample, { prices }), "web").money).toMatchObject({ alwaysOn: 168, saved: 108 });
  });

  it("needs a price for stopped hours, and is not saved by a subscription", () => {
    const prices = pricesOf({ currency: "CNY", perHour: { t: { running: 1 } }, instances: { "i-bp1web": "t" } });
    const of = (recorded: object) =>
      one(
        stateReport(
          exported([
            { ...sampleFleet()[0], name: "web", args: sampleFleet()[0]?.args ?? {}, recorded: { ...recorded } },
          ]),
          { prices },
        ),
        "web",
      ).money;
    expect(of({})).toEqual({ noPrice: "no price for t while stopped" });
    expect(of({ chargeType: "PrePaid" })).toEqual({ noPrice: "a subscription is paid whether it runs or not" });
  });

  it("takes no price from what every object has", () => {
    const prices = pricesOf({ currency: "CNY", perHour, instances: { "i-bp1web": "constructor" } });
    expect(one(stateReport(sample, { prices }), "web").money).toEqual({ noPrice: "no price for constructor" });
  });

  it.each([
    ["no currency", { perHour }, /currency: is required/],
    [
      "a price that is a text",
      { currency: "CNY", perHour: { t: { running: "1" } } },
      /perHour\.t\.running: must be a number/,
    ],
    [
      "a negative one",
      { currency: "CNY", perHour: { t: { running: -1 } } },
      /perHour\.t\.running: must be a number of at least 0/,
    ],
    [
      "a misspelt key",
      { currency: "CNY", perHour: { t: { runing: 1, running: 1 } } },
      /perHour\.t\.runing: is not known/,
    ],
    ["types that are no texts", { currency: "CNY", perHour, instances: { i: 1 } }, /instances\.i: must be a text/],
    ["no object", [], /not a JSON object/],
  ])("refuses a file with %s", (_, value, wanted) => {
    const reading = () => readPrices(JSON.stringify(value), "prices.json");
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(wanted);
  });
});

describe("--fail-on", () => {
  const drifted = exported([
    {
      name: "db",
      args: { instanceId: "i-bp1db", state: "running", drift: "report" },
      recorded: {
        observedDrift: { declared: { state: "running" }, observed: { state: "stopped", autoReleaseAt: "never" } },
      },
    },
  ]);
  it("names recorded drift, and nothing that was not asked for", () => {
    expect(alarmLines(stateReport(drifted), ["drift"])).toEqual([
      'drift: i-bp1db: state is stopped, declared is running; nothing is changed, because drift is declared "report"',
    ]);
    expect(alarmLines(stateReport(drifted), ["release"])).toEqual([]);
    expect(alarmLines(stateReport(drifted), [])).toEqual([]);
  });

  it("names releases of a state that come within the reported time", () => {
    expect(alarmLines(stateReport(sample), ["release"])).toHaveLength(2);
    expect(alarmLines(stateReport(sample, { days: 1 }), ["release", "drift"])).toEqual([]);
  });

  it("names of a preview what the update does for ever, and not what was set long ago", () => {
    const batch = sampleFleet().find(({ name }) => name === "batch");
    if (batch === undefined) throw new Error("no batch");
    const same = previewed([{ op: "same", name: "batch", before: batch, after: batch }]);
    expect(alarmLines(previewReport(same), ["release"])).toEqual([]);
    const set = previewed(
      [{ op: "create", name: "batch", after: batch }],
      [
        {
          name: "batch",
          message:
            "i-bp1batch: release time none -> 2026-11-26T10:00:00Z\n  1. ModifyInstanceAutoReleaseTime (release at 2026-11-26T10:00:00Z, CAN'T BE UNDONE once that time has come): because",
        },
      ],
    );
    expect(alarmLines(previewReport(set), ["release"]).join()).toMatch(
      /^release: batch \(i-bp1batch\): Thu 2026-11-26 /,
    );
  });
});
