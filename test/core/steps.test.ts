import { describe, expect, it } from "vitest";
import type { Observed, Write } from "../../provider/core/model";
import { budgetOf, describeTarget, judgeUntil, judgeWrite } from "../../provider/core/steps";
import { describeSeen } from "../../provider/reconcile/instance-watch";
import { absent, minutesFromNow, present } from "../support/builders";

const because = "";
const at = minutesFromNow(60);
const start: Write = { kind: "start", because };
const stop: Write = {
  kind: "stop",
  mode: "KeepCharging",
  force: false,
  forceAfterMs: undefined,
  hibernate: false,
  because,
};
const snapshot: Write = { kind: "snapshot", diskId: "d-1", because };
const release: Write = { kind: "release", force: false, because };
const setReleaseTime: Write = { kind: "setReleaseTime", at, postpones: false, because };
const cancelReleaseTime: Write = { kind: "cancelReleaseTime", because };
const liftProtection: Write = { kind: "liftProtection", because };

const statuses = ["pending", "starting", "running", "stopping", "stopped", "somethingNew"];

/** The verdict for each status, and for what is not listed. */
function verdicts(judge: (seen: Observed) => string) {
  const each = statuses.map((status) => [status, judge(present({ status }))] as const);
  return Object.fromEntries([...each, ["absent", judge(absent)]]);
}

/** All of them but these. */
function but(rest: string, some: Readonly<Record<string, string>>) {
  return { ...Object.fromEntries([...statuses, "absent"].map((status) => [status, rest])), ...some };
}

describe("a write shows", () => {
  it("as a status: what is neither that nor on its way there ends the wait", () => {
    expect(verdicts((seen) => judgeWrite(start, seen))).toEqual(
      but("unexpected", { running: "reached", stopped: "pending", starting: "pending", pending: "pending" }),
    );
    expect(verdicts((seen) => judgeWrite(stop, seen))).toEqual(
      but("unexpected", { stopped: "reached", running: "pending", stopping: "pending" }),
    );
  });

  it("as an absence, and nothing else ends the wait for that", () => {
    expect(verdicts((seen) => judgeWrite(release, seen))).toEqual(but("pending", { absent: "reached" }));
  });

  it.each([
    [setReleaseTime, { releaseTime: at }, { releaseTime: minutesFromNow(61) }],
    [cancelReleaseTime, { releaseTime: undefined }, { releaseTime: at }],
    [liftProtection, { deletionProtection: false }, { deletionProtection: true }],
  ] as const)("as a setting: %o", (step, after, before) => {
    expect(judgeWrite(step, present(after))).toBe("reached");
    expect(judgeWrite(step, present(before))).toBe("pending");
    expect(judgeWrite(step, absent)).toBe("unexpected");
  });
});

it("what is only waited for must be on its way by itself", () => {
  expect(verdicts((seen) => judgeUntil("running", seen))).toEqual(
    but("unexpected", { running: "reached", starting: "pending", pending: "pending" }),
  );
  expect(verdicts((seen) => judgeUntil("stopped", seen))).toEqual(
    but("unexpected", { stopped: "reached", stopping: "pending" }),
  );
  expect(verdicts((seen) => judgeUntil("gone", seen))).toEqual(but("pending", { absent: "reached" }));
});

it.each([
  [start, "running", "running"],
  [stop, "stopped", "stopped"],
  [snapshot, "snapshots", "saved (d-1)"],
  [release, "gone", "gone"],
  [setReleaseTime, "atOnce", `released at ${at}`],
  [cancelReleaseTime, "atOnce", "without release time"],
  [liftProtection, "atOnce", "without release protection"],
])("%o has the budget %s and is waited for to be %s", (step, budget, target) => {
  expect(budgetOf(step)).toBe(budget);
  expect(describeTarget(step)).toBe(target);
});

it("what is seen is said by its status", () => {
  expect(describeSeen(absent)).toBe("not listed");
  expect(describeSeen(present({ status: "stopping" }))).toBe("stopping");
});
