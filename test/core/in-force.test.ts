import { describe, expect, it } from "vitest";
import { type ScheduledNow, inForce } from "../../provider/core/in-force";
import type { Recorded } from "../../provider/core/model";
import { normalize } from "../../provider/core/normalize";
import { toRecorded } from "../../provider/core/outputs";
import { outputs } from "../support/recorded-outputs";
import { instanceId, regionId } from "../support/builders";

const evening = "2026-12-07T12:00:00Z";
const eveningBefore = "2026-12-06T12:00:00Z";
const office = { zone: "Asia/Shanghai", running: [{ from: "08:00", to: "20:00" }] };

function of(different: object, recorded: Recorded | undefined, scheduled: ScheduledNow | undefined) {
  const { desired } = normalize({ instanceId, regionId, schedule: office, state: "stopped", ...different });
  if (desired === undefined) throw new Error("not readable");
  const { desired: wanted, isDue } = inForce(desired, recorded, scheduled);
  return [wanted.state, isDue];
}

const applied = (scheduleAppliedAt: string | null) => toRecorded(outputs({ scheduleAppliedAt }));
const now = { state: "stopped", since: evening } as const;

describe("a state that is declared until the next boundary", () => {
  it("is in force in every run, and due in none where drift is corrected", () => {
    for (const at of [evening, eveningBefore, null]) expect(of({}, applied(at), now)).toEqual(["stopped", false]);
  });

  it.each([
    [eveningBefore, true],
    [evening, false],
    // A state of a version that recorded no moments: what is declared decides, as before.
    [null, false],
  ])('with drift "report", applied last at %s: due is %s', (at, isDue) => {
    expect(of({ drift: "report" }, applied(at), now)).toEqual(["stopped", isDue]);
  });
});

describe("a state that is applied once", () => {
  const apply = { schedule: { ...office, apply: "stops" } };
  const once = { ...now, once: true };

  it.each([
    [eveningBefore, "stopped", true],
    [null, "stopped", true],
    [evening, undefined, false],
    // The schedule was changed, and its boundary lies earlier now.
    ["2026-12-07T13:00:00Z", undefined, false],
  ])("applied last at %s: %s, due is %s", (at, state, isDue) => {
    for (const drift of ["correct", "report"]) {
      expect(of({ ...apply, drift }, applied(at), once)).toEqual([state, isDue]);
    }
  });

  it("is in force for what is new", () => {
    expect(of(apply, undefined, once)).toEqual(["stopped", false]);
  });

  it("is no reason for a difference where the program says nothing, as in a refresh", () => {
    expect(of(apply, applied(evening), undefined)).toEqual([undefined, false]);
  });

  it("a release stays one, once and for ever", () => {
    expect(of({ ...apply, state: "released" }, applied(evening), undefined)).toEqual(["released", false]);
  });

  it("a state that is not the schedule's is left as it is", () => {
    expect(of({ ...apply, state: "running" }, applied(evening), once)).toEqual(["running", false]);
  });
});
