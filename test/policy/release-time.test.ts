import { describe, expect, it } from "vitest";
import { hasReleaseTime } from "../../policy/rules/has-release-time";
import { instancesWithoutReleaseTime, type StackResource } from "../../policy/rules/instances-without-release-time";
import { lifecycleWithoutReleaseTime } from "../../policy/rules/lifecycle-without-release-time";
import { productionTagOf, purposeOf } from "../../policy/rules/production-tag";
import { hostile } from "./hostile";

const dev = { tags: { env: "dev" } };

describe("lifecycle-has-release-time", () => {
  it.each([
    ["stopped, no end", { state: "stopped", expect: dev }],
    ["never is no end", { autoReleaseAt: "never", expect: dev }],
    ["an empty text is no end", { autoReleaseAfter: " ", expect: dev }],
    ["a life that only stops", { schedule: { zone: "UTC", life: { stopAfter: "2d" } }, expect: dev }],
    ["another case is another value", { state: "running", expect: { tags: { env: "Prod" } } }],
  ])("refuses: %s", (_, inputs) => {
    const [violation = "", ...others] = lifecycleWithoutReleaseTime(inputs, {});
    expect(violation).toMatch(/^autoReleaseAfter: .*"env".*; declare autoReleaseAfter/);
    expect(others).toEqual([]);
  });

  it.each([
    ["autoReleaseAt", { autoReleaseAt: "2030-01-01T00:00:00Z", expect: dev }],
    ["autoReleaseAfter", { autoReleaseAfter: "8h", expect: dev }],
    ["a last stage", { schedule: { life: { since: "2026-01-01T00:00:00Z", releaseAfter: "3d" } }, expect: dev }],
    ["released now", { state: "released", expect: dev }],
    ["production", { state: "stopped", expect: { tags: { env: "prod" } } }],
    ["the other word for production", { state: "stopped", expect: { tags: { env: "production", team: "a" } } }],
    ["a subscription, which can have none", { state: "stopped", expect: { ...dev, chargeType: "PrePaid" } }],
    ["tags that say nothing of it", { state: "stopped", expect: { tags: { team: "a" } } }],
    ["no tags at all", { state: "stopped" }],
  ])("lets through: %s", (_, inputs) => {
    expect(lifecycleWithoutReleaseTime(inputs, {})).toEqual([]);
  });

  it("asks for the tag where the configuration says so", () => {
    const config = { undeclared: "refuse", tagKey: "stage", productionValues: ["live"] };
    expect(lifecycleWithoutReleaseTime({ state: "stopped" }, config)).toEqual([
      'expect.tags: does not say by tag "stage" whether this machine is for production; declare expect.tags { "stage": "live" } if it is, or autoReleaseAfter if it is not',
    ]);
    expect(lifecycleWithoutReleaseTime({ expect: { tags: { stage: "live" } } }, config)).toEqual([]);
    expect(lifecycleWithoutReleaseTime({ expect: { tags: { env: "prod" } } }, config)).toHaveLength(1);
  });

  it.each(hostile)("takes %o for nothing declared", (value) => {
    expect(hasReleaseTime({ autoReleaseAfter: isText(value) ? "" : value, schedule: value })).toBe(false);
    expect(lifecycleWithoutReleaseTime(value, value)).toEqual([]);
    expect(lifecycleWithoutReleaseTime({ expect: value, schedule: value }, { undeclared: "refuse" })).toHaveLength(1);
    expect(lifecycleWithoutReleaseTime({ expect: { tags: value } }, { undeclared: "refuse" })).toHaveLength(1);
  });

  it("says it in one line, whatever the key is", () => {
    const [violation = ""] = lifecycleWithoutReleaseTime({ expect: { tags: { "a\nb": "x" } } }, { tagKey: "a\nb" });
    expect(violation).toContain('"a\\nb"');
    expect(violation).not.toContain("\n");
  });
});

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

describe("the tag of production", () => {
  it.each(hostile)("is that of the defaults where the configuration is %o", (value) => {
    const defaults = { tagKey: "env", productionValues: ["prod", "production"] };
    expect(productionTagOf(value)).toEqual(defaults);
    expect(productionTagOf({ tagKey: isText(value) ? "" : value, productionValues: value })).toEqual(defaults);
  });

  it("is no property that every object has", () => {
    expect(purposeOf({}, { tagKey: "constructor", productionValues: ["x"] })).toBe("unmarked");
    expect(purposeOf({ constructor: "x" }, { tagKey: "constructor", productionValues: ["x"] })).toBe("production");
  });

  it("is a text", () => {
    expect(purposeOf({ env: ["prod"] }, productionTagOf({}))).toBe("unmarked");
  });
});

describe("instance-has-release-time", () => {
  const instance = (props: unknown, urn = "urn:i"): StackResource => ({
    type: "alicloud:ecs/instance:Instance",
    urn,
    props,
    dependencies: [],
    propertyDependencies: {},
  });
  const lifecycle = (props: unknown, instanceUrn: string): StackResource => ({
    type: "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle",
    urn: "urn:l",
    props,
    dependencies: [{ urn: instanceUrn }],
    propertyDependencies: { instanceId: [{ urn: instanceUrn }] },
  });
  const fleet = (props: unknown, ...urns: readonly string[]): StackResource => ({
    type: "pulumi-nodejs:dynamic/alicloud:FleetMembers",
    urn: "urn:f",
    props,
    dependencies: urns.map((urn) => ({ urn })),
    propertyDependencies: {},
  });

  it.each([
    ["no tags", [instance({})]],
    ["tags of something else", [instance({ tags: { team: "a" } })]],
    ["a lifecycle without an end", [instance({}), lifecycle({ state: "stopped" }, "urn:i")]],
    ["the end of another instance", [instance({}), lifecycle({ autoReleaseAfter: "8h" }, "urn:other")]],
    [
      "a lifecycle that only waits for it",
      [instance({}), { ...lifecycle({ autoReleaseAfter: "8h" }, "urn:i"), propertyDependencies: {} }],
    ],
    ["a fleet without an end", [instance({}), fleet({ state: "stopped" }, "urn:i")]],
    ["the end of another fleet", [instance({}), fleet({ autoReleaseAfter: "8h" }, "urn:other")]],
  ])("refuses: %s", (_, resources) => {
    const [violation, ...others] = instancesWithoutReleaseTime(resources, {});
    expect(others).toEqual([]);
    expect(violation?.urn).toBe("urn:i");
    expect(violation?.message).toMatch(/^autoReleaseTime: .*; declare autoReleaseTime, or tags \{ "env": "prod" \}/);
  });

  it.each([
    ["its own", [instance({ autoReleaseTime: "2030-01-01T00:00:00Z" })]],
    ["that of its lifecycle", [instance({}), lifecycle({ autoReleaseAfter: "8h" }, "urn:i")]],
    ["that of its fleet", [instance({}), fleet({ autoReleaseAfter: "8h" }, "urn:other", "urn:i")]],
    ["production", [instance({ tags: { env: "prod" } })]],
    ["a subscription", [instance({ instanceChargeType: "PrePaid" })]],
    ["another type", [{ ...instance({}), type: "alicloud:vpc/network:Network" }]],
  ])("lets through: %s", (_, resources) => {
    expect(instancesWithoutReleaseTime(resources, {})).toEqual([]);
  });

  it("names each of several", () => {
    const resources = [instance({}, "urn:a"), instance({ tags: { env: "prod" } }, "urn:b"), instance({}, "urn:c")];
    expect(instancesWithoutReleaseTime(resources, {}).map(({ urn }) => urn)).toEqual(["urn:a", "urn:c"]);
  });

  it.each(hostile)("takes %o for nothing declared", (value) => {
    expect(instancesWithoutReleaseTime([instance(value)], value)).toHaveLength(1);
    expect(instancesWithoutReleaseTime([instance({ tags: value })], {})).toHaveLength(1);
  });
});
