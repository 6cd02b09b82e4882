import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countFrom, pinReleaseTime, releaseTimeArgument } from "../../provider/core/fixed-release-time";
import type { Desired, Plan, Recorded } from "../../provider/core/model";
import { plan } from "../../provider/core/plan";
import { releaseWindow } from "../../provider/core/release-time";
import { absent, desired, instanceId, minutesFromNow, nowMs, present, recorded, regionId } from "../support/builders";
import { spell } from "../support/spell";

const eightHoursMs = 8 * 3_600_000;
const eight = minutesFromNow(8 * 60);
const fixed = minutesFromNow(5 * 60);

function wish(afterMs = eightHoursMs, renew?: string, different: Parameters<typeof desired>[0] = {}): Desired {
  return desired({ releaseTime: { kind: "after", afterMs, renew }, ...different });
}

/** An earlier run has fixed a time to live of eight hours, three hours ago. */
function before(declared: Record<string, unknown> = {}, different: Partial<Recorded> = {}): Recorded {
  return recorded({
    declared: { instanceId, regionId, autoReleaseAfter: "8h", ...declared },
    declaredReleaseTime: fixed,
    fixedReleaseTime: fixed,
    ...different,
  });
}

function timeOf({ steps }: Plan): string | undefined {
  return steps.flatMap((step) => (step.kind === "setReleaseTime" ? [step.at] : []))[0];
}

describe("on adoption", () => {
  it.each([
    { reason: "none is set: counted from now", inForce: undefined, steps: "time", at: eight, said: false },
    { reason: "an earlier one is kept and said", inForce: fixed, steps: "", at: undefined, said: true },
    { reason: "the very same", inForce: eight, steps: "", at: undefined, said: false },
    { reason: "a later one is made earlier", inForce: minutesFromNow(9 * 60), steps: "time", at: eight, said: false },
    { reason: "an earlier one, about to come", inForce: minutesFromNow(1), steps: "", at: undefined, said: true },
  ])("$reason", ({ inForce, steps, at, said }) => {
    const result = plan(wish(), present({ releaseTime: inForce }), undefined, nowMs);
    expect(spell(result.steps)).toBe(steps);
    expect(timeOf(result)).toBe(at);
    expect(result.refusals).toEqual([]);
    expect(result.warnings).toEqual(said ? [expect.stringMatching(new RegExp(`^autoReleaseAfter: .*${inForce}`))] : []);
  });
});

describe("once it is fixed", () => {
  const rows: readonly {
    readonly reason: string;
    readonly wish: Desired;
    readonly before: Recorded;
    readonly inForce: string | undefined;
    readonly steps: string;
    readonly at?: string;
    readonly warns?: true;
  }[] = [
    { reason: "as it was fixed", wish: wish(), before: before(), inForce: fixed, steps: "" },
    {
      reason: "the same duration in other words",
      wish: wish(),
      before: before({ autoReleaseAfter: "PT480M" }),
      inForce: fixed,
      steps: "",
    },
    {
      reason: "the same renew",
      wish: wish(eightHoursMs, "1"),
      before: before({ renew: "1" }),
      inForce: fixed,
      steps: "",
    },
    {
      reason: "another duration counts again, later",
      wish: wish(2 * eightHoursMs),
      before: before(),
      inForce: fixed,
      steps: "postpone",
      at: minutesFromNow(16 * 60),
    },
    {
      reason: "another duration counts again, earlier",
      wish: wish(3_600_000),
      before: before(),
      inForce: fixed,
      steps: "time",
      at: minutesFromNow(60),
    },
    {
      reason: "another renew counts again",
      wish: wish(eightHoursMs, "2"),
      before: before({ renew: "1" }),
      inForce: fixed,
      steps: "postpone",
      at: eight,
    },
    {
      reason: "a first renew counts again",
      wish: wish(eightHoursMs, "1"),
      before: before(),
      inForce: fixed,
      steps: "postpone",
      at: eight,
    },
    {
      reason: "renew taken out counts again",
      wish: wish(),
      before: before({ renew: "1" }),
      inForce: fixed,
      steps: "postpone",
      at: eight,
    },
    {
      reason: "cancelled by others: set again to what was fixed",
      wish: wish(),
      before: before(),
      inForce: undefined,
      steps: "time",
      at: fixed,
    },
    {
      reason: "made earlier by others: postponed to what was fixed",
      wish: wish(),
      before: before(),
      inForce: minutesFromNow(60),
      steps: "postpone",
      at: fixed,
    },
    {
      reason: "made later by others: made earlier again",
      wish: wish(),
      before: before(),
      inForce: minutesFromNow(9 * 60),
      steps: "time",
      at: fixed,
    },
    {
      reason: "passed, and still there",
      wish: wish(),
      before: before({}, { fixedReleaseTime: minutesFromNow(-10), declaredReleaseTime: minutesFromNow(-10) }),
      inForce: undefined,
      steps: "",
      warns: true,
    },
    {
      reason: "passed, and renewed",
      wish: wish(eightHoursMs, "again"),
      before: before({}, { fixedReleaseTime: minutesFromNow(-10), declaredReleaseTime: minutesFromNow(-10) }),
      inForce: undefined,
      steps: "time",
      at: eight,
    },
    {
      reason: "declared in place of a time: counted from now, an earlier one in force or not",
      wish: wish(),
      before: recorded({ declared: { instanceId, regionId, autoReleaseAt: fixed }, declaredReleaseTime: fixed }),
      inForce: fixed,
      steps: "postpone",
      at: eight,
    },
    {
      reason: "declared for the first time on an instance that is known",
      wish: wish(),
      before: recorded(),
      inForce: undefined,
      steps: "time",
      at: eight,
    },
  ];

  it.each(rows)("$reason: [$steps]", (row) => {
    const result = plan(row.wish, present({ releaseTime: row.inForce }), row.before, nowMs);
    expect(spell(result.steps)).toBe(row.steps);
    expect(timeOf(result)).toBe(row.at);
    expect(result.refusals).toEqual([]);
    expect(result.warnings).toEqual(row.warns === true ? [expect.stringMatching(/^autoReleaseAfter: /)] : []);
    const set = row.inForce === undefined ? "none is set" : `${row.inForce} is set`;
    for (const step of result.steps) expect(step.because).toBe(`autoReleaseAfter ends at ${row.at}, and ${set}`);
  });

  it("asked again later, it is still the same time", () => {
    for (const laterMs of [1, 60_000, 3_600_000, 4 * 3_600_000]) {
      const { desired: pinned } = pinReleaseTime(wish(), present({ releaseTime: fixed }), before(), nowMs + laterMs);
      expect(pinned.releaseTime).toEqual({ kind: "at", at: fixed, counted: true });
    }
  });

  it("taken out, it is cancelled", () => {
    const out = desired({ releaseTime: { kind: "withdrawn" } });
    expect(spell(plan(out, present({ releaseTime: fixed }), before(), nowMs).steps)).toBe("cancel");
  });

  it("gone after it has passed: no diff and no refusal, whatever state says", () => {
    const passed = before({}, { fixedReleaseTime: minutesFromNow(-1), declaredReleaseTime: minutesFromNow(-1) });
    for (const state of ["running", "stopped", undefined] as const)
      expect(plan(wish(eightHoursMs, undefined, { state }), absent, passed, nowMs)).toEqual({
        steps: [],
        refusals: [],
        impossible: [],
        warnings: [],
      });
    const tooEarly = plan(wish(eightHoursMs, undefined, { state: "running" }), absent, before(), nowMs);
    expect(tooEarly.refusals).toEqual([expect.stringMatching(/^state: .*gone/)]);
  });
});

describe("what is refused names the argument that was written", () => {
  it.each([
    ["subscription", { chargeType: "PrePaid" }, /subscription/],
    ["release protection", { deletionProtection: true }, /release protection/],
    ["an owner", { tags: { "ack.aliyun.com": "c1" } }, /ack\.aliyun\.com/],
    ["a security lock", { locks: ["security"] }, /security/],
  ])("%s", (_reason, seen, says) => {
    const { refusals } = plan(wish(), present(seen), recorded(), nowMs);
    expect(refusals).toEqual([expect.stringMatching(new RegExp(`^autoReleaseAfter: .*${says.source}`))]);
  });
});

describe("the argument that a release time comes from", () => {
  it.each([
    ["a time that is written", { kind: "at", at: eight }, "autoReleaseAt"],
    ["the end of a time to live", { kind: "at", at: eight, counted: true }, "autoReleaseAfter"],
    ["a time to live", { kind: "after", afterMs: eightHoursMs, renew: undefined }, "autoReleaseAfter"],
    ["never", { kind: "never" }, "autoReleaseAt"],
    ["taken out", { kind: "withdrawn" }, "autoReleaseAt"],
  ] as const)("%s", (_reason, releaseTime, argument) => {
    expect(releaseTimeArgument(desired({ releaseTime }))).toBe(argument);
  });

  it("a pinned one is still of the time to live, also where it is refused", () => {
    const { desired: pinned } = pinReleaseTime(wish(), present(), undefined, nowMs);
    const { refusals } = plan(pinned, present({ chargeType: "PrePaid" }), undefined, nowMs);
    expect(refusals).toEqual([expect.stringMatching(/^autoReleaseAfter: /)]);
  });
});

describe("the end of a time to live", () => {
  it.each([
    ["2026-06-01T12:00:00.000Z", 31 * 60_000, "2026-06-01T12:31:00Z"],
    ["2026-06-01T12:00:00.001Z", 31 * 60_000, "2026-06-01T12:32:00Z"],
    ["2026-06-01T12:00:59.999Z", 31 * 60_000, "2026-06-01T12:32:00Z"],
    ["2026-06-01T12:00:30.000Z", 31 * 60_000 + 30_000, "2026-06-01T12:32:00Z"],
    ["2026-12-31T23:30:00.000Z", 31 * 60_000, "2027-01-01T00:01:00Z"],
  ])("%s and %d ms is %s", (now, afterMs, at) => {
    expect(countFrom(Date.parse(now), afterMs)).toBe(at);
  });

  it("never before what was declared, at most a minute after it, and always a time that ECS takes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2040-01-01") }),
        fc.integer({ min: 31 * 60_000, max: 1_094 * 86_400_000 }),
        (atMs, afterMs) => {
          const end = countFrom(atMs, afterMs);
          expect(end).toMatch(/:00Z$/);
          expect(Date.parse(end)).toBeGreaterThanOrEqual(atMs + afterMs);
          expect(Date.parse(end)).toBeLessThan(atMs + afterMs + 60_000);
          expect(releaseWindow(end, atMs)).toBe("open");
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("the longest time to live that may be declared is one that ECS takes at any moment", () => {
    // Three years without a leap day are 1095 days to the second.
    const noLeapDay = Date.parse("2028-03-01T00:00:30Z");
    expect(releaseWindow(countFrom(noLeapDay, 1_094 * 86_400_000), noLeapDay)).toBe("open");
  });

  it("never before the declared minute, whatever is recorded and found", () => {
    const minute = fc.integer({ min: -2_000, max: 5_000 }).map(minutesFromNow);
    fc.assert(
      fc.property(
        fc.integer({ min: 31, max: 4_000 }),
        fc.integer({ min: 0, max: 59_999 }),
        fc.option(minute, { nil: undefined }),
        fc.option(minute, { nil: undefined }),
        fc.boolean(),
        (minutes, offsetMs, inForce, fixedAt, same) => {
          const afterMs = minutes * 60_000;
          const past =
            fixedAt === undefined
              ? undefined
              : before({ autoReleaseAfter: same ? `${minutes}m` : "17h" }, { fixedReleaseTime: fixedAt });
          const seen = present({ releaseTime: inForce });
          const at = timeOf(plan(wish(afterMs), seen, past, nowMs + offsetMs));
          if (at === undefined) return;
          const kept = fixedAt !== undefined && (same || minutes === 17 * 60);
          if (kept) expect(at).toBe(fixedAt);
          else expect(Date.parse(at)).toBeGreaterThanOrEqual(nowMs + offsetMs + afterMs);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
