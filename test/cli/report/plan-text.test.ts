import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isIrrevocable, plannedReleaseTime, readPlanText, releasesNow } from "../../../cli/report/plan-text";
import { reversible } from "../../../cli/report/reversible";
import { describePlan, describeStep } from "../../../provider/core/describe";
import { callName, isWrite } from "../../../provider/core/steps";
import { plan } from "../../../provider/core/plan";
import { desired, minutesFromNow, nowMs, present, recorded } from "../../support/builders";

const wishes = [
  { state: "running" },
  { state: "stopped" },
  { state: "stopped", stop: { mode: "StopCharging", forceAfterMs: 300_000 } },
  { state: "released", expect: { instanceName: "worker" } },
  { releaseTime: { kind: "at", at: minutesFromNow(600) } },
  { releaseTime: { kind: "never" } },
  { state: "stopped", releaseTime: { kind: "at", at: minutesFromNow(90) } },
] as const;

describe("readPlanText", () => {
  it("finds in the provider's words every step of its plan, in order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...wishes),
        fc.constantFrom("running", "stopped"),
        fc.constantFrom(undefined, minutesFromNow(60), minutesFromNow(6_000)),
        fc.constantFrom("worker", "", "a): b", "x (y)", "1. StopInstance: z"),
        (wish, status, releaseTime, instanceName) => {
          const want = desired(wish);
          const observed = present({ status, releaseTime, instanceName });
          const made = plan(want, observed, recorded(), nowMs);
          const text = describePlan(want, observed, made);
          if (text === undefined || made.refusals.length > 0) return;
          const read = readPlanText(`${text}\n  schedule: stopped from now on, because so\n`);
          expect(read?.steps.map(({ call }) => call)).toEqual(
            made.steps.map((step) => (isWrite(step) ? callName(step) : undefined)),
          );
          expect(read?.steps.map((step) => step.text)).toEqual(made.steps.map(describeStep));
          expect(read?.instanceId).toBe(observed.instanceId);
          expect(read?.instanceName).toBe(instanceName === "" ? undefined : instanceName);
          expect(read?.change).toMatch(/^(running|stopped|release time)[ ,]/);
          expect(releasesNow(read)).toBe(made.steps.some(({ kind }) => kind === "release"));
          const set = made.steps.findLast((step) => step.kind === "setReleaseTime");
          const isCancelled = made.steps.some(({ kind }) => kind === "cancelReleaseTime");
          expect(plannedReleaseTime(read)).toBe(set?.at ?? (isCancelled ? "none" : undefined));
          expect(read?.details).toContain("schedule: stopped from now on, because so");
        },
      ),
    );
  });

  it("says what is done and what is refused beside it", () => {
    const text =
      "i-bp1a (a): running -> stopped, release time 2026-12-01T00:00:00Z -> none\n" +
      "  1. ModifyInstanceAutoReleaseTime (cancel): autoReleaseAt is declared never\n" +
      "  then refused: expect.instanceName: is b";
    const read = readPlanText(text);
    expect(read?.refused).toEqual(["expect.instanceName: is b"]);
    expect(plannedReleaseTime(read)).toBe("none");
  });

  it.each([
    "i-bp1a is gone",
    "not known yet: instanceId; what is done is decided when it is",
    'drift: i-bp1a: state is stopped, declared is running; nothing is changed, because drift is declared "report"',
    "  1. StopInstance: without a head",
    "",
  ])("takes %j for no plan", (text) => {
    expect(readPlanText(text)).toBeUndefined();
  });

  it("leaves no control characters in what it quotes", () => {
    const read = readPlanText("i-bp1a (a\u001b[31mb): running -> stopped\n  1. StopInstance (KeepCharging): x\u202e y");
    expect(JSON.stringify(read)).not.toMatch(/\\u001b|\u202e/);
    expect(read?.instanceName).toBe("a\ufffd[31mb");
  });
});

describe("reversible", () => {
  const step = (text: string) => ({ call: text.split(/[ :]/)[0], text });
  it.each([
    [
      "a release, whatever stands before it",
      ["StopInstance (KeepCharging): a", "DeleteInstance (CAN'T BE UNDONE): b"],
      "no, destroys data",
    ],
    [
      "a new release time",
      ["ModifyInstanceAutoReleaseTime (release at 2026-12-01T00:00:00Z, CAN'T BE UNDONE once that time has come): a"],
      "until the release time has come, then no",
    ],
    ["a later one", ["ModifyInstanceAutoReleaseTime (release at 2026-12-01T00:00:00Z, later than now set): a"], "yes"],
    [
      "economical mode",
      ["StopInstance (StopCharging): a"],
      "mostly: the public address may change, a start may find no stock",
    ],
    ["a start", ["StartInstance: a"], "yes"],
    ["nothing", [], "nothing to undo"],
  ])("of %s", (_, texts, wanted) => {
    expect(reversible(texts.map(step))).toBe(wanted);
  });

  it("and what the provider says of itself are the same for releases", () => {
    expect(isIrrevocable(step("DeleteInstance (by force, CAN'T BE UNDONE): a"))).toBe(true);
    expect(isIrrevocable(step("StopInstance (KeepCharging): a"))).toBe(false);
  });
});
