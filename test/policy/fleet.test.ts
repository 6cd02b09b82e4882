import { describe, expect, it } from "vitest";
import { lifecycleViolations } from "../../policy/rules/lifecycle-violations";
import { lifecycleWithoutReleaseTime } from "../../policy/rules/lifecycle-without-release-time";
import { liftedProtection } from "../../policy/rules/lifted-protection";
import { stopKeepsCharging } from "../../policy/rules/stop-keeps-charging";
import { switchedOffChecks } from "../../policy/rules/switched-off-checks";
import { unnamedRelease } from "../../policy/rules/unnamed-release";
import { hostile } from "./hostile";

const fleetType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";
const ids = { instanceIds: ["i-1", "i-2"], goneIds: [], regionId: "cn-hangzhou", __fleet: "members", __provider: "x" };
const fleet = (args: object) => ({ type: fleetType, name: "dev", props: { ...ids, ...args } });

describe("a rule about one lifecycle", () => {
  it.each([
    [
      "a release time",
      lifecycleWithoutReleaseTime,
      { expect: { tags: { env: "dev" } } },
      /^fleet "dev": autoReleaseAfter: /,
    ],
    ["a named machine", unnamedRelease, { state: "released" }, /^fleet "dev": expect: /],
    [
      "checks",
      switchedOffChecks,
      { state: "released", release: { ownedHere: true } },
      /^fleet "dev": release\.ownedHere: /,
    ],
    [
      "protection",
      liftedProtection,
      { autoReleaseAfter: "8h", release: { deletionProtection: "lift" } },
      /^fleet "dev": release\.deletionProtection: /,
    ],
    ["the bill", stopKeepsCharging, { state: "stopped" }, /^fleet "dev": stop\.mode: /],
  ])("says once of a fleet, by its name: %s", (_, rule, args, wanted) => {
    const violations = lifecycleViolations(fleet(args), {}, rule);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(wanted);
  });

  it("lets a fleet through that keeps it", () => {
    expect(
      lifecycleViolations(fleet({ state: "stopped", stop: { mode: "StopCharging" } }), {}, stopKeepsCharging),
    ).toEqual([]);
  });

  it("hands on the configuration", () => {
    const config = { undeclared: "refuse" };
    expect(lifecycleViolations(fleet({ state: "stopped" }), config, lifecycleWithoutReleaseTime)).toHaveLength(1);
    expect(lifecycleViolations(fleet({ state: "stopped" }), {}, lifecycleWithoutReleaseTime)).toEqual([]);
  });

  it("says of one resource the same without a name", () => {
    const one = { type: "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle", name: "web", props: { state: "stopped" } };
    expect(lifecycleViolations(one, {}, stopKeepsCharging)[0]).toMatch(/^stop\.mode: /);
  });

  it("says nothing of others, nor of an earlier version's list of members", () => {
    const { regionId, ...list } = ids;
    expect(regionId).toBeDefined();
    const config = { undeclared: "refuse" };
    for (const resource of [
      { type: fleetType, name: "dev", props: list },
      { type: "pulumi-alicloud-lifecycle:index:FleetLifecycle", name: "dev", props: { state: "stopped" } },
      { type: "alicloud:ecs/instance:Instance", name: "dev", props: { state: "stopped" } },
    ]) {
      expect(lifecycleViolations(resource, config, lifecycleWithoutReleaseTime)).toEqual([]);
      expect(lifecycleViolations(resource, config, stopKeepsCharging)).toEqual([]);
    }
  });

  it("asks for no value of the ids, which may be unknown in a preview", () => {
    const unknown = () => {
      throw new Error("unknown");
    };
    const props = Object.defineProperty({ state: "stopped" }, "instanceIds", { get: unknown, enumerable: true });
    expect(lifecycleViolations({ type: fleetType, name: "dev", props }, {}, stopKeepsCharging)).toHaveLength(1);
  });

  it.each(hostile)("takes %o for no properties", (props) => {
    expect(lifecycleViolations({ type: fleetType, name: "a\nb", props }, {}, stopKeepsCharging)).toEqual([]);
  });
});
