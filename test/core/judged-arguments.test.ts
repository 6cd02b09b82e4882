import { describe, expect, it } from "vitest";
import { differing, digestsOf } from "../../provider/judged-arguments";

const args = {
  instanceId: "i-1",
  state: "stopped",
  stop: { mode: "StopCharging", force: false },
  schedule: { zone: "UTC", running: [{ from: "08:00" }, { from: "20:00" }] },
};

describe("what was judged and what arrives", () => {
  it.each([
    ["the same", args],
    ["keys in another order", { ...args, schedule: { running: args.schedule.running, zone: "UTC" } }],
    ["nothing where null or undefined was", { ...args, renew: undefined, drift: null }],
    ["null within an object", { ...args, stop: { ...args.stop, hibernate: null } }],
  ])("is the same: %s", (_, arrived) => {
    expect(differing(digestsOf(args), digestsOf(arrived))).toEqual([]);
  });

  it.each([
    ["another value", { ...args, state: "released" }, ["state"]],
    ["another type", { ...args, instanceId: 1 }, ["instanceId"]],
    ["one more", { ...args, autoReleaseAfter: "8h" }, ["autoReleaseAfter"]],
    ["one less", { ...args, stop: undefined }, ["stop"]],
    ["a part", { ...args, stop: { mode: "StopCharging", force: true } }, ["stop"]],
    [
      "a list in another order",
      { ...args, schedule: { zone: "UTC", running: args.schedule.running.toReversed() } },
      ["schedule"],
    ],
    ["several", { instanceId: "i-2", state: "stopped" }, ["instanceId", "schedule", "stop"]],
  ])("differs by name: %s", (_, arrived, names) => {
    expect(differing(digestsOf(args), digestsOf(arrived))).toEqual(names);
  });

  it("holds no value, for one may be a secret", () => {
    expect(JSON.stringify(digestsOf({ instanceId: "i-secret" }))).not.toContain("secret");
  });
});
