import { describe, expect, it } from "vitest";
import { declarationChanged, diff } from "../../provider/core/diff";
import type { Observed, Recorded } from "../../provider/core/model";
import { normalize } from "../../provider/core/normalize";
import { plan } from "../../provider/core/plan";
import { absent, instanceId, minutesFromNow, nowMs, present, recorded, regionId } from "../support/builders";

type Args = Record<string, unknown>;
const base: Args = { instanceId, regionId };

/** The difference between what was declared then and now, with what is there; the plan is the real one. */
function difference(then: Args, today: Args, observed: Observed, more: Partial<Recorded> = {}) {
  const before = recorded({ ...more, declared: { ...base, ...then } });
  const { desired, failures } = normalize({ ...base, ...today });
  if (desired === undefined) throw new Error(failures.join());
  return diff(desired, before, observed, plan(desired, observed, before, nowMs), nowMs);
}

describe("changes is always said, and true whenever something is replaced", () => {
  it.each([
    { reason: "another instance", today: { instanceId: "i-other" }, replaces: ["instanceId"] },
    { reason: "another region", today: { regionId: "cn-beijing" }, replaces: ["regionId"] },
    { reason: "both", today: { instanceId: "i-other", regionId: "cn-beijing" }, replaces: ["instanceId", "regionId"] },
  ])("$reason", ({ today, replaces }) => {
    for (const observed of [present(), absent])
      expect(difference({}, today, observed)).toEqual({ changes: true, replaces });
  });

  it("a release time of ours that was to go is looked for once more, though one look does not show it", () => {
    const { desired } = normalize(base);
    if (desired === undefined) throw new Error("it can't be read");
    const withdrawn = { ...desired, releaseTime: { kind: "withdrawn" } as const };
    const before = (own?: string) => recorded({ declared: base, ownReleaseTime: own });
    const changes = (own?: string) =>
      diff(withdrawn, before(own), present(), plan(withdrawn, present(), before(own), nowMs), nowMs).changes;
    expect([changes(minutesFromNow(600)), changes()]).toEqual([true, false]);
  });

  it("nothing to do is an explicit no", () => {
    for (const args of [{}, { state: "running" }])
      expect(difference(args, args, present())).toEqual({ changes: false, replaces: [] });
  });
});

describe("a declaration that means the same is no change", () => {
  it.each([
    [
      "the same minute in another offset",
      { autoReleaseAt: "2026-12-24T18:00:00+08:00" },
      { autoReleaseAt: "2026-12-24T10:00:00Z" },
    ],
    [
      "other seconds of the same minute",
      { autoReleaseAt: "2026-12-24T10:00:00Z" },
      { autoReleaseAt: "2026-12-24T10:00:59Z" },
    ],
    [
      "a schedule that the engine gives back in another order is no change",
      { state: "running", schedule: { zone: "Asia/Shanghai", running: [{ from: "08:00", to: "20:00", days: "mon" }] } },
      { state: "running", schedule: { running: [{ days: "mon", from: "08:00", to: "20:00" }], zone: "Asia/Shanghai" } },
    ],
    ["the same budget in other words", { timeouts: { start: "90m" } }, { timeouts: { start: "PT1H30M" } }],
    [
      "a default that is written",
      {},
      { stop: { mode: "KeepCharging", force: false }, onDelete: "retain", release: {} },
    ],
    [
      "a later default that is written",
      {},
      {
        stop: { hibernate: false, applyModeNow: false },
        release: { snapshot: false, deletionProtection: "respect", ownedHere: false },
        drift: "correct",
        timeouts: { snapshot: "120m" },
      },
    ],
    ["a snapshot in other words", { release: { snapshot: true } }, { release: { snapshot: { tags: {} } } }],
    ["the same patience in other words", { stop: { forceAfter: "5m" } }, { stop: { forceAfter: "PT300S" } }],
    ["tags in another order", { expect: { tags: { a: "1", b: "2" } } }, { expect: { tags: { b: "2", a: "1" } } }],
  ])("%s", (_reason, then, today) => {
    const observed = present({ releaseTime: "2026-12-24T10:00:00Z" });
    expect(difference(then, today, "autoReleaseAt" in then ? observed : present()).changes).toBe(false);
  });
});

describe("every changed argument is a change, because read and delete know the outputs only", () => {
  it.each([
    ["state", {}, { state: "running" }],
    ["state taken out", { state: "running" }, {}],
    ["autoReleaseAt", {}, { autoReleaseAt: "never" }],
    ["autoReleaseAt, another minute", { autoReleaseAt: minutesFromNow(60) }, { autoReleaseAt: minutesFromNow(61) }],
    ["autoReleaseAt taken out", { autoReleaseAt: minutesFromNow(60) }, {}],
    ["stop.mode", {}, { stop: { mode: "StopCharging" } }],
    ["stop.force", {}, { stop: { force: true } }],
    ["release.force", {}, { release: { force: true } }],
    ["expect", {}, { expect: { instanceName: "worker" } }],
    ["expect.tags", { expect: { tags: { a: "1" } } }, { expect: { tags: { a: "2" } } }],
    ["onDelete", {}, { onDelete: "stop" }],
    ["timeouts", {}, { timeouts: { stop: "20m" } }],
    ["timeouts.snapshot", {}, { timeouts: { snapshot: "3h" } }],
    ["autoReleaseAfter", {}, { autoReleaseAfter: "8h" }],
    ["autoReleaseAfter, another", { autoReleaseAfter: "8h" }, { autoReleaseAfter: "9h" }],
    ["autoReleaseAfter taken out", { autoReleaseAfter: "8h" }, {}],
    ["renew", { autoReleaseAfter: "8h" }, { autoReleaseAfter: "8h", renew: "1" }],
    ["renew, another", { autoReleaseAfter: "8h", renew: "1" }, { autoReleaseAfter: "8h", renew: "2" }],
    ["renew taken out", { autoReleaseAfter: "8h", renew: "1" }, { autoReleaseAfter: "8h" }],
    ["autoReleaseAfter to autoReleaseAt", { autoReleaseAfter: "8h" }, { autoReleaseAt: minutesFromNow(480) }],
    ["stop.forceAfter", {}, { stop: { forceAfter: "5m" } }],
    ["stop.hibernate", {}, { stop: { hibernate: true } }],
    ["stop.applyModeNow", {}, { stop: { applyModeNow: true } }],
    ["release.snapshot", {}, { release: { snapshot: true } }],
    [
      "release.snapshot.retentionDays",
      { release: { snapshot: true } },
      { release: { snapshot: { retentionDays: 7 } } },
    ],
    ["release.snapshot.tags", { release: { snapshot: true } }, { release: { snapshot: { tags: { a: "1" } } } }],
    ["release.deletionProtection", {}, { release: { deletionProtection: "lift" } }],
    ["release.ownedHere", {}, { release: { ownedHere: true } }],
    ["drift", {}, { drift: "report" }],
  ])("%s", (_reason, then, today) => {
    expect(difference(then, today, present())).toEqual({ changes: true, replaces: [] });
  });

  it("a withdrawal that is still to be done is no new declaration", () => {
    const { desired } = normalize(base);
    if (desired === undefined) throw new Error("base is a declaration");
    expect(declarationChanged({ ...desired, releaseTime: { kind: "withdrawn" } }, recorded())).toBe(false);
  });

  it("a recorded declaration that can no longer be read is a change", () => {
    expect(difference({ state: "hibernated" }, { state: "running" }, present()).changes).toBe(true);
  });
});

describe("drift is a change", () => {
  it.each([
    ["stopped by others", { state: "running" }, { status: "stopped" }],
    ["started by others", { state: "stopped" }, { status: "running" }],
    ["on its way", { state: "running" }, { status: "starting" }],
    ["a refusal has to be said", { state: "running" }, { status: "Quarantined" }],
    ["a release time that others moved", { autoReleaseAt: minutesFromNow(60) }, { releaseTime: minutesFromNow(90) }],
    ["a release time that others took away", { autoReleaseAt: minutesFromNow(60) }, {}],
    ["a release time that others set, never declared", { autoReleaseAt: "never" }, { releaseTime: minutesFromNow(90) }],
    ["declared released, still there", { state: "released" }, { status: "stopped" }],
  ])("%s", (_reason, args, seen) => {
    expect(difference(args, args, present(seen)).changes).toBe(true);
  });

  it.each([
    ["a name", { instanceName: "other" }],
    ["release protection", { deletionProtection: true }],
    ["a release time that is not managed", { releaseTime: minutesFromNow(90) }],
    ["a power state that is not managed", { status: "stopped" }],
    ["a lock", { locks: ["security"] }],
  ])("%s is none", (_reason, seen) => {
    expect(difference({}, {}, present(seen)).changes).toBe(false);
  });

  it.each([[{}], [{ state: "running" }]])("found again, recorded as gone: that has to be corrected, %j", (args) => {
    for (const releasedBy of ["unknown", "timer", "declaration"] as const)
      expect(difference(args, args, present(), { releasedBy }).changes).toBe(true);
  });

  it("a passed time that never fired is a warning, not a change for ever", () => {
    const args = { autoReleaseAt: minutesFromNow(-60) };
    const before = { declaredReleaseTime: minutesFromNow(-60) };
    expect(difference(args, args, present(), before).changes).toBe(false);
  });

  it("a passed time with another one in force is a change, until somebody declares which", () => {
    const passed = minutesFromNow(-60);
    const seen = present({ releaseTime: minutesFromNow(60) });
    const at = { autoReleaseAt: passed };
    expect(difference(at, at, seen, { declaredReleaseTime: passed }).changes).toBe(true);
    const after = { autoReleaseAfter: "8h" };
    const fixed = { declaredReleaseTime: passed, fixedReleaseTime: passed };
    expect(difference(after, after, seen, fixed).changes).toBe(true);
    expect(difference(after, after, present(), fixed).changes).toBe(false);
  });
});

describe("gone", () => {
  it.each([
    "declaration",
    "timer",
    "unknown",
  ] as const)("declared released, recorded as %s: no diff, for ever", (releasedBy) => {
    for (const observed of [absent, present()])
      expect(difference({ state: "released" }, { state: "released" }, observed, { releasedBy })).toEqual({
        changes: false,
        replaces: [],
      });
  });

  it.each([
    "running",
    "stopped",
    undefined,
  ] as const)("after a declared time that has passed, declared %s: no diff", (state) => {
    const args = { state, autoReleaseAt: minutesFromNow(-60) };
    expect(difference(args, args, absent, { declaredReleaseTime: minutesFromNow(-60) }).changes).toBe(false);
    expect(
      difference(args, args, absent, { declaredReleaseTime: minutesFromNow(-60), releasedBy: "timer" }).changes,
    ).toBe(false);
  });

  it.each(["running", "stopped"])("otherwise, declared %s: the refusal has to be said", (state) => {
    expect(difference({ state }, { state }, absent).changes).toBe(true);
    expect(difference({ state }, { state }, absent, { releasedBy: "unknown" }).changes).toBe(true);
  });

  it("nothing managed: worth one update, and then none", () => {
    expect(difference({}, {}, absent).changes).toBe(true);
    expect(difference({}, {}, absent, { releasedBy: "unknown" }).changes).toBe(false);
  });
});
