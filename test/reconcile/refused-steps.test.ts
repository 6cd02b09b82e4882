import { describe, expect, it } from "vitest";
import { describePlan } from "../../provider/core/describe";
import type { Present } from "../../provider/core/model";
import { plan } from "../../provider/core/plan";
import { desired, minutesFromNow, nowMs, present, recorded, type Wish } from "../support/builders";
import { run, scene, unfinished } from "../support/scene";

const [day, later] = [minutesFromNow(24 * 60), minutesFromNow(48 * 60)];
const postponed: Wish = { releaseTime: { kind: "at", at: later } };
const never: Wish = { releaseTime: { kind: "never" } };
const subscription = { chargeType: "PrePaid", releaseTime: day };

/** What is done, and therefore listed, beside a refusal. Each row: what is refused, and which calls go on. */
const rows: readonly (readonly [string, Wish, Partial<Present>, RegExp, readonly string[]])[] = [
  ["a subscription's time that is postponed", postponed, subscription, /subscription/, []],
  ["the same, before a stop", { ...postponed, state: "stopped" }, subscription, /subscription/, []],
  [
    "a postponement that ECS would not take",
    { releaseTime: { kind: "at", at: minutesFromNow(29) } },
    { releaseTime: minutesFromNow(20) },
    /30 minutes/,
    [],
  ],
  [
    "a subscription's stop with StopCharging, with a time that is cancelled",
    { ...never, state: "stopped", stop: { mode: "StopCharging" } },
    subscription,
    /stop\.mode/,
    ["cancelReleaseTime"],
  ],
  [
    "a stop under a lock, with a time that is postponed",
    { ...postponed, state: "stopped" },
    { releaseTime: day, locks: ["security"] },
    /security/,
    ["setReleaseTime"],
  ],
  [
    "a stop of another machine than expected, with a time that is cancelled",
    { ...never, state: "stopped", expect: { instanceName: "other" } },
    { releaseTime: day },
    /expect\.instanceName/,
    ["cancelReleaseTime"],
  ],
];

describe("a step that is refused is neither listed nor sent", () => {
  it.each(rows)("%s", async (_reason, wish, found, refusal, sent) => {
    const on = scene(present(found));
    expect((await unfinished(run(on, wish))).message).toMatch(refusal);
    expect(on.ecs.writes()).toEqual(sent);
    const [wanted, observed] = [desired(wish), present(found)];
    const text = describePlan(wanted, observed, plan(wanted, observed, recorded(), nowMs)) ?? "";
    expect(text.match(/^ {2}\d+\. \w+/gm) ?? []).toEqual(sent.map(() => "  1. ModifyInstanceAutoReleaseTime"));
  });
});
