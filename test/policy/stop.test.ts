import { describe, expect, it } from "vitest";
import { stopKeepsCharging } from "../../policy/rules/stop-keeps-charging";
import { hostile } from "./hostile";

const schedule = { zone: "Asia/Shanghai", running: [{ from: "08:00", to: "20:00" }] };

describe("stopped-is-not-charged", () => {
  it.each([
    ["stopped without a mode", { state: "stopped" }],
    ["stopped as by default", { state: "stopped", stop: { mode: "KeepCharging" } }],
    ["a schedule, also while it runs", { state: "running", schedule }],
  ])("advises: %s", (_, inputs) => {
    const violations = stopKeepsCharging(inputs);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(/^stop\.mode: not "StopCharging".*; declare it/);
  });

  it.each([
    ["StopCharging", { state: "stopped", stop: { mode: "StopCharging" } }],
    ["a schedule with it", { schedule, stop: { mode: "StopCharging" } }],
    ["a subscription, which refuses it", { state: "stopped", expect: { chargeType: "PrePaid" } }],
    ["running", { state: "running" }],
    ["released", { state: "released" }],
  ])("says nothing: %s", (_, inputs) => {
    expect(stopKeepsCharging(inputs)).toEqual([]);
  });

  it.each(hostile)("takes %o for no mode", (value) => {
    expect(stopKeepsCharging({ state: "stopped", stop: value })).toHaveLength(1);
    expect(stopKeepsCharging({ state: "stopped", stop: { mode: value } })).toHaveLength(1);
    expect(stopKeepsCharging({ state: value })).toEqual([]);
  });
});
