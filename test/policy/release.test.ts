import { describe, expect, it } from "vitest";
import { liftedProtection } from "../../policy/rules/lifted-protection";
import { switchedOffChecks } from "../../policy/rules/switched-off-checks";
import { unnamedRelease } from "../../policy/rules/unnamed-release";
import { hostile } from "./hostile";

const released = { state: "released" };
const laterReleased = { state: "running", schedule: { life: { releaseAfter: "30d" } } };

describe("release-names-its-machine", () => {
  it.each([
    ["no expect", released],
    ["a name that is empty", { ...released, expect: { instanceName: "" } }],
    ["only whose it is", { ...released, expect: { accountId: "1000000000000001", chargeType: "PostPaid" } }],
    ["tags without one", { ...released, expect: { tags: {} } }],
    ["a release as the last stage of a life", laterReleased],
  ])("refuses: %s", (_, inputs) => {
    expect(unnamedRelease(inputs)).toEqual([
      "expect: does not name the machine although its release is declared; declare expect.instanceName or expect.tags",
    ]);
  });

  it.each([
    ["a name", { ...released, expect: { instanceName: "batch-7" } }],
    ["tags", { ...released, expect: { tags: { team: "ml" } } }],
    ["a tag with an empty value", { ...released, expect: { tags: { disposable: "" } } }],
    ["a last stage with a name", { ...laterReleased, expect: { instanceName: "batch-7" } }],
    ["no release", { state: "stopped" }],
    ["a release time", { autoReleaseAfter: "8h" }],
  ])("lets through: %s", (_, inputs) => {
    expect(unnamedRelease(inputs)).toEqual([]);
  });

  it.each(hostile)("takes %o for no release, and for no name", (value) => {
    expect(unnamedRelease(value)).toEqual([]);
    expect(unnamedRelease({ ...released, expect: value })).toHaveLength(1);
    const name = typeof value === "string" && value.trim() !== "" ? "" : value;
    expect(unnamedRelease({ ...released, expect: { instanceName: name } })).toHaveLength(1);
  });
});

describe("release-checks-are-on", () => {
  const off = { release: { ownedHere: true } };

  it.each([
    ["a release", { ...released, ...off }],
    ["a later release", { ...laterReleased, ...off }],
    ["a release time", { autoReleaseAfter: "8h", ...off }],
  ])("refuses release.ownedHere with %s", (_, inputs) => {
    const violations = switchedOffChecks(inputs);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(/^release\.ownedHere: .*; leave it out/);
  });

  it.each([
    ["it is not declared", released],
    ["it is false", { ...released, release: { ownedHere: false } }],
    ["nothing is released", { state: "stopped", ...off }],
  ])("lets through where %s", (_, inputs) => {
    expect(switchedOffChecks(inputs)).toEqual([]);
  });

  it.each(hostile)("takes %o for switched on", (value) => {
    expect(switchedOffChecks({ ...released, release: value })).toEqual([]);
    expect(switchedOffChecks(value)).toEqual([]);
  });
});

describe("lifted-protection-is-seen", () => {
  it("says it of release protection", () => {
    const violations = liftedProtection({ ...released, release: { deletionProtection: "lift" } });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(/^release\.deletionProtection: "lift" .*; leave it out/);
  });

  it.each(["acs:autoscaling:scalingGroupId", "ack.aliyun.com"])("says it of the owner's tag %s", (tag) => {
    const violations = liftedProtection({ autoReleaseAfter: "8h", expect: { tags: { [tag]: "x" } } });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`expect.tags: naming ${tag} `);
  });

  it("says nothing where protection is respected, or nothing is released", () => {
    expect(liftedProtection({ ...released, release: { deletionProtection: "respect" } })).toEqual([]);
    expect(liftedProtection({ state: "stopped", release: { deletionProtection: "lift" } })).toEqual([]);
  });

  it.each(hostile)("takes %o for respected", (value) => {
    expect(liftedProtection(value)).toEqual([]);
    expect(liftedProtection({ ...released, release: value, expect: value })).toEqual([]);
  });
});
