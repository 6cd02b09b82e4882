import { describe, expect, it } from "vitest";
import { describeDrift, driftOf } from "../../provider/core/drift";
import { plan } from "../../provider/core/plan";
import { absent, desired, instanceId, minutesFromNow, nowMs, present, recorded, type Wish } from "../support/builders";

const day = minutesFromNow(24 * 60);
const later = minutesFromNow(48 * 60);

function drift(wish: Wish, seen: Parameters<typeof present>[0]) {
  const [wanted, observed] = [desired(wish), present(seen)];
  return driftOf(wanted, observed, plan(wanted, observed, recorded(), nowMs));
}

describe("driftOf", () => {
  it.each([
    ["as declared", { state: "running" }, {}],
    ["on its way", { state: "running" }, { status: "starting" }],
    ["not managed", {}, { status: "stopped", releaseTime: day }],
    [
      "another mode, which takes effect at the next stop",
      { state: "stopped" },
      { status: "stopped", stoppedMode: "StopCharging" },
    ],
  ] as const)("%s is none", (_reason, wish, seen) => {
    expect(drift(wish, seen)).toBeUndefined();
  });

  it("gone is no drift: another text says so", () => {
    const wish = desired({ state: "running" });
    expect(driftOf(wish, absent, plan(wish, absent, recorded(), nowMs))).toBeUndefined();
  });

  it.each([
    [
      "state",
      { state: "running" },
      { status: "stopped" },
      { state: "running" },
      { state: "stopped", autoReleaseAt: "never" },
    ],
    [
      "release time",
      { releaseTime: { kind: "at", at: day } },
      { releaseTime: later },
      { autoReleaseAt: day },
      { state: "running", autoReleaseAt: later },
    ],
    [
      "another mode that was to be applied now",
      { state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } },
      { status: "stopped", stoppedMode: "KeepCharging" },
      { state: "stopped" },
      { state: "stopped", autoReleaseAt: "never" },
    ],
    [
      "never",
      { releaseTime: { kind: "never" } },
      { releaseTime: later },
      { autoReleaseAt: "never" },
      { state: "running", autoReleaseAt: later },
    ],
  ] as const)("%s: declared and observed in the words of the arguments", (_reason, wish, seen, declared, observed) => {
    expect(drift(wish, seen)).toEqual({ declared, observed });
  });

  it("the text names what differs, and only that", () => {
    const both = {
      declared: { state: "running", autoReleaseAt: day },
      observed: { state: "stopped", autoReleaseAt: day },
    };
    const text = describeDrift(instanceId, both);
    expect(text).toContain("state is stopped, declared is running");
    expect(text).not.toContain(day);
    expect(text).toMatch(/drift is declared "report"/);
  });

  it.each([
    [
      "both",
      { declared: { state: "running", autoReleaseAt: day }, observed: { state: "stopped", autoReleaseAt: "never" } },
      `state is stopped, declared is running; autoReleaseAt is never, declared is ${day}`,
    ],
    [
      "the release time alone",
      { declared: { autoReleaseAt: day }, observed: { state: "stopped", autoReleaseAt: later } },
      `autoReleaseAt is ${later}, declared is ${day}`,
    ],
    [
      "neither of the two",
      { declared: { state: "stopped" }, observed: { state: "stopped", autoReleaseAt: "never" } },
      "its stop mode differs",
    ],
  ])("what differs is %s", (_reason, found, says) => {
    expect(describeDrift(instanceId, found)).toBe(
      `drift: ${instanceId}: ${says}; nothing is changed, because drift is declared "report"`,
    );
  });
});
